"""FSRS-6 as published, and as py-fsrs computes it; the day is chosen from its range alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.review import balance, schedule
from common.domain.review.models import Holiday, Memory, Rating
from common.domain.review.study_days import StudyCalendar

START = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
RATINGS: tuple[Rating, ...] = get_args(Rating)
CALENDAR = StudyCalendar(ZoneInfo("UTC"), 4)
MONDAY = date(2026, 3, 2)


def test_the_published_vector_is_met_to_the_day():
    memory, now, intervals = Memory(), START, []
    for rating in (3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3):
        memory, due = schedule.after(memory, RATINGS[rating - 1], now, 0.9)
        intervals.append((due - now).days)
        now = due
    assert intervals == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_the_published_memory_state_is_met():
    """py-fsrs, tests/test_basic.py, test_memo_state: to four decimals."""
    memory, now = Memory(), START
    for rating, days in zip((1, 3, 3, 3, 3, 3), (0, 0, 1, 3, 8, 21), strict=True):
        now += timedelta(days=days)
        memory, _ = schedule.after(memory, RATINGS[rating - 1], now, 0.9)
    assert memory.stability == pytest.approx(53.62691, abs=1e-4)
    assert memory.difficulty == pytest.approx(6.3574867, abs=1e-4)


def test_our_parameters_are_those_of_the_library():
    assert schedule.PARAMETERS[schedule.LATEST] == fsrs.Scheduler().parameters


@given(days=st.integers(1, schedule.MOST_DAYS))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_the_range_is_that_of_the_librarys_fuzz(
    days: int,
):
    class Lots:
        draw = 0.0

    lots = Lots()
    library = fsrs.Scheduler(maximum_interval=schedule.MOST_DAYS)
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fsrs.scheduler.random", lambda: lots.draw)
        for lots.draw in (0.0, 1 - 2**-53):
            seen.append(library._get_fuzzed_interval(interval=timedelta(days=days)).days)
    span = schedule.window(days)
    # The library rounds its highest draw up, one day beyond the range that it computes.
    assert (span[0], span[-1]) in ((seen[0], seen[1]), (seen[0], seen[1] - 1))
    assert days in span


def test_of_days_that_are_as_good_the_emptiest_is_chosen():
    span = schedule.window(30)
    days = {number: MONDAY + timedelta(days=number) for number in span}
    load = {str(CALENDAR.number(day)): 5 for day in days.values()}
    assert balance.chosen(30, MONDAY, CALENDAR, load, None) == days[30]
    for emptiest in span:
        less = load | {str(CALENDAR.number(days[emptiest])): 4}
        assert balance.chosen(30, MONDAY, CALENDAR, less, None) == days[emptiest]


def test_of_equals_the_nearest_day_is_chosen_and_then_the_earlier():
    load = {str(CALENDAR.number(MONDAY + timedelta(days=30))): 1}
    assert balance.chosen(30, MONDAY, CALENDAR, load, None) == MONDAY + timedelta(days=29)


@given(
    days=st.integers(1, 4000),
    ahead=st.integers(2, 400),
    load=st.dictionaries(st.integers(1, 400), st.integers(0, 9), max_size=20),
)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_no_interval_leads_past_an_exam(days: int, ahead: int, load: dict[int, int]):
    exam = MONDAY + timedelta(days=ahead)
    counted = {str(CALENDAR.number(MONDAY) + number): count for number, count in load.items()}
    chosen = balance.chosen(min(days, schedule.MOST_DAYS), MONDAY, CALENDAR, counted, exam)
    assert MONDAY < chosen < exam


def test_on_the_eve_of_an_exam_and_after_it_the_interval_stands():
    for exam in (MONDAY + timedelta(days=1), MONDAY, MONDAY - timedelta(days=9)):
        assert balance.chosen(2, MONDAY, CALENDAR, {}, exam) == MONDAY + timedelta(days=2)


def test_what_would_be_due_after_the_exam_is_spread_over_the_week_before_it():
    exam, load, seen = MONDAY + timedelta(days=21), dict[str, int](), list[int]()
    for _ in range(14):
        chosen = balance.chosen(100, MONDAY, CALENDAR, load, exam)
        number = str(CALENDAR.number(chosen))
        load[number] = load.get(number, 0) + 1
        seen.append((exam - chosen).days)
    assert sorted(seen) == [day for day in range(1, 8) for _ in range(2)]


ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Sao_Paulo",
)


@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    seconds=st.integers(946_684_800, 2_000_000_000),
)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_a_day_lasts_from_its_beginning_to_that_of_the_next(zone: str, hour: int, seconds: int):
    calendar, moment = StudyCalendar(ZoneInfo(zone), hour), datetime.fromtimestamp(seconds, UTC)
    day = calendar.date_of(moment)
    assert calendar.begins(day) <= moment < calendar.begins(day + timedelta(days=1))
    assert calendar.date_of(calendar.begins(day)) == day


def test_before_the_rollover_hour_it_is_still_yesterday():
    berlin = StudyCalendar(ZoneInfo("Europe/Berlin"), 4)
    assert berlin.date_of(datetime(2026, 3, 3, 2, 59, tzinfo=UTC)) == MONDAY
    assert berlin.date_of(datetime(2026, 3, 3, 3, 0, tzinfo=UTC)) == MONDAY + timedelta(days=1)


@given(
    holidays=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=4),
    ahead=st.integers(0, 90),
)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_study_days_skip_holidays_and_lead_back_to_their_date(holidays: list[tuple[int, int]], ahead: int):
    taken: list[Holiday] = []
    for first, length in sorted(holidays):
        begin = MONDAY + timedelta(days=first)
        if not taken or taken[-1].last < begin:
            taken.append(Holiday(first=begin, last=begin + timedelta(days=length - 1)))
    calendar = StudyCalendar(ZoneInfo("UTC"), 4, days_off=3, holidays=tuple(taken))
    day = MONDAY + timedelta(days=ahead)
    following = day + timedelta(days=1)
    assert calendar.number(following) - calendar.number(day) == (0 if calendar.is_off(day) else 1)
    if not calendar.is_off(day):
        assert calendar.date_at(calendar.number(day)) == day
