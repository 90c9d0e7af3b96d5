"""Days are counted once, when nothing of them changes any more; what does harm stops; nothing is read twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common import logs
from common.domain.engagement import experiments
from common.domain.engagement.experiment_messages import CountExperimentDay
from common.domain.engagement.experiment_models import HOLDOUT, Arm, Experiment, Exposure, RunningExperiment, Tally
from common.domain.engagement.experiment_reports import experiment_reports, report
from common.ports.database import Write
from common.triggers.invocation import StagingQueue
from common.triggers.unit_of_work import Billed, UnitOfWork
from functions.experiment_look.main import experiment_look
from tests.domain.engagement.laboratory import Laboratory, experiment
from tests.triggers.world import START, deliver


def everybody(_: Exposure) -> bool:
    return True


def those_held_out(seen: Exposure) -> bool:
    return seen.arm == HOLDOUT


def tallies(seen: Experiment) -> dict[str, tuple[int, int]]:
    return {name: (one.learners, one.returned) for name, one in seen.tallies.items()}


def test_a_day_is_counted_when_its_72_hours_are_over_and_not_before(laboratory: Laboratory):
    laboratory.begin(experiment())
    met = laboratory.meet_many(20, those_held_out)
    held = sum(one.arm == HOLDOUT for one in met)
    laboratory.world.clock.time = experiments.settles_at(START.date()) - timedelta(seconds=1)
    laboratory.night()
    assert laboratory.seen().counted_until == "2026-03-01"
    laboratory.world.clock.advance(minutes=20)
    laboratory.night()
    assert laboratory.seen().counted_until == "2026-03-02"
    assert tallies(laboratory.seen()) == {"nudged": (20 - held, 0), HOLDOUT: (held, held)}


def test_days_that_nobody_looked_at_are_counted_one_after_the_other(laboratory: Laboratory):
    laboratory.begin(experiment())
    for _ in range(3):
        laboratory.meet_many(4, everybody)
        laboratory.world.clock.advance(days=1)
    laboratory.world.clock.advance(days=9)
    laboratory.night()
    assert laboratory.seen().counted_until == "2026-03-10"
    assert sum(learners for learners, _ in tallies(laboratory.seen()).values()) == 12


def test_a_day_counts_once_however_often_it_is_asked_for(laboratory: Laboratory):
    laboratory.begin(experiment())
    laboratory.meet_many(10, everybody)
    laboratory.world.clock.advance(days=5)
    laboratory.night()
    counted = laboratory.seen()
    laboratory.night()
    laboratory.world.clock.advance(minutes=1)
    laboratory.night()
    again = CountExperimentDay(experiment_id="first", day="2026-03-02", asked_at=START)
    unit = UnitOfWork(laboratory.world.database)
    StagingQueue(laboratory.world, unit).stage(again)
    unit.commit(laboratory.world.patience())
    assert deliver(experiment_look, str(again.derived_id())) == 200
    assert laboratory.seen() == counted


def test_an_arm_that_does_harm_stops_itself_and_the_hold_out_goes_on(laboratory: Laboratory):
    laboratory.begin(experiment(arms=(Arm(arm="bad", percent=25), Arm(arm="good", percent=25))))
    for _ in range(3):
        laboratory.meet_many(40, lambda seen: seen.arm != "bad")
        laboratory.world.clock.advance(days=1)
    laboratory.world.clock.advance(days=5)
    laboratory.night()
    bad, good = laboratory.seen().arms
    assert (bad.stopped_because, good.stopped_because) == ("harmful", None)
    shown = report(laboratory.seen(), laboratory.world.clock.now())
    assert shown.state == "running"
    assert any("bad" in one and "stopped itself" in one for one in shown.warnings)
    assert all(one.arm != "bad" for one in laboratory.meet_many(40, everybody))


def test_where_every_arm_was_stopped_its_learners_are_left_in_peace_until_somebody_decides(laboratory: Laboratory):
    laboratory.begin(experiment())
    laboratory.meet_many(60, those_held_out)
    laboratory.world.clock.advance(days=5)
    laboratory.night()
    seen = laboratory.seen()
    assert seen.is_running and report(seen, laboratory.world.clock.now()).state == "halted"
    assert not any(experiments.treatment(seen, f"learner-{number}").is_nudged for number in range(50))


def test_a_stopped_arm_is_compared_with_those_held_out_in_its_own_time(laboratory: Laboratory):
    laboratory.begin(experiment())
    laboratory.meet_many(30, everybody)
    laboratory.world.clock.advance(days=1)
    stopped = Arm(arm="nudged", percent=50, stopped_at=laboratory.world.clock.now(), stopped_because="by_hand")
    laboratory.do(lambda store: store.put(laboratory.seen().model_copy(update={"arms": (stopped,)})))
    laboratory.meet_many(30, lambda _: False)
    laboratory.world.clock.advance(days=6)
    laboratory.night()
    seen = laboratory.seen()
    assert seen.controls["nudged"].returned == seen.controls["nudged"].learners < seen.tallies[HOLDOUT].learners
    assert report(seen, laboratory.world.clock.now()).arms[0].lift == 0


def test_an_experiment_ends_when_its_time_is_up_and_is_followed_to_the_end(laboratory: Laboratory):
    laboratory.begin(experiment(counted_until=str((START + timedelta(days=178)).date())))
    laboratory.world.clock.advance(days=181)
    laboratory.meet_many(5, everybody)
    laboratory.world.clock.advance(days=2)
    laboratory.night()
    seen = laboratory.seen()
    assert (seen.is_running, seen.stopped_because, seen.is_followed) == (False, "time_is_up", True)
    slot = laboratory.world.stored(RunningExperiment, "current")
    assert slot is not None and slot.experiment_id is None
    laboratory.world.clock.advance(days=6)
    laboratory.night()
    assert not laboratory.seen().is_followed
    assert sum(one.learners for one in laboratory.seen().tallies.values()) == 5
    laboratory.night()
    assert all(one.status == "DONE" for one in laboratory.messages())


def exposures(count: int, day: str) -> list[Exposure]:
    return [
        Exposure(
            exposure_id=f"first.{day}.{number}",
            experiment_id="first",
            user_id=f"{day}.{number}",
            arm=HOLDOUT if number % 2 else "nudged",
            day=day,
            exposed_at=START,
            expires_at=START,
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("history", [10, 10_000])
def test_a_look_costs_the_same_whatever_was_before(
    history: int, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
):
    laboratory.begin(experiment(counted_until="2026-03-10"))
    written = exposures(history, "2026-03-09") + exposures(100, "2026-03-11")
    for first in range(0, len(written), 500):
        batch = written[first : first + 500]
        laboratory.world.database.commit([Write("set", Exposure, one.exposure_id, document=one) for one in batch])
    laboratory.world.clock.advance(days=14)
    billed: list[tuple[int, int, int]] = []

    def note(event: str, **said: Any) -> None:
        if event == "request.done":
            billed.append((said["reads"], said["writes"], said["deletes"]))

    monkeypatch.setattr(logs, "info", note)
    laboratory.night()
    # The schedule reads what is followed and writes a message. A look reads its message, the experiment and four
    # counts; it writes the message, the experiment, and the message of the next day where that has settled.
    assert billed == [(1, 1, 0), (6, 3, 0), (6, 2, 0)]


def test_reports_for_a_dashboard_cost_a_read_each_and_no_more_than_five(laboratory: Laboratory):
    for number in range(7):
        begun = experiment(experiment_id=f"number-{number}", started_at=START + timedelta(days=number))
        laboratory.do(lambda store, begun=begun: store.create(begun))  # type: ignore[misc]
    billed = Billed()
    shown = experiment_reports(UnitOfWork(laboratory.world.database, billed), START)
    assert [one.experiment_id for one in shown] == [f"number-{number}" for number in (6, 5, 4, 3, 2)]
    assert billed.reads == 5


def test_a_report_warns_of_everything_that_makes_it_worth_little():
    uneven = experiment(tallies={"nudged": {"learners": 300, "returned": 90}, HOLDOUT: {"learners": 200}})
    uneven = uneven.model_copy(update={"controls": {"nudged": Tally(learners=200, returned=80)}})
    shown = report(uneven, START + timedelta(days=9))
    assert shown.sample_ratio_p is not None and shown.sample_ratio_p < 0.001
    assert len(shown.warnings) == 3
    for text, warning in zip(("do not believe", "300 of the 15", "two days"), shown.warnings, strict=True):
        assert text in warning


def test_with_enough_learners_there_is_nothing_to_warn_of():
    many = {"nudged": Tally(learners=2000, returned=900), HOLDOUT: Tally(learners=2000, returned=800)}
    large = experiment(tallies=many, controls={"nudged": many[HOLDOUT]})
    shown = report(large, START)
    assert shown.warnings == ()
    (arm,) = shown.arms
    assert arm.is_large_enough and arm.lift == pytest.approx(0.05)
    assert arm.lift_low is not None and arm.lift_high is not None
    assert 0.019 < arm.lift_low < 0.02 < 0.08 < arm.lift_high < 0.081
