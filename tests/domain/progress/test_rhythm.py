"""How regularly somebody learns follows from the set of their days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.progress.rhythm import rhythm, rhythm_of
from common.domain.rewards.course_work import course_work
from common.triggers.unit_of_work import Billed, UnitOfWork
from tests.domain.progress.classroom import Classroom


def about(value: float) -> Any:
    return pytest.approx(value)


def bits(*days: int) -> int:
    return sum(1 << day for day in days)


def test_nothing_is_known_of_who_never_came():
    seen = rhythm(0, 100, None)
    assert (seen.days_since, seen.active_days_28, seen.mean_gap, seen.gap_deviation) == (None, 0, None, None)


def test_gaps_tell_how_regularly_somebody_comes():
    weekly, daily = rhythm(bits(*range(0, 100, 7)), 100, None), rhythm(bits(*range(100)), 100, None)
    assert (weekly.mean_gap, weekly.gap_deviation, weekly.days_since) == (about(7), about(0), 2)
    assert (daily.mean_gap, daily.active_days_7, daily.active_days_28) == (about(1), 6, 27)
    assert rhythm(bits(1, 2), 3, None).gap_deviation is None


def test_what_is_long_ago_counts_less():
    slower = rhythm(bits(*range(60), *range(60, 120, 6)), 120, None)
    faster = rhythm(bits(*range(0, 60, 6), *range(60, 120)), 120, None)
    assert slower.mean_gap is not None and faster.mean_gap is not None
    assert slower.mean_gap > 2 > faster.mean_gap


@given(st.sets(st.integers(0, 500)), st.integers(0, 500))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_the_numbers_stay_in_their_ranges(days: set[int], today: int):
    seen = rhythm(bits(*days), today, None)
    today = max([today, *days])
    assert seen.days_since == (today - max(days) if days else None)
    assert seen.active_days_7 == len(days & set(range(today - 6, today + 1))) <= seen.active_days_28
    assert seen.mean_gap is None or seen.mean_gap >= 1 - 1e-9


def test_a_learner_s_rhythm_and_work_in_a_course_are_read_cheaply(classroom: Classroom):
    answers = ({"topic": "loops", "correct": 3, "of": 4},)
    for week in range(3):
        done = classroom.happened(
            kind="quiz_submitted", subject=str(week), course_id="logic", topics=answers, seconds=60
        )
        classroom.do(done, classroom.happened(subject=f"card-{week}", course_id="logic"))
        classroom.world.clock.advance(days=7)
    billed = Billed()
    store, now = UnitOfWork(classroom.world.database, billed), classroom.world.clock.now()
    seen = rhythm_of("ada", store, now)
    assert (seen.days_since, seen.active_days_28, seen.mean_gap) == (7, 3, about(7))
    assert seen.last_active_at == now - timedelta(days=7)
    assert billed.reads == 1
    work = course_work("ada", "logic", store, now, weeks=4)
    assert [(one.week, one.activities, one.active_days, one.correct, one.of, one.seconds) for one in work] == [
        ("2026-W13", 0, 0, 0, 0, 0), ("2026-W12", 2, 1, 3, 4, 60), ("2026-W11", 2, 1, 3, 4, 60),
        ("2026-W10", 2, 1, 3, 4, 60),
    ]  # fmt: skip
    assert billed.reads == 5
    assert rhythm_of("eve", store, now).days_since is None
