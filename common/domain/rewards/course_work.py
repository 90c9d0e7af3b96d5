"""What a learner did in a course, week by week: for their teacher, and for whoever judges the risk of losing them."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from common.domain.progress.local_days import date_at
from common.domain.progress.models import Standing
from common.domain.rewards.models import LearnerWeek, learner_week_id
from common.domain.rewards.weeks import week_of
from common.ports import StoreReader, Time

MOST_WEEKS = 12


class WeekOfWork(BaseModel):
    """One week of a learner in a course."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    week: str = Field(max_length=10, description="ISO 8601, such as 2026-W10")
    activities: int = Field(ge=0)
    active_days: int = Field(ge=0, le=7)
    seconds: int = Field(ge=0)
    correct: int = Field(ge=0, description="right answers, of graded work")
    of: int = Field(ge=0)
    points: int = Field(ge=0)
    last_active_at: Time | None


def course_work(user_id: str, course_id: str, store: StoreReader, now: datetime, *, weeks: int) -> list[WeekOfWork]:
    """A learner's last weeks in a course, the present one first; weeks without activity are empty.

    Costs a read a week, MOST_WEEKS at most, and one of the standing. Rights are the asker's to check.
    """
    standing = store.get(Standing, user_id)
    today = date_at(now, standing.zones if standing else ())
    names = [week_of(today - timedelta(weeks=back)) for back in range(min(weeks, MOST_WEEKS))]
    found = store.get_many(LearnerWeek, [learner_week_id(course_id, name, user_id) for name in names])
    known = {one.week: one for one in found}
    return [_work(name, known.get(name)) for name in names]


def _work(name: str, known: LearnerWeek | None) -> WeekOfWork:
    tallies = known.tallies if known else ()
    return WeekOfWork(
        week=name,
        activities=sum(one.count for one in tallies),
        active_days=len({one.day for one in tallies}),
        seconds=known.seconds if known else 0,
        correct=known.correct if known else 0,
        of=known.of if known else 0,
        points=known.points if known else 0,
        last_active_at=known.last_active_at if known else None,
    )
