"""What other subjects say of learners: the one message about everything that they do."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.ports import Message, Time

MOST_TOPICS = 20
LONGEST_SECONDS = 86_400

ActivityKind = Literal[
    "quiz_submitted",
    "card_reviewed",
    "lesson_completed",
    "concept_progressed",
    "question_asked",
    "session_ended",
    "post_created",
]

Id = Annotated[str, Field(min_length=1, max_length=128)]
Topic = Annotated[str, Field(min_length=1, max_length=100)]


class TopicResult(BaseModel):
    """How a learner did on one topic: `correct` answers of `of`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: Topic
    correct: int = Field(ge=0, le=1_000)
    of: int = Field(ge=0, le=1_000)

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.correct > self.of:
            raise ValueError("more correct answers than answers")
        return self


class ActivityHappened(Message, key=("kind", "subject_id")):
    """A learner did something that counts. Staged in the batch that makes it a fact; consumed by `activity_record`.

    The id derives from the kind and from what was done, so the same fact counts once however often it is staged.
    """

    user_id: Id
    kind: ActivityKind
    subject_id: Id = Field(
        description="of what was done, unique among all learners: a submission, a review, a message; what several "
        "learners may do is joined with the learner's id"
    )
    at: Time = Field(description="when it was done, by the server's clock")
    course_id: Id | None = None
    concept_id: Id | None = None
    document_id: Id | None = None
    topics: tuple[TopicResult, ...] = Field(
        default=(), max_length=MOST_TOPICS, description="evidence of what the learner knows; each topic once"
    )
    score: float | None = Field(default=None, ge=0, le=1, description="share of what could be reached")
    seconds: int = Field(
        default=0, ge=0, le=LONGEST_SECONDS, description="how long it took, measured by the server where possible"
    )
