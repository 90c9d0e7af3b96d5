"""No nudge in quiet hours, nor more often than wished, in any zone and on the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from common.domain.engagement import due, timing
from common.domain.engagement.lapsing import Habits
from common.domain.engagement.models import LearnerNudges
from common.domain.progress.local_days import began, date_at, number
from common.domain.progress.models import Standing

ZONES = [
    "UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "America/Santiago", "Africa/Casablanca", "Asia/Gaza",
]  # fmt: skip
zones = st.sampled_from([ZoneInfo(name) for name in ZONES])
walls = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
changes = ("2026-03-29T01:00Z", "2026-10-25T01:00Z", "2026-03-08T07:00Z", "2026-11-01T06:00Z", "2026-04-04T15:00Z")
around_changes = st.sampled_from([datetime.fromisoformat(one) for one in changes])
any_day = st.integers(0, 4 * 365).map(lambda days: datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=days))
instants = st.builds(
    lambda around, minutes: around + timedelta(minutes=minutes),
    st.one_of(around_changes, any_day),
    st.integers(-2000, 2000),
)
waits = st.lists(st.integers(0, 60 * 40), min_size=2, max_size=12)


def wishes(**wished: object) -> LearnerNudges:
    return LearnerNudges.model_validate({"user_id": "ada", **wished})


def is_quiet(at: datetime, zone: ZoneInfo, own: LearnerNudges) -> bool:
    """By the clock on the learner's wall."""
    wall = at.astimezone(zone).strftime("%H:%M")
    if own.quiet_from <= own.quiet_until:
        return own.quiet_from <= wall < own.quiet_until
    return wall >= own.quiet_from or wall < own.quiet_until


@given(instants, zones, walls, walls)
@examples(max_examples=400, derandomize=True, deadline=None)
def test_what_may_go_out_goes_out_at_once_and_the_rest_at_the_end_of_the_quiet_hours(
    now: datetime, zone: ZoneInfo, begins: str, ends: str
):
    own = wishes(quiet_from=begins, quiet_until=ends)
    at = timing.after_quiet(now, zone, own)
    assert at >= now and not is_quiet(at, zone, own)
    assert (at == now) == (not is_quiet(now, zone, own))
    # Every minute between was quiet, but for the hour that a clock may leave out or repeat.
    free = [one for one in range(int((at - now).total_seconds() // 60)) if not is_quiet(minute(now, one), zone, own)]
    assert len(free) <= 60
    if free:
        day = now.astimezone(zone).date()
        offsets = {datetime.combine(day + timedelta(days=days), time(), zone).utcoffset() for days in range(-1, 3)}
        assert len(offsets) > 1, "no clock changes here"


def minute(now: datetime, one: int) -> datetime:
    return now + timedelta(minutes=one)


@given(instants, zones, walls, walls, st.one_of(st.none(), st.integers(0, 23)), st.integers(1, 7), waits)
@examples(max_examples=300, derandomize=True, deadline=None)
def test_no_seven_days_ever_have_more_nudges_than_wished(
    now: datetime, zone: ZoneInfo, begins: str, ends: str, hour: int | None, most: int, pauses: list[int]
):
    own = wishes(quiet_from=begins, quiet_until=ends, most_a_week=most)
    sent: list[datetime] = []
    for pause in pauses:
        at = timing.next_time(now, zone, own, hour)
        assert at >= now and not is_quiet(at, zone, own)
        sent.append(at)
        own = own.model_copy(update={"recent": timing.with_one(own.recent, at)})
        now = at + timedelta(minutes=pause)
    for first in sent:
        assert sum(first <= one < first + timedelta(days=7) for one in sent) <= most
    assert len(own.recent) <= timing.MOST_RECENT


@pytest.mark.parametrize(
    ("now", "zone", "wished", "at"),
    [
        # Berlin's clocks go from 2:00 to 3:00: the night is an hour shorter, and 8:00 is 6:00 in UTC.
        ("2026-03-28T22:00Z", "Europe/Berlin", {}, "2026-03-29T06:00Z"),
        # And from 3:00 back to 2:00: an hour longer.
        ("2026-10-24T21:00Z", "Europe/Berlin", {}, "2026-10-25T07:00Z"),
        # The end of the quiet hours is left out by the clock: put off by as much.
        ("2026-03-29T00:30Z", "Europe/Berlin", {"quiet_from": "23:00", "quiet_until": "02:30"}, "2026-03-29T01:30Z"),
        # It comes twice: the first time ends them.
        ("2026-10-24T23:00Z", "Europe/Berlin", {"quiet_from": "23:00", "quiet_until": "02:30"}, "2026-10-25T00:30Z"),
        # Lord Howe's clocks move by half an hour.
        ("2026-04-04T12:00Z", "Australia/Lord_Howe", {}, "2026-04-04T21:30Z"),
        # Nobody's hours are quiet where they end as they begin.
        ("2026-03-02T03:00Z", "UTC", {"quiet_from": "00:00", "quiet_until": "00:00"}, "2026-03-02T03:00Z"),
        # By day instead of by night.
        ("2026-03-02T10:00Z", "UTC", {"quiet_from": "09:00", "quiet_until": "17:00"}, "2026-03-02T17:00Z"),
    ],
)
def test_quiet_hours_are_what_the_clock_on_the_wall_says(now: str, zone: str, wished: dict[str, str], at: str):
    instant = timing.after_quiet(datetime.fromisoformat(now), ZoneInfo(zone), wishes(**wished))
    assert instant == datetime.fromisoformat(at)


def test_a_wished_hour_is_waited_for_and_quiet_hours_win_over_it():
    now, berlin = datetime(2026, 3, 2, 9, tzinfo=UTC), ZoneInfo("Europe/Berlin")
    assert timing.next_time(now, berlin, wishes(), 10) == now
    assert timing.next_time(now, berlin, wishes(), 18) == now.replace(hour=17)
    assert timing.next_time(now, berlin, wishes(), 9) == now.replace(day=3, hour=8)
    assert timing.next_time(now, berlin, wishes(), 23) == now.replace(day=3, hour=7)


@given(st.lists(instants, min_size=1, max_size=30), st.sampled_from(ZONES))
@examples(max_examples=200, derandomize=True, deadline=None)
def test_the_time_at_which_a_nudge_is_due_follows_from_the_days_wherever_they_were_lived(
    times: list[datetime], zone: str
):
    born = began(datetime(2020, 1, 1, tzinfo=UTC), zone)
    days = 0
    for at in times:
        days |= 1 << number(date_at(at, born))
    known = Standing(user_id="ada", zones=born, days=f"{days:x}", last_active_at=max(times))
    found = due.with_due(known).nudge_due_at
    assert found is not None and due.LEAST_AWAY <= found - max(times) < timedelta(days=60)
    again = due.with_due(known.model_copy(update={"nudged_for": max(times)}))
    assert again.nudge_due_at is None
    later = known.model_copy(update={"nudged_for": max(times) - timedelta(days=1)})
    assert due.with_due(later).nudge_due_at == found


def test_somebody_who_comes_every_other_week_is_not_missed_after_a_day():
    last = datetime(2026, 3, 2, 9, tzinfo=UTC)
    daily, weekly, fortnightly = (
        due.due_at(Habits(last, returns, float(gap * returns), streak_days=1))
        for returns, gap in ((50, 1), (7, 7), (3, 14))
    )
    assert daily and weekly and fortnightly
    assert timedelta(days=2) < daily - last < timedelta(days=5)
    assert timedelta(days=7) <= weekly - last < timedelta(days=9)
    assert fortnightly - last == timedelta(days=14)
