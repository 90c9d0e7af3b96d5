"""Learners get their arm once, are counted once, and come back within 72 hours or not."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from common.domain.engagement import experiments
from common.domain.engagement.experiment_models import HOLDOUT, WINDOW, Arm, Exposure
from common.triggers.unit_of_work import Stale, UnitOfWork
from tests.domain.engagement.laboratory import Laboratory, experiment
from tests.triggers.world import START

SEVERAL = experiment(arms=(Arm(arm="kind", percent=30), Arm(arm="brief", percent=20)), holdout_percent=50)


def test_each_arm_gets_its_share_and_the_hold_out_the_rest():
    found = Counter(experiments.assign(SEVERAL, f"learner-{number}") for number in range(20_000))
    shares = {name: count / 20_000 for name, count in found.items()}
    assert shares == pytest.approx({"kind": 0.3, "brief": 0.2, HOLDOUT: 0.5}, abs=0.01)


def test_a_learner_keeps_their_arm():
    counted = SEVERAL.model_copy(update={"counted_until": "2026-04-01", "tallies": {}, "evidence": {"kind": (0.1,)}})
    for number in range(100):
        assert experiments.assign(SEVERAL, f"learner-{number}") == experiments.assign(counted, f"learner-{number}")


def test_arms_of_two_experiments_have_nothing_to_do_with_each_other():
    other = SEVERAL.model_copy(update={"salt": "another"})
    both = Counter(
        (experiments.assign(SEVERAL, name), experiments.assign(other, name))
        for name in (f"learner-{number}" for number in range(20_000))
    )
    assert both[HOLDOUT, HOLDOUT] / 20_000 == pytest.approx(0.25, abs=0.01)
    assert both["kind", "kind"] / 20_000 == pytest.approx(0.09, abs=0.01)


def test_an_arm_says_what_it_varies_and_a_hold_out_is_sent_nothing():
    varied = experiment(arms=(Arm(arm="late", percent=95, template="kind", channel="email", send_hour=19),))
    found = {one.arm: one for one in (experiments.treatment(varied, f"learner-{number}") for number in range(200))}
    late, held = found["late"], found[HOLDOUT]
    assert (late.is_nudged, late.held_out, late.template, late.channel, late.send_hour) == (
        True,
        False,
        "kind",
        "email",
        19,
    )
    assert (held.is_nudged, held.held_out, held.template) == (False, True, None)


def test_whose_arm_was_stopped_is_left_in_peace_and_nobody_new_is_counted_in_it(laboratory: Laboratory):
    stopped = Arm(arm="nudged", percent=95, stopped_at=START, stopped_because="harmful")
    halted = laboratory.begin(experiment(arms=(stopped,), holdout_percent=5))
    in_it = next(name for name in "abc" if experiments.assign(halted, name) == "nudged")
    wanted = experiments.treatment(halted, in_it)
    assert (wanted.arm, wanted.is_nudged, wanted.held_out) == ("nudged", False, False)
    assert laboratory.meet(in_it) is None


def test_a_learner_is_counted_once_whatever_comes_after(laboratory: Laboratory):
    begun = laboratory.begin(experiment())
    first = laboratory.meet("ada")
    assert first is not None and first.arm == experiments.assign(begun, "ada")
    assert (first.day, first.came_back) == ("2026-03-02", False)
    laboratory.world.clock.advance(days=2)
    assert laboratory.meet("ada") is None
    assert laboratory.world.stored(Exposure, first.exposure_id) == first


def test_nobody_is_counted_where_no_experiment_runs(laboratory: Laboratory):
    assert laboratory.meet("ada") is None


def test_nobody_is_counted_in_an_experiment_that_stops_meanwhile(laboratory: Laboratory):
    begun = laboratory.begin(experiment())
    unit = UnitOfWork(laboratory.world.database)
    read = experiments.running(unit)
    assert read is not None
    experiments.expose(read, "ada", unit, START)
    laboratory.do(lambda store: store.put(begun.model_copy(update={"is_running": False})))
    with pytest.raises(Stale):
        unit.commit(laboratory.world.patience())
    assert laboratory.world.stored(Exposure, "first.ada") is None


@pytest.mark.parametrize(
    ("hours", "counts"), [(0, False), (-1, False), (0.01, True), (71.9, True), (72, True), (72.1, False)]
)
def test_coming_back_counts_within_72_hours(laboratory: Laboratory, hours: float, counts: bool):
    laboratory.begin(experiment())
    laboratory.meet("ada")
    seen = laboratory.learn("first.ada", hours=hours)
    assert seen is not None and seen.came_back is counts


def test_the_first_return_is_kept_in_whatever_order_they_come(laboratory: Laboratory):
    laboratory.begin(experiment())
    laboratory.meet("ada")
    for hours in (30, 10, 20):
        seen = laboratory.learn("first.ada", hours=hours, told_after=31)
    assert seen is not None and seen.came_back_at == START + timedelta(hours=10)


def test_what_is_told_when_the_day_has_settled_changes_nothing(laboratory: Laboratory):
    laboratory.begin(experiment())
    laboratory.meet("ada")
    settled = (experiments.settles_at(date(2026, 3, 2)) - START).total_seconds() / 3600
    seen = laboratory.learn("first.ada", hours=10, told_after=settled)
    assert seen is not None and not seen.came_back
    seen = laboratory.learn("first.ada", hours=10, told_after=settled - 0.01)
    assert seen is not None and seen.came_back


def test_every_72_hours_are_over_when_their_day_settles():
    last = START.replace(hour=23, minute=59, second=59)
    assert last + WINDOW < experiments.settles_at(last.date()) - timedelta(hours=4)


def test_coming_back_of_somebody_unknown_is_nothing(laboratory: Laboratory):
    laboratory.begin(experiment())
    assert laboratory.learn("first.nobody", hours=1) is None
