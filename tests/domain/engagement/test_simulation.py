"""Policies are played forward with the code that sends nudges, and nothing is sent."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from common import logs
from common.domain.courses.models import Course, Enrollment, enrollment_id
from common.domain.engagement import simulating, simulation
from common.domain.engagement.experiment_models import Tally
from common.domain.engagement.lift import lift
from common.domain.engagement.models import LearnerNudges
from common.domain.engagement.simulating import CourseNeeded
from common.domain.engagement.simulation import Played, Policy, chance_of
from common.domain.engagement.simulation_bodies import NewSimulation, SimulationResult
from common.domain.engagement.synthetic import Response, SyntheticLearner, synthetic_learner
from common.errors import NotFound
from common.ports import Caller
from common.triggers.unit_of_work import Billed, UnitOfWork
from tests.domain.engagement.outreach import Outreach
from tests.triggers.world import START, HandWorld

AT_ONCE = Policy(threshold=0.5, send_hour=None, holdout_percent=0)
ADMIN, TONI = Caller("root", "admin"), Caller("toni", "teacher")
NO_EFFECT = Response()
END = START + timedelta(days=28)


def played(policy: Policy, response: Response = NO_EFFECT, learners: int = 400) -> list[Played]:
    found: list[Played] = []
    for number in range(learners):
        who = synthetic_learner(5, number)
        wishes = LearnerNudges(user_id=who.user_id)
        one = simulation.synthetic_player(who, wishes, "in_app", START, chance_of(5, who.user_id))
        found += simulation.play(one, policy, response, START, END, chance_of(6, who.user_id))
    return found


def test_nobody_is_nudged_in_quiet_hours_or_too_often_where_they_live():
    zones = {one.user_id: ZoneInfo(one.zone) for one in (synthetic_learner(5, number) for number in range(400))}
    found = played(AT_ONCE, Response(wins=0.5))
    assert len(found) > 300
    assert all(8 <= one.at.astimezone(zones[one.user_id]).hour < 21 for one in found)
    times: dict[str, list[datetime]] = {}
    for one in found:
        times.setdefault(one.user_id, []).append(one.at)
    weeks = [sum(at - timedelta(days=7) < other <= at for other in of) for of in times.values() for at in of]
    assert max(weeks) == 2


def test_an_hour_that_is_wished_for_is_kept():
    zones = {one.user_id: ZoneInfo(one.zone) for one in (synthetic_learner(5, number) for number in range(400))}
    found = played(Policy(threshold=0.5, send_hour=19, holdout_percent=0))
    assert found and {one.at.astimezone(zones[one.user_id]).hour for one in found} == {19}


def test_a_higher_threshold_nudges_later_and_fewer():
    early, late = played(Policy(0.4, None, 0)), played(Policy(0.7, None, 0))
    assert len(early) > len(late) > 0


def test_the_hold_out_is_a_share_of_the_learners_and_is_sent_nothing():
    found = played(Policy(0.5, None, 50), Response(wins=1.0))
    held = {one.user_id: one.held_out for one in found}
    assert Counter(held.values())[True] / len(held) == pytest.approx(0.5, abs=0.08)
    assert all(one.came_back == (one.would_have if one.held_out else True) for one in found)


def test_the_experiment_finds_the_effect_that_was_put_in():
    response = Response(wins=0.3)
    first: dict[str, Played] = {}
    for one in played(Policy(0.5, None, 50), response, learners=3000):
        first.setdefault(one.user_id, one)
    sent = [one for one in first.values() if not one.held_out]
    held = [one for one in first.values() if one.held_out]
    found = lift(*(Tally(learners=len(of), returned=sum(one.came_back for one in of)) for of in (sent, held)))
    truth = response.wins * (1 - sum(one.would_have for one in first.values()) / len(first))
    assert found is not None and found.low < truth < found.high
    assert found.low > 0


def test_who_would_have_come_back_is_put_off_where_nudges_do_harm():
    found = played(AT_ONCE, Response(loses=1.0))
    assert any(one.would_have for one in found)
    assert not any(one.came_back for one in found)


def test_somebody_who_learns_daily_is_not_nudged():
    daily = SyntheticLearner("daily", rate=24, leaves=0, zone="UTC")
    one = simulation.synthetic_player(daily, LearnerNudges(user_id="daily"), "in_app", START, chance_of(1, "daily"))
    assert list(simulation.play(one, AT_ONCE, NO_EFFECT, START, END, chance_of(2, "daily"))) == []


def ask(world: HandWorld, who: Caller, billed: Billed | None = None, **wished: Any) -> SimulationResult:
    unit = UnitOfWork(world.database, billed)
    return simulating.simulate(who, NewSimulation.model_validate(wished), unit, world.clock)


def test_synthetic_learners_are_played_without_reading_anything(world: HandWorld):
    billed = Billed()
    found = ask(world, TONI, billed, size=500, days=14, seed=3, policy={"holdout_percent": 20})
    assert (billed.reads, found.learners, found.unreachable) == (0, 500, 0)
    assert found == ask(world, TONI, size=500, days=14, seed=3, policy={"holdout_percent": 20})
    assert found != ask(world, TONI, size=500, days=14, seed=4, policy={"holdout_percent": 20})
    assert sum(found.by_hour) == sum(found.by_day) == found.nudges == found.cost.emails
    assert found.nudges > found.held_out > 0
    assert found.busiest_hour is not None and found.busiest_hour.nudges >= max(found.by_hour) / 14
    assert found.came_back > found.would_have
    rest = ask(world, TONI, size=500, days=14, seed=3, policy={"holdout_percent": 20}, skip=100)
    assert len(found.items) == 100
    assert found.items[-1].at <= rest.items[0].at
    assert {(one.user_id, one.at) for one in found.items}.isdisjoint({(one.user_id, one.at) for one in rest.items})


def test_real_learners_are_played_as_they_wish(outreach: Outreach):
    outreach.enrol("eve", "bob", time_zone="Asia/Tokyo")
    for _ in range(12):
        for who in ("ada", "eve", "bob"):
            outreach.studies(who)
        outreach.world.clock.advance(days=1)
    outreach.wishes("bob", opted_out_at=START)
    outreach.wishes("eve", quiet_from="00:00", quiet_until="22:00")
    billed = Billed()
    found = ask(outreach.world, ADMIN, billed, population="real", size=50, days=60, response={"wins": 1.0})
    assert (found.learners, found.unreachable) == (2, 1)
    assert billed.reads <= 4 * 3  # fewer than asked for: the sample comes round to where it began
    whom = {one.user_id for one in found.items}
    assert whom == {"ada", "eve"}
    hours = {one.at.astimezone(ZoneInfo("Asia/Tokyo")).hour for one in found.items if one.user_id == "eve"}
    assert hours <= {22, 23}
    assert (outreach.mailed, outreach.nudges()) == ([], [])


def course(name: str, *learners: str) -> list[Any]:
    facts = {"course_id": name, "teacher_id": "toni", "title": name, "created_by": "toni"}
    places = [
        Enrollment(
            enrollment_id=enrollment_id(name, one), course_id=name, user_id=one, payment="free", enrolled_at=START
        )
        for one in learners
    ]
    return [Course.model_validate(facts | {"created_at": START, "updated_at": START}), *places]


def test_a_teacher_plays_the_learners_of_their_course_alone(outreach: Outreach):
    outreach.enrol("eve", "bob")
    outreach.write(*course("logic", "ada", "eve"), *course("other", "bob"))
    for who in ("ada", "eve", "bob"):
        outreach.studies(who)
    found = ask(outreach.world, TONI, population="real", course_id="logic", days=60)
    assert {one.user_id for one in found.items} == {"ada", "eve"}
    with pytest.raises(CourseNeeded):
        ask(outreach.world, TONI, population="real")
    with pytest.raises(NotFound):
        ask(outreach.world, Caller("zoe", "teacher"), population="real", course_id="logic")


@pytest.mark.parametrize("learners", [300, 3000])
def test_a_sample_costs_the_same_however_many_learn(learners: int, outreach: Outreach):
    outreach.write(*course("logic", *(f"learner-{number:04}" for number in range(learners))))
    billed = Billed()
    found = ask(outreach.world, TONI, billed, population="real", course_id="logic", size=100)
    assert found.unreachable == 100
    assert billed.reads <= 1 + 4 * 100 + 2


@pytest.mark.parametrize("channel", ["in_app", "email"])
def test_a_nudge_costs_what_the_simulation_says(outreach: Outreach, channel: str, monkeypatch: pytest.MonkeyPatch):
    outreach.wishes(channels=(channel,))
    outreach.falls_silent()
    billed = [0, 0]

    def note(event: str, **said: Any) -> None:
        if event == "request.done":
            billed[0] += said["reads"]
            billed[1] += said["writes"]

    monkeypatch.setattr(logs, "info", note)
    outreach.sweep()
    outreach.work()
    assert outreach.nudge().status == "sent"
    mails = channel == "email"
    reads = simulating.READS_PER_NUDGE + mails * simulating.READS_PER_EMAIL
    writes = simulating.WRITES_PER_NUDGE + mails * simulating.WRITES_PER_EMAIL
    # The sweep itself reads besides whether nudges are stopped, however many are due.
    assert billed == [1 + reads, writes]


def test_times_are_in_utc(world: HandWorld):
    found = ask(world, ADMIN, size=50)
    assert all(one.at.tzinfo == UTC and one.due_at <= one.at for one in found.items)
