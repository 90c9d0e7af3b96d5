"""What clients send and see of progress."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from common.domain.progress.messages import ActivityKind, TopicResult
from common.domain.progress.models import Activity
from common.ports import Time

FROZEN = ConfigDict(frozen=True, extra="forbid")
Id = Annotated[str, Field(max_length=128, description="opaque identifier")]


class ActivityView(BaseModel):
    """One thing that the caller did."""

    model_config = FROZEN

    activity_id: Id
    kind: ActivityKind
    subject_id: Id = Field(description="of what was done, such as a submission")
    at: Time
    course_id: Id | None
    concept_id: Id | None
    document_id: Id | None
    topics: tuple[TopicResult, ...]
    score: float | None = Field(ge=0, le=1)
    seconds: int = Field(ge=0, description="how long it took")

    @classmethod
    def of(cls, activity: Activity) -> Self:
        """What its learner sees of it."""
        return cls.model_validate({name: getattr(activity, name) for name in cls.model_fields})
