"""Experiments with synthetic learners, of whom the truth is known: what is said of it is true as often as promised."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from common.domain.engagement import experiments
from common.domain.engagement.experiment_looks import judged
from common.domain.engagement.experiment_models import HOLDOUT, Arm, Experiment, Tally
from common.domain.engagement.experiment_reports import report
from common.domain.engagement.synthetic import Response, comes_back, draws, synthetic_learner, true_lift
from tests.domain.engagement.laboratory import experiment
from tests.triggers.world import START

POPULATION = 20_000
NO_EFFECT, HELPS, HARMS = Response(), Response(wins=0.15), Response(loses=0.35)


@functools.cache
def chances(number: int, response: Response) -> float:
    """Somebody's chance of coming back, having been sent such a nudge."""
    return comes_back(synthetic_learner(1, number), response)


def run(seed: int, begun: Experiment, responses: dict[str, Response], days: int, a_day: int) -> Iterator[Experiment]:
    """The experiment as it stands after each day on which so many learners were met."""
    chance = draws(f"run {seed}")
    seen = begun.model_copy(update={"salt": f"salt {seed}"})
    for day in range(days):
        found: dict[str, list[int]] = {name: [0, 0] for name in (*responses, HOLDOUT)}
        for _ in range(a_day):
            number = int(next(chance) * POPULATION)
            arm = experiments.assign(seen, f"{seed} {day} {number}")
            response = responses.get(arm, NO_EFFECT)
            found[arm][0] += 1
            found[arm][1] += next(chance) < chances(number, response)
        tallies = {name: Tally(learners=met, returned=back) for name, (met, back) in found.items()}
        seen = judged(seen, tallies, date(2026, 3, 2) + timedelta(days=day), START)
        yield seen


def last(states: Iterator[Experiment]) -> Experiment:
    *_, end = states
    return end


@pytest.mark.parametrize("response", [HELPS, NO_EFFECT, HARMS])
def test_the_true_lift_is_what_the_population_shows(response: Response):
    shown = sum(chances(number, response) - chances(number, NO_EFFECT) for number in range(POPULATION)) / POPULATION
    assert shown == pytest.approx(true_lift(response), abs=0.003)


def test_the_interval_covers_the_truth_in_93_to_97_of_100_runs():
    truth, covered = true_lift(HELPS), 0
    for seed in range(1000):
        (arm,) = report(last(run(seed, experiment(), {"nudged": HELPS}, days=1, a_day=300)), START).arms
        assert arm.lift_low is not None and arm.lift_high is not None
        covered += arm.lift_low <= truth <= arm.lift_high
    assert 930 <= covered <= 970


def test_without_an_effect_fewer_than_5_of_100_experiments_are_stopped_though_somebody_looks_daily():
    stopped = 0
    for seed in range(1000):
        stopped += any(state.arms[0].stopped_at for state in run(seed, experiment(), {"nudged": NO_EFFECT}, 30, 15))
    assert 0 < stopped < 50


def test_of_three_arms_without_an_effect_as_few_are_stopped_in_all():
    arms = tuple(Arm(arm=name, percent=20) for name in ("a", "b", "c"))
    begun, stopped = experiment(arms=arms, holdout_percent=40), 0
    for seed in range(200):
        end = last(run(seed, begun, dict.fromkeys(("a", "b", "c"), NO_EFFECT), days=20, a_day=30))
        stopped += any(one.stopped_at for one in end.arms)
    assert stopped < 10


def test_an_arm_that_does_harm_is_stopped_and_one_that_helps_goes_on():
    arms = (Arm(arm="harmful", percent=30), Arm(arm="helpful", percent=30))
    begun = experiment(arms=arms, holdout_percent=40)
    assert true_lift(HARMS) == pytest.approx(-0.168)
    ends = [last(run(seed, begun, {"harmful": HARMS, "helpful": HELPS}, days=40, a_day=40)) for seed in range(50)]
    assert sum(end.arms[0].stopped_because == "harmful" for end in ends) >= 49
    assert not any(end.arms[1].stopped_at for end in ends)


def test_a_population_is_the_same_in_every_run():
    assert synthetic_learner(7, 3) == synthetic_learner(7, 3) != synthetic_learner(8, 3)
