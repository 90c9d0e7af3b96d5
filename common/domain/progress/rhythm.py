"""The rhythm in which somebody learns: how long ago, how often, how regularly.

What a judgement of the risk that a learner drops out rests on; the judgement itself is made elsewhere (engagement).
All of it follows from the set of the learner's days, so the order in which activities became known does not matter,
and nothing has to be stored for it. The graded work in a course is in rewards.course_work.
"""

import itertools
import math
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from common.domain.progress.local_days import date_at, number
from common.domain.progress.models import Standing
from common.ports import StoreReader, Time

HALF_LIFE_DAYS = 28.0
"""Of a gap's weight: what somebody did two months ago says a quarter of what they do now."""
LONGEST_LOOK_DAYS = 365


class Rhythm(BaseModel):
    """How somebody learns, in their local days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    last_active_at: Time | None
    days_since: int | None = Field(ge=0, description="since the last day of learning; null where there was none")
    active_days_7: int = Field(ge=0, le=7, description="of the last seven days, today included")
    active_days_28: int = Field(ge=0, le=28)
    mean_gap: float | None = Field(description="days from one day of learning to the next; late ones count more")
    gap_deviation: float | None = Field(description="standard deviation of those, in days; null below two gaps")


def rhythm_of(user_id: str, store: StoreReader, now: datetime) -> Rhythm:
    """The rhythm of a learner; empty where nothing is known of them. Costs a read."""
    standing = store.get(Standing, user_id)
    if standing is None:
        return rhythm(0, 0, None)
    return rhythm(standing.active_days, number(date_at(now, standing.zones)), standing.last_active_at)


def rhythm(active: int, today: int, last_active_at: datetime | None) -> Rhythm:
    """The rhythm on the day `today` of a set of days (local_days)."""
    today = max(today, active.bit_length() - 1, 0)
    first = max(0, today + 1 - LONGEST_LOOK_DAYS)
    recent = active >> first
    days = [first + at for at in range(recent.bit_length()) if recent >> at & 1]
    mean, deviation = _gaps(days, today)
    return Rhythm(
        last_active_at=last_active_at,
        days_since=today - (active.bit_length() - 1) if active else None,
        active_days_7=(active >> max(0, today - 6)).bit_count(),
        active_days_28=(active >> max(0, today - 27)).bit_count(),
        mean_gap=mean,
        gap_deviation=deviation,
    )


def _gaps(days: Sequence[int], today: int) -> tuple[float | None, float | None]:
    """Mean and deviation of the gaps between days, each weighted by how recently it ended."""
    gaps = [(0.5 ** ((today - later) / HALF_LIFE_DAYS), later - day) for day, later in itertools.pairwise(days)]
    weight = sum(one for one, _ in gaps)
    if not gaps:
        return None, None
    mean = sum(one * gap for one, gap in gaps) / weight
    spread = sum(one * (gap - mean) ** 2 for one, gap in gaps) / weight
    return mean, math.sqrt(spread) if len(gaps) > 1 else None
