"""Days as a learner lives them: which calendar day an instant falls on, where they were then.

A day is a number, counted from EPOCH, so that a set of days is an integer with a bit a day.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from common.ports import Time

EPOCH = date(2020, 1, 1)
"""Day 0; Scholium is younger."""
MOST_ZONES = 16
"""Changes of zone that are remembered: for what is told late of the time before them."""
EXCUSED_SHIFT = timedelta(hours=3)
"""A journey east that takes at least so much of a day excuses it."""
EXCUSED_EVERY = timedelta(days=7)


class ZoneSince(BaseModel):
    """A learner's time zone, and since when."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    since: Time
    zone: str | None = None
    """IANA name; None where it is not known, which is taken for UTC."""


def zone_at(at: datetime, zones: Sequence[ZoneSince]) -> ZoneInfo:
    """The zone in force at an instant; the first one also held before it is known to."""
    held = [one for one in zones if one.since <= at] or list(zones[:1])
    return ZoneInfo((held[-1].zone if held else None) or "UTC")


def date_at(at: datetime, zones: Sequence[ZoneSince]) -> date:
    """The learner's calendar date at an instant."""
    return at.astimezone(zone_at(at, zones)).date()


def number(day: date) -> int:
    """Days since EPOCH."""
    return (day - EPOCH).days


def moved(zones: Sequence[ZoneSince], at: datetime, zone: str | None) -> tuple[tuple[ZoneSince, ...], int]:
    """The zones after a move, and the days that it excuses as a set of bits.

    Who travels east loses hours, and over the date line a whole day: both days that the move touches are excused,
    once a week at most, so that nobody keeps a streak by moving to and fro.
    """
    before, after = at.astimezone(zone_at(at, zones)), at.astimezone(ZoneInfo(zone or "UTC"))
    grown = (*zones, ZoneSince(since=at, zone=zone))[-MOST_ZONES:]
    lost = (after.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
    is_often = any(at - one.since < EXCUSED_EVERY for one in zones[1:])
    if lost < EXCUSED_SHIFT or is_often:
        return grown, 0
    first, last = number(before.date()), number(after.date())
    return grown, sum(1 << day for day in range(max(first, 0), last + 1))


def began(at: datetime, zone: str | None) -> tuple[ZoneSince, ...]:
    """The zones of a learner of whom nothing is known yet but where they are."""
    return (ZoneSince(since=min(at, datetime(2020, 1, 1, tzinfo=UTC)), zone=zone),)
