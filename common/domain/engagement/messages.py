"""What engagement asks of its own tasks."""

from typing import Literal, Self

from pydantic import Field

from common.domain.progress.messages import MOST_TOPICS, ActivityHappened, TopicResult
from common.ports import Message, Time


class PlanNudges(Message, key=("until", "due_at", "user_id")):
    """Go on planning behind this learner. The id derives from the sweep and the place that was reached."""

    until: Time = Field(description="the sweep looks at who was due by then")
    due_at: Time = Field(description="of the last learner of the page before")
    user_id: str = Field(max_length=128, description="the last learner of the page before")


class SendNudge(Message, key=("nudge_id", "step")):
    """Send a learner a nudge, if it is still right to. The id derives from the nudge and how often it was put off."""

    nudge_id: str = Field(max_length=128)
    user_id: str = Field(max_length=128)
    silent_since: Time | None = Field(default=None, description="of a lapse: when the learner was last here")
    step: int = Field(default=0, ge=0)


class WriteNudge(Message, key=("nudge_id", "step")):
    """Let a model write the text of a nudge. The id derives from the nudge and from its step."""

    nudge_id: str = Field(max_length=128)
    user_id: str = Field(max_length=128)
    step: int = Field(ge=0, description="of SendNudge, which it comes back as")


class MailNudge(Message, key=("nudge_id", "step")):
    """Send the e-mail of a nudge. The id derives from the nudge and from its step."""

    nudge_id: str = Field(max_length=128)
    user_id: str = Field(max_length=128)
    step: int = Field(ge=0, description="of SendNudge, which it comes back as where it is put off after all")


class GradedWork(Message, key=("activity_id",)):
    """A learner handed in graded work in a course. The id derives from the activity that told of it."""

    activity_id: str = Field(max_length=128)
    user_id: str = Field(max_length=128)
    course_id: str = Field(max_length=128)
    at: Time
    topics: tuple[TopicResult, ...] = Field(max_length=MOST_TOPICS)

    @classmethod
    def of(cls, happened: ActivityHappened, course_id: str) -> Self:
        """The work that an activity tells of."""
        return cls(
            activity_id=str(happened.derived_id()),
            user_id=happened.user_id,
            course_id=course_id,
            at=happened.at,
            topics=happened.topics,
        )


class RefreshCourseRisks(Message, key=("course_id", "day", "phase", "after")):
    """Judge the learners of a course anew, a page at a time. The id derives from the course, the day and the place."""

    course_id: str = Field(max_length=128)
    day: str = Field(max_length=10, description="ISO 8601 date, UTC")
    phase: Literal["enrolled", "left"] = Field(
        default="enrolled", description="enrolled: everybody is judged; left: whoever has left is forgotten"
    )
    after: str = Field(default="", max_length=300, description="the last document of the page before; empty at first")
    after_at: Time | None = Field(default=None, description="of the last enrollment of the page before")
