"""The sweep costs what is due, however many learn; killed, doubled or late it plans everybody who is due, once."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import timedelta

import pytest

from common.domain.engagement import planning
from common.domain.engagement.messages import PlanNudges
from common.domain.progress.models import Standing
from common.ports import Tick
from common.ports.store import rfc3339
from common.triggers import invocation
from common.triggers.unit_of_work import Billed
from functions.nudge_page.main import nudge_page
from functions.nudge_plan.main import nudge_plan
from tests.domain.engagement.interrupted import Interrupted, Killed
from tests.domain.engagement.outreach import MESSAGES, Outreach
from tests.triggers.world import START

DUE = 500
PLAN = nudge_plan.declaration.routes[0]
STEP = nudge_page.declaration.routes[0]


def standing(user_id: str, due_in: timedelta) -> Standing:
    """A learner who was last here three days before they are due."""
    due_at = START + due_in
    return Standing(
        user_id=user_id,
        zones=({"since": "2020-01-01T00:00:00Z"},),
        last_active_at=due_at - timedelta(days=3),
        nudge_due_at=due_at,
    )


def fill(outreach: Outreach, learners: int, due: int) -> None:
    """So many learners, of whom some are due; past the unit of work, for that would take minutes."""
    outreach.write(standing("first", -timedelta(hours=1)))
    text = standing("USER", timedelta(days=2)).model_dump_json()
    day_later, hour_before = rfc3339(START + timedelta(days=2)), rfc3339(START - timedelta(hours=1))
    file = outreach.world.settings.data / "scholium.sqlite3"
    rows = (
        (f"learner-{at:06}", at + 1, text.replace("USER", f"learner-{at:06}").replace(day_later, hour_before)
         if at < due else text.replace("USER", f"learner-{at:06}"))
        for at in range(1, learners)
    )  # fmt: skip
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany("INSERT INTO standings (id, version, content) VALUES (?, ?, ?)", rows)


def sweep(outreach: Outreach) -> Billed:
    """One firing and the chain that it begins: what all of it is billed."""
    billed = Billed()
    invocation.run(outreach.world, PLAN, {"tick": Tick(START)}, billed)
    done: set[str] = set()
    while steps := [one for one in outreach.pending("PlanNudges") if one.message_id not in done]:
        for one in steps:
            done.add(one.message_id)
            message = PlanNudges.model_validate_json(one.payload)
            invocation.run(outreach.world, STEP, {"after": message}, billed)
    return billed


def planned(outreach: Outreach) -> list[str]:
    """Whom a nudge was staged for, sorted; who was planned twice stands there twice."""
    sent = [one.user_id or "" for one in outreach.all(MESSAGES) if one.kind == "SendNudge"]
    return sorted(sent)


@pytest.mark.parametrize("learners", [1_000, 100_000])
def test_a_sweep_reads_who_is_due_and_nobody_else(outreach: Outreach, learners: int):
    fill(outreach, learners, DUE)
    billed = sweep(outreach)
    pages = DUE // planning.PAGE + 1
    # Each page looks at the kill switch; the last one finds nobody, which is billed as one read.
    assert (billed.reads, billed.deletes) == (DUE + pages + 1, 0)
    assert billed.writes - 2 * DUE - (pages - 1) in (0, pages)  # a mark for each commit that needs one
    forget_messages(outreach)
    again = sweep(outreach)
    assert (again.reads, again.writes) == (2, 0)
    counted = outreach.world.database.count(planning.DUE, {"nudge_due_at": START + timedelta(days=3)})
    assert counted == learners - DUE


def few(outreach: Outreach, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ten who are due, and pages of three."""
    monkeypatch.setattr(planning, "PAGE", 3)
    names = [f"learner-{at}" for at in range(10)]
    outreach.write(*(standing(name, -timedelta(minutes=at)) for at, name in enumerate(names)))
    outreach.write(standing("later", timedelta(minutes=1)))
    return names


@pytest.mark.parametrize("is_after", [False, True])
def test_a_sweep_that_is_killed_anywhere_and_run_again_plans_everybody_once(
    outreach: Outreach, monkeypatch: pytest.MonkeyPatch, is_after: bool
):
    names = few(outreach, monkeypatch)
    database = Interrupted(outreach.world.database)
    outreach.world.database = database

    def die() -> None:
        raise Killed

    for at in range(100):
        database.interrupt(at, die, is_after=is_after)
        try:
            sweep(outreach)
        except Killed:
            database.interrupt(None, die)
            sweep(outreach)
        else:
            assert at > 8, "it was killed at every use"
            return
        assert planned(outreach) == names
        anew(outreach, names)
    raise AssertionError("the sweep never ended")


def forget_messages(outreach: Outreach) -> None:
    with closing(sqlite3.connect(outreach.world.settings.data / "scholium.sqlite3")) as connection, connection:
        connection.execute("DELETE FROM messages")


def anew(outreach: Outreach, names: list[str]) -> None:
    """Everybody is due again, and nothing is staged."""
    forget_messages(outreach)
    outreach.write(*(standing(name, -timedelta(minutes=at)) for at, name in enumerate(names)))


def test_two_sweeps_at_once_plan_everybody_once(outreach: Outreach, monkeypatch: pytest.MonkeyPatch):
    names = few(outreach, monkeypatch)
    database = Interrupted(outreach.world.database)
    outreach.world.database = database
    for at in range(12):
        database.interrupt(at, lambda: sweep(outreach))
        sweep(outreach)
        assert planned(outreach) == names
        anew(outreach, names)


def test_a_firing_that_comes_twice_or_late_plans_nobody_twice(outreach: Outreach, monkeypatch: pytest.MonkeyPatch):
    names = few(outreach, monkeypatch)
    sweep(outreach)
    outreach.world.clock.advance(days=3)
    sweep(outreach)
    assert Counter(planned(outreach)) == dict.fromkeys(names, 1)
    stored = outreach.world.stored(Standing, "later")
    assert stored is not None and stored.nudge_due_at is not None, "whoever is due later is found by a later sweep"


def test_a_learner_who_acts_while_the_sweep_is_at_work_is_not_planned(outreach: Outreach):
    outreach.falls_silent()
    database = Interrupted(outreach.world.database)
    outreach.world.database = database
    database.interrupt(2, outreach.studies)
    outreach.sweep()
    assert "HAPPENING" in database.uses
    assert outreach.pending("SendNudge") == []
    due = outreach.standing().nudge_due_at
    assert due is not None and due > outreach.now
