"""When a nudge may go out: not in the learner's quiet hours, where they live, and not more often than they wish."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from common.domain.engagement.models import LearnerNudges

SPAN = timedelta(days=7)
"""In which `most_a_week` are counted."""
MOST_RECENT = 7
"""Times that are remembered: nobody can wish for more in a week."""


def next_time(now: datetime, zone: ZoneInfo, wishes: LearnerNudges, hour: int | None = None) -> datetime:
    """The first time from now on at which the learner may be nudged, `hour` (0 to 23) the one in which they shall be.

    Where that hour is quiet it is the end of the quiet hours that follows.
    """
    return after_quiet(at_hour(max(now, after_cap(now, wishes)), zone, hour), zone, wishes)


def after_cap(now: datetime, wishes: LearnerNudges) -> datetime:
    """The first time from now on at which another nudge would not be one too many."""
    counted = sorted(one for one in wishes.recent if one > now - SPAN)
    if len(counted) < wishes.most_a_week:
        return now
    return counted[-wishes.most_a_week] + SPAN


def with_one(recent: Sequence[datetime], at: datetime) -> tuple[datetime, ...]:
    """The times that are remembered when there is one more."""
    return tuple(sorted((*recent, at)))[-MOST_RECENT:]


def at_hour(now: datetime, zone: ZoneInfo, hour: int | None) -> datetime:
    """The first time from now on in that hour of the learner's day."""
    local = now.astimezone(zone)
    if hour is None or local.hour == hour:
        return now
    days = 0 if local.hour < hour else 1
    return _local(local, days, time(hour), zone)


def after_quiet(now: datetime, zone: ZoneInfo, wishes: LearnerNudges) -> datetime:
    """The first time from now on that is not quiet.

    On a day on which the clocks change, quiet is what the learner's clock says. Where the end of the quiet hours falls
    into an hour that is left out, it is put off by as much.
    """
    begins, ends = time.fromisoformat(wishes.quiet_from), time.fromisoformat(wishes.quiet_until)
    at = now
    while _is_quiet(at.astimezone(zone), begins, ends):
        local = at.astimezone(zone)
        at = _local(local, 0 if _wall(local) < ends else 1, ends, zone)
    return at


def _is_quiet(local: datetime, begins: time, ends: time) -> bool:
    wall = _wall(local)
    if begins <= ends:
        return begins <= wall < ends
    return wall >= begins or wall < ends


def _wall(local: datetime) -> time:
    return local.time().replace(tzinfo=None, fold=0)


def _local(day: datetime, days: int, wall: time, zone: ZoneInfo) -> datetime:
    """A wall time `days` after a local day, as an instant; never before that day's own."""
    first = datetime.combine(day.date() + timedelta(days=days), wall, zone)
    if first.astimezone(UTC) <= day.astimezone(UTC):  # the hour that the clocks repeat: its second time
        first = first.replace(fold=1)
    return first.astimezone(UTC)
