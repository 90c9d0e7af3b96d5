"""The risk of lapsing: it only grows with silence, by the learner's own rhythm; when it crosses is known."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.domain.engagement import lapsing
from common.domain.engagement.lapsing import Habits, crossing_at, habits, risk, score
from tests.domain.engagement.courses import LIMITED

LAST = datetime(2026, 3, 28, 18, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ROUNDING = 1e-12

DAILY = habits((1 << 56) - 1, LAST)
WEEKLY = habits(sum(1 << day for day in range(0, 57, 7)), LAST)
NEW = habits(1, LAST)

sets_of_days = st.sets(st.integers(2_000, 2_300)).map(lambda days: sum(1 << day for day in days))
known = st.builds(
    habits,
    sets_of_days,
    st.just(LAST),
    streak_days=st.integers(0, 500),
    reviews_due=st.integers(0, 5_000),
)
silences = st.floats(0, 1_000).map(lambda days: timedelta(days=days))


def after(one: Habits, **silence: float) -> float:
    return score(one, LAST + timedelta(**silence))


# The rhythm


@LIMITED
@given(st.lists(st.integers(2_000, 2_300), min_size=1), st.randoms(use_true_random=False))
def test_the_habits_follow_from_the_days_alone_in_any_order(days: list[int], chance: random.Random):
    shuffled = [*days, *days]
    chance.shuffle(shuffled)
    told = 0
    for day in shuffled:
        told |= 1 << day
    late = sorted({day for day in days if day > max(days) - lapsing.WINDOW_DAYS})
    assert habits(told, LAST) == Habits(LAST, len(late) - 1, late[-1] - late[0])


def test_who_never_learned_before_has_no_rhythm():
    assert habits(0, LAST) == NEW == Habits(LAST)


# The chance


@LIMITED
@given(known, silences, silences)
def test_it_only_grows_with_silence(one: Habits, some: timedelta, more: timedelta):
    assert 0 < score(one, LAST + some) <= score(one, LAST + some + more) + ROUNDING <= 1 + ROUNDING


@LIMITED
@given(known, silences, st.integers(0, 500), st.integers(0, 5_000))
def test_a_longer_streak_never_raises_it_and_more_reviews_never_lower_it(
    one: Habits, silence: timedelta, streak: int, reviews: int
):
    at = LAST + silence
    longer = replace(one, streak_days=one.streak_days + streak)
    fuller = replace(one, reviews_due=one.reviews_due + reviews)
    assert score(longer, at) <= score(one, at) + ROUNDING
    assert score(fuller, at) >= score(one, at) - ROUNDING


def test_the_same_silence_says_more_of_who_comes_daily():
    assert after(DAILY, days=0) < 0.05 < 0.35 < after(WEEKLY, days=0)
    assert after(DAILY, days=7) > 0.8 > 0.6 > after(WEEKLY, days=7)


def test_a_clock_that_runs_behind_counts_as_no_silence():
    assert after(DAILY, days=-3) == after(DAILY, days=0)


def learners(count: int) -> Iterator[tuple[Habits, float, bool]]:
    """Learners as the model takes them to be: their habits, days of silence, and whether they stay away a week more."""
    chance = random.Random(4)
    while count:
        rate = max(chance.gammavariate(lapsing.RETURNS_PRIOR, 1 / lapsing.DAYS_PRIOR), 1e-9)
        gone = chance.betavariate(lapsing.GONE_PRIOR, lapsing.STAYED_PRIOR)
        now, seen, returns = chance.uniform(0, 40), 0.0, 0
        stays = chance.random() >= gone
        wait = chance.expovariate(rate)
        while stays and seen + wait <= now:
            seen, returns = seen + wait, returns + 1
            stays, wait = chance.random() >= gone, chance.expovariate(rate)
        yield Habits(LAST, returns, seen), now - seen, not (stays and seen + wait <= now + lapsing.HORIZON_DAYS)
        count -= 1


def test_of_learners_as_the_model_takes_them_to_be_as_many_lapse_as_it_says():
    said: dict[int, list[tuple[float, bool]]] = {}
    for one, silence, lapsed in learners(6_000):
        found = after(one, days=silence)
        said.setdefault(int(found * 5), []).append((found, lapsed))
    assert len(said) == 5
    for of in said.values():
        mean, share = sum(found for found, _ in of) / len(of), sum(lapsed for _, lapsed in of) / len(of)
        assert share == pytest.approx(mean, abs=3.5 * (mean * (1 - mean) / len(of)) ** 0.5)


# The crossing


@LIMITED
@given(known, st.floats(0, 1))
def test_the_crossing_is_the_first_second_at_which_the_threshold_is_reached(one: Habits, threshold: float):
    at = crossing_at(one, threshold)
    if at is None:
        assert score(one, LAST + lapsing.LATEST_CROSSING) < threshold
    else:
        assert score(one, at) >= threshold
        assert at == LAST or score(one, at - SECOND) < threshold


@LIMITED
@given(known, st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_higher_threshold_is_never_crossed_earlier(one: Habits, some: float, other: float):
    first, second = crossing_at(one, min(some, other)), crossing_at(one, max(some, other))
    assume(second)
    assert first and second and first <= second


def test_who_comes_daily_crosses_after_four_days_and_who_comes_weekly_after_six():
    daily, weekly = crossing_at(DAILY, 0.5), crossing_at(WEEKLY, 0.5)
    assert daily is not None and timedelta(days=4) < daily - LAST < timedelta(days=5)
    assert weekly is not None and timedelta(days=5) < weekly - LAST < timedelta(days=7)


def test_a_threshold_that_was_reached_at_once_is_crossed_at_once_and_certainty_never():
    assert crossing_at(WEEKLY, 0) == LAST
    assert crossing_at(WEEKLY, 1) is None


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_that_is_no_chance_is_refused(threshold: float):
    with pytest.raises(ValueError, match="from 0 to 1"):
        crossing_at(WEEKLY, threshold)


# What it says


def test_the_reasons_name_silence_and_rhythm_in_plain_words():
    found = risk(replace(DAILY, streak_days=30, reviews_due=200), LAST + timedelta(days=5))
    texts = {one.about: (one.effect, one.text) for one in found.reasons}
    assert texts == {
        "silence": ("raises", "Has been away for 5 days. They usually come back after 1 day."),
        "rhythm": ("lowers", "Comes back after 1 day, 55 times of late."),
        "streak": ("lowers", "Learned 30 days in a row."),
        "reviews_due": ("raises", "200 reviews are waiting."),
    }
    assert found.reasons[0].strength == max(one.strength for one in found.reasons)
    assert (found.band, found.evidence, found.model_version) == ("high", 55, lapsing.VERSION)
    assert found.as_of == LAST + timedelta(days=5)


def test_who_is_new_is_judged_as_everybody_and_told_so_by_no_reason():
    assert risk(NEW, LAST).reasons == ()
    assert [one.text for one in risk(NEW, LAST + timedelta(days=1)).reasons] == ["Has been away for 1 day."]


@LIMITED
@given(known, silences)
def test_a_risk_is_its_score_with_effects_that_are_named_once(one: Habits, silence: timedelta):
    found = risk(one, LAST + silence)
    assert found.score == score(one, LAST + silence)
    assert len({reason.about for reason in found.reasons}) == len(found.reasons)
