"""A streak follows from the set of days alone, in every time zone of the world."""

from __future__ import annotations

import functools
import importlib.resources
import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.progress.local_days import EPOCH, began, date_at, moved, number, zone_at
from common.domain.progress.streak import streak

ZONES = sorted(importlib.resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
DAYS = st.sets(st.integers(0, 60), max_size=61)


def bits(*days: int) -> int:
    return sum(1 << day for day in days)


def by_the_rule(active: set[int], excused: set[int], today: int) -> tuple[int, int]:
    """The rule as it is said to people, day by day."""
    current = longest = 0
    today = max([today, *active])
    for day in range(min(active, default=today), today + 1):
        if day in active:
            current += 1
        elif day < today and day not in excused:
            missed_before = any(
                one not in active and (one not in excused or one < min(active)) for one in range(day - 6, day)
            )
            current = 0 if missed_before else current
        longest = max(longest, current)
    return current, longest


@pytest.mark.parametrize(
    ("active", "today", "current", "longest"),
    [
        ((), 5, 0, 0),
        ((5,), 5, 1, 1),
        ((4,), 5, 1, 1),  # today is not over
        ((3,), 5, 0, 1),
        ((0, 1, 2, 4), 4, 1, 3),  # forgiveness is earned by six days
        ((0, 1, 2, 3, 4, 5, 7), 7, 7, 7),
        ((0, 1, 2, 3, 4, 5), 7, 6, 6),
        ((0, 1, 2, 3, 4, 5), 8, 0, 6),
        ((0, 1, 2, 3, 4, 5, 7, 9), 9, 1, 7),  # one in seven, not two
        ((0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 14), 14, 13, 13),
        ((6,), 5, 1, 1),  # it is tomorrow where they come from
    ],
)
def test_a_streak_counts_days_and_forgives_one_in_seven(
    active: tuple[int, ...], today: int, current: int, longest: int
):
    found = streak(bits(*active), 0, today)
    assert (found.current, found.longest) == (current, longest)


@given(DAYS, DAYS, st.integers(0, 70))
@settings(max_examples=400, derandomize=True, deadline=None)
def test_the_arithmetic_of_bits_is_the_rule_day_by_day(active: set[int], excused: set[int], today: int):
    found = streak(bits(*active), bits(*excused), today)
    assert (found.current, found.longest) == by_the_rule(active, excused, today)
    assert found.is_active_today == (max([today, *active]) in active)


@given(DAYS, DAYS, st.integers(0, 60), st.integers(60, 70))
@settings(max_examples=400, derandomize=True, deadline=None)
def test_another_day_never_shortens_a_streak(active: set[int], excused: set[int], late: int, today: int):
    before = streak(bits(*active), bits(*excused), today)
    after = streak(bits(*active, *({late} - active)), bits(*excused), today)
    assert after.current >= before.current
    assert after.longest >= before.longest


@given(DAYS, st.integers(60, 70))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_who_may_rest_today_has_the_same_streak_tomorrow(active: set[int], today: int):
    now, tomorrow = (streak(bits(*active), 0, day) for day in (today, today + 1))
    kept = now.is_active_today or now.may_rest
    assert tomorrow.current == (now.current if kept else 0)


def test_what_is_told_late_of_yesterday_repairs_the_streak():
    days = bits(1, 2, 3, 5)
    assert streak(days, 0, 5).current == 1
    assert streak(days | bits(4), 0, 5).current == 5


def test_ten_years_of_days_take_a_kilobyte_and_no_time():
    assert len(f"{bits(*range(3650)):x}") < 1000
    every_other = bits(*range(0, 3650, 2))
    assert (streak(every_other, 0, 3650).longest, streak(bits(*range(3650)), 0, 3650).current) == (1, 3650)


def test_a_year_of_learning_daily_is_unbroken_in_every_zone():
    """At nine in the evening, of every day of 2026 and 2027, through every change of clocks."""
    for zone in ZONES:
        place, zones = ZoneInfo(zone), began(FIRST, zone)
        evenings = [date(2026, 1, 1) + timedelta(days=count) for count in range(730)]
        instants = [datetime(one.year, one.month, one.day, 21, tzinfo=place).astimezone(UTC) for one in evenings]
        days = [number(date_at(at, zones)) for at in instants]
        assert days == [number(one) for one in evenings], zone
        assert streak(bits(*days), 0, days[-1]).current == 730, zone


@functools.cache
def changes_of_clocks(zone: str) -> tuple[datetime, ...]:
    """The instants from FIRST to LAST at which the zone's offset changes, to the minute."""
    place, found, at = ZoneInfo(zone), [], FIRST
    while at < LAST:
        later = at + timedelta(days=7)
        if at.astimezone(place).utcoffset() != later.astimezone(place).utcoffset():
            low, high = at, later
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                same = low.astimezone(place).utcoffset() == middle.astimezone(place).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        at = later
    return tuple(found)


def test_no_change_of_clocks_skips_a_day_or_brings_one_back():
    """Every quarter of an hour of the two days around every change of every zone."""
    seen = 0
    for zone in ZONES:
        zones = began(FIRST, zone)
        for change in changes_of_clocks(zone):
            seen += 1
            around = [change + timedelta(minutes=15 * step) for step in range(-96, 97)]
            days = [number(date_at(at, zones)) for at in around]
            assert {later - earlier for earlier, later in itertools.pairwise(days)} <= {0, 1}, (zone, change)
            assert streak(bits(*set(days)), 0, days[-1]).current == len(set(days))
    assert seen > 700


@given(st.sampled_from(ZONES), st.integers(0, 1440 * 365), st.integers(0, 1439))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_a_day_is_the_one_on_the_wall_where_the_learner_is(zone: str, minute: int, more: int):
    at = FIRST + timedelta(minutes=minute)
    day = date_at(at, began(FIRST, zone))
    assert day == at.astimezone(ZoneInfo(zone)).date()
    assert number(date_at(at + timedelta(minutes=more), began(FIRST, zone))) - number(day) in (0, 1)


@given(st.sampled_from(ZONES), st.sampled_from(ZONES), st.integers(0, 1440 * 14), st.integers(0, 23))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_no_journey_breaks_the_streak_of_who_learns_every_day(here: str, there: str, minute: int, hour: int):
    """Each day at `hour`, where they are; they travel at any minute of the second to third week."""
    travel = FIRST + timedelta(days=7, minutes=minute)
    zones, excused = moved(began(FIRST, here), travel, there)
    active, at, last = set(), FIRST, FIRST + timedelta(days=30)
    while at < last:
        local = at.astimezone(zone_at(at, zones))
        if local.hour == hour or (local.hour, local.minute) == (hour + 1, 0):  # an hour that a change of clocks skips
            active.add(number(local.date()))
        at += timedelta(minutes=15)
    found = streak(bits(*active), excused, number(date_at(last, zones)))
    assert found.current == len(active) >= 27


def test_over_the_date_line_the_lost_day_is_excused_once_a_week():
    start = datetime(2026, 5, 4, 20, tzinfo=ZoneInfo("Pacific/Honolulu"))
    zones, excused = moved(began(FIRST, "Pacific/Honolulu"), start.astimezone(UTC), "Pacific/Auckland")
    monday = number(date(2026, 5, 4))
    assert excused == bits(monday, monday + 1)
    assert streak(bits(monday - 1, monday + 2), excused, monday + 2).current == 2
    back, none = moved(zones, start.astimezone(UTC) + timedelta(days=1), "Pacific/Honolulu")
    _, again = moved(back, start.astimezone(UTC) + timedelta(days=2), "Pacific/Auckland")
    assert (none, again) == (0, 0)


def test_a_day_of_before_the_move_is_told_where_the_learner_was_then():
    travel = datetime(2026, 5, 4, 13, tzinfo=UTC)
    zones, _ = moved(began(FIRST, "Pacific/Auckland"), travel, "Pacific/Honolulu")
    assert date_at(travel - timedelta(seconds=1), zones) == date(2026, 5, 5)
    assert date_at(travel, zones) == date(2026, 5, 4)


def test_only_the_latest_moves_are_remembered():
    zones = began(FIRST, "Europe/Berlin")
    for count in range(40):
        zones, _ = moved(zones, FIRST + timedelta(days=count), "Asia/Tokyo" if count % 2 else "Europe/London")
    assert len(zones) == 16
    assert zone_at(FIRST + timedelta(days=50), zones).key == "Asia/Tokyo"
    assert date_at(FIRST, zones) >= EPOCH
