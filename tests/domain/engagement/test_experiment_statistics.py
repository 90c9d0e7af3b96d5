"""Lift, sample ratio and the evidence of harm, against numbers from the literature and what must always hold."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.engagement import lift as lifts
from common.domain.engagement import sequential
from common.domain.engagement.experiment_models import Tally
from common.domain.engagement.sample_ratio import chi_square_tail, sample_ratio


def of(learners: int, returned: int) -> Tally:
    return Tally(learners=learners, returned=returned)


counts = st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))).map(lambda one: of(*one))


@pytest.mark.parametrize(
    ("arm", "holdout", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_the_interval_is_newcombes(arm: tuple[int, int], holdout: tuple[int, int], low: float, high: float):
    found = lifts.lift(of(arm[1], arm[0]), of(holdout[1], holdout[0]))
    assert found is not None
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@settings(max_examples=100, derandomize=True)
@given(counts, counts)
def test_the_interval_holds_the_difference_and_stays_within_one(arm: Tally, holdout: Tally):
    found = lifts.lift(arm, holdout)
    if not arm.learners or not holdout.learners:
        assert found is None
    else:
        assert found is not None
        assert -1 - 1e-9 <= found.low <= found.difference + 1e-9
        assert found.difference - 1e-9 <= found.high <= 1 + 1e-9


def test_the_number_needed_is_that_of_the_textbook():
    # 30 % against 35 %, two-sided 5 %, power 80 %: 1,374 in each group without correction for continuity.
    assert lifts.needed(of(1_000_000, 300_000), 0.05, 1) == pytest.approx(1374, abs=1)
    assert lifts.needed(of(1_000_000, 300_000), 0.05, 0.25) > 2 * 1374
    assert lifts.needed(of(0, 0), 0.5, 1) > 0


@pytest.mark.parametrize(
    ("value", "freedom", "tail"),
    [(3.8415, 1, 0.05), (5.9915, 2, 0.05), (7.8147, 3, 0.05), (11.0705, 5, 0.05), (10.8276, 1, 0.001), (0, 3, 1)],
)
def test_the_tail_of_chi_square_is_that_of_the_tables(value: float, freedom: int, tail: float):
    assert chi_square_tail(value, freedom) == pytest.approx(tail, rel=1e-4)


def test_shares_as_declared_are_no_mismatch_and_others_are():
    percents = {"a": 30, "b": 20, "holdout": 50}
    assert sample_ratio({"a": 300, "b": 200, "holdout": 500}, percents) == pytest.approx(1)
    uneven = sample_ratio({"a": 380, "b": 200, "holdout": 500}, percents)
    assert uneven is not None and uneven < 0.001


def test_of_few_learners_or_one_arm_no_ratio_is_told():
    assert sample_ratio({"a": 4, "holdout": 4}, {"a": 50, "holdout": 50}) is None
    assert sample_ratio({"holdout": 400}, {"holdout": 50}) is None


def hypergeometric(ours: int, theirs: int, returned: int) -> dict[int, float]:
    whole = math.comb(ours + theirs, returned)
    possible = range(max(0, returned - theirs), min(ours, returned) + 1)
    return {one: math.comb(ours, one) * math.comb(theirs, returned - one) / whole for one in possible}


@settings(max_examples=60, derandomize=True)
@given(st.integers(0, 25), st.integers(0, 25), st.data())
def test_where_nudges_do_nothing_each_day_is_a_fair_bet(ours: int, theirs: int, data: st.DataObject):
    returned = data.draw(st.integers(0, ours + theirs))
    won = 0.0
    for one, chance in hypergeometric(ours, theirs, returned).items():
        after = sequential.after(sequential.NOTHING_YET, of(ours, one), of(theirs, returned - one))
        won += chance * math.exp(sequential.strength(after))
    assert won == pytest.approx(1, rel=1e-9)


@settings(max_examples=60, derandomize=True)
@given(st.integers(0, 15), st.integers(0, 15), st.floats(0, 1), st.floats(0, 1))
def test_where_nudges_help_nobody_wins_by_betting_on_harm(ours: int, theirs: int, one: float, other: float):
    low, high = sorted((one, other))

    def binomial(count: int, successes: int, chance: float) -> float:
        return math.comb(count, successes) * chance**successes * (1 - chance) ** (count - successes)

    won = sum(
        binomial(ours, a, high)
        * binomial(theirs, b, low)
        * math.exp(sequential.strength(sequential.after(sequential.NOTHING_YET, of(ours, a), of(theirs, b))))
        for a in range(ours + 1)
        for b in range(theirs + 1)
    )
    assert won <= 1 + 1e-9


@settings(max_examples=60, derandomize=True)
@given(counts, counts)
def test_one_more_who_comes_back_in_the_arm_is_never_evidence_of_harm(arm: Tally, holdout: Tally):
    if arm.returned < arm.learners:
        less = sequential.strength(sequential.after(sequential.NOTHING_YET, arm, holdout))
        more = of(arm.learners, arm.returned + 1)
        assert sequential.strength(sequential.after(sequential.NOTHING_YET, more, holdout)) <= less + 1e-12


def test_a_large_day_is_weighed_without_overflow():
    found = sequential.after(sequential.NOTHING_YET, of(5000, 1000), of(5000, 2500))
    assert all(math.isfinite(one) for one in found) and sequential.strength(found) > 100


def test_a_day_with_nobody_in_one_of_the_two_says_nothing():
    found = sequential.after(sequential.NOTHING_YET, of(0, 0), of(9, 4))
    assert found == pytest.approx(sequential.NOTHING_YET, abs=1e-12)
