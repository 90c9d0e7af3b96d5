"""What the measured functions store: two reads and five writes a request, as a typical endpoint has."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from common.ports import Document, Message, Time

MINUTES = Field(ge=0, le=600, description="minutes, 0 to 600")


class Activity(BaseModel):
    """What a learner did."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lesson: Annotated[str, Field(min_length=1, max_length=100)]
    minutes: Annotated[int, MINUTES]


class Recorded(BaseModel):
    """The stored activity, and the learner's running total."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    activity_id: str
    total_minutes: int


class ActivityEntry(Document, collection="bench_activities", key="activity_id", unindexed=("lesson", "minutes")):
    """One activity."""

    activity_id: str
    user_id: str
    lesson: str
    minutes: int
    at: Time


class Progress(Document, collection="bench_progress", key="progress_id", unindexed=("total_minutes", "at")):
    """A learner's total on one lesson."""

    progress_id: str
    user_id: str
    total_minutes: int
    at: Time


class LessonCount(Document, collection="bench_lessons", key="lesson_id", unindexed=("count",)):
    """How often a lesson was worked on, in one of its shards."""

    lesson_id: str
    count: int


class DayCount(Document, collection="bench_days", key="day_id", unindexed=("count",)):
    """What the chain's consumer keeps: activities a learner and day."""

    day_id: str
    user_id: str
    count: int


class BenchHappened(Message):
    """For the record of the day. Its id is random: each activity is one."""

    user_id: str
    activity_id: str
    at: Time
