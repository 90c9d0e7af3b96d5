"""Whoever opts out, comes back or stops everything has the last word, at whatever moment they say it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from common.domain.accounts.models import Account
from common.domain.engagement import unsubscribing
from common.domain.engagement.models import NudgeSettings
from functions.nudges.main import nudges
from functions.unsubscribe.main import unsubscribe
from tests.domain.engagement.interrupted import Interrupted, Killed
from tests.domain.engagement.outreach import Outreach


def opts_out(outreach: Outreach) -> None:
    assert outreach.call(nudges, "PUT", "/v1/nudges/preferences", {"opted_out": True}).status_code == 200


def unsubscribes(outreach: Outreach) -> None:
    token = unsubscribing.sign("ada", "k" * 40)
    assert outreach.call(unsubscribe, "POST", f"/v1/unsubscribe/{token}").status_code == 200


def comes_back(outreach: Outreach) -> None:
    outreach.world.clock.advance(seconds=1)
    outreach.studies()


def stops_everything(outreach: Outreach) -> None:
    outreach.write(NudgeSettings(stopped=True))


HAPPENINGS = [opts_out, unsubscribes, comes_back]
Happening = Callable[[Outreach], None]


def start_again(outreach: Outreach) -> None:
    """As it was before anything happened, and ada is due."""
    with closing(sqlite3.connect(outreach.world.settings.data / "scholium.sqlite3")) as connection, connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if table != "accounts":
                connection.execute(f"DELETE FROM {table}")
    outreach.world.mailer.sent.clear()
    outreach.falls_silent()
    outreach.sweep()


@pytest.mark.parametrize("happens", HAPPENINGS)
def test_nothing_is_shown_in_the_app_to_whoever_said_no_before_it_stood_there(outreach: Outreach, happens: Happening):
    outreach.change(Account, "ada", email_verified=False)
    database = Interrupted(outreach.world.database)
    outreach.world.database = database
    for at in range(100):
        start_again(outreach)
        database.interrupt(at, lambda: happens(outreach))
        outreach.work()
        uses = database.uses
        database.interrupt(None, lambda: None)
        if "HAPPENING" not in uses:
            assert at > 5 and outreach.nudge().reached
            return
        # It stood there when the first commit after the reading of the wishes came about.
        is_before = "commit" not in uses[: uses.index("HAPPENING")]
        assert not (is_before and any(one.reached for one in outreach.nudges())), (at, uses)
    raise AssertionError("never ended")


@pytest.mark.parametrize("happens", [*HAPPENINGS, stops_everything])
def test_no_e_mail_goes_out_once_the_last_look_could_see_a_no(outreach: Outreach, happens: Happening):
    database = Interrupted(outreach.world.database)
    outreach.world.database = database
    stopped = 0
    for at in range(100):
        start_again(outreach)
        database.interrupt(at, lambda: happens(outreach))
        outreach.work()
        uses = database.uses
        database.interrupt(None, lambda: None)
        if "HAPPENING" not in uses:
            assert stopped > 8 and len(outreach.mailed) == 1
            return
        looks = [place for place, use in enumerate(uses) if use in LAST_LOOKS[happens]]
        if uses.index("HAPPENING") < max(looks, default=len(uses)):
            assert outreach.mailed == [], (at, uses)
            stopped += 1
        else:
            assert len(outreach.mailed) == 1
    raise AssertionError("never ended")


LAST_LOOKS: dict[Happening, tuple[str, ...]] = {
    opts_out: ("read LearnerNudges",),
    unsubscribes: ("read LearnerNudges",),
    comes_back: ("read Standing",),
    stops_everything: ("read NudgeSettings",),
}


@pytest.mark.parametrize("is_after", [False, True])
def test_however_often_everything_dies_the_learner_has_one_e_mail_or_the_record_says_unknown(
    outreach: Outreach, is_after: bool
):
    database = Interrupted(outreach.world.database)
    outreach.world.database = database

    def die() -> None:
        raise Killed

    for at in range(100):
        start_again(outreach)
        database.interrupt(at, die, is_after=is_after)
        try:
            outreach.work()
        except Killed:
            database.interrupt(None, die)
            outreach.world.clock.advance(minutes=5)
            outreach.work()
        else:
            assert at > 12
            return
        nudge = outreach.nudge()
        assert nudge.status in ("sent", "unknown") and nudge.reached, (at, nudge.status)
        assert len(outreach.mailed) <= 1
        assert len(outreach.mailed) == 1 or nudge.status == "unknown"
    raise AssertionError("never ended")
