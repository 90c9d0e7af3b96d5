"""What clients send and see of progress."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from common.domain.accounts.names import at_most, plain_text
from common.domain.progress.messages import ActivityKind, TopicResult
from common.domain.progress.models import Activity, Concept, ConceptProgress, LearningSession
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


SectionId = Annotated[
    str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.~-]+$", description="its own within the concept")
]
Title = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(plain_text), AfterValidator(at_most(200))]
ShortTitle = Annotated[
    str, Field(min_length=1, max_length=100), AfterValidator(plain_text), AfterValidator(at_most(100))
]
ConceptStatus = Literal["not_started", "in_progress", "completed"]


class SectionBody(BaseModel):
    """One part of a concept."""

    model_config = FROZEN

    section_id: SectionId
    title: Title


class ConceptWish(BaseModel):
    """A concept as its teacher wants it."""

    model_config = FROZEN

    title: Title
    sections: tuple[SectionBody, ...] = Field(min_length=1, max_length=100, description="in their order; ids once each")
    course_id: Id | None = Field(default=None, description="whose learners it is for; everybody where it is left out")

    @model_validator(mode="after")
    def _each_section_once(self) -> Self:
        if len({one.section_id for one in self.sections}) < len(self.sections):
            raise ValueError("two sections have the same section_id")
        return self


class ConceptView(BaseModel):
    """A concept with its sections."""

    model_config = FROZEN

    concept_id: Id
    title: str = Field(max_length=200)
    sections: tuple[SectionBody, ...]
    course_id: Id | None

    @classmethod
    def of(cls, concept: Concept) -> Self:
        """A stored concept, as everybody sees it who may."""
        return cls.model_validate(concept.model_dump(include=set(cls.model_fields)))


class ConceptPage(BaseModel):
    """A page of concepts; of a course's the first page also names its modules, which are concepts like the others."""

    model_config = FROZEN

    items: tuple[ConceptView, ...] = Field(description="as teachers defined them, the oldest first")
    next_page_token: str | None = Field(description="page_token of the next page; null on the last")
    modules: tuple[ConceptView, ...] = Field(description="of the published course, in its order; on its first page")


class ProgressUpdate(BaseModel):
    """What a learner has done of a concept; what was completed before stays so."""

    model_config = FROZEN

    completed_sections: tuple[SectionId, ...] = Field(max_length=100, description="those that are new, or all of them")
    time_spent_seconds: int | None = Field(
        default=None,
        ge=0,
        le=31_536_000,
        description="in all so far; believed as far as the time since the learner began allows",
    )


class ProgressView(BaseModel):
    """How far the caller has come with a concept. How well they know it is another matter: see mastery."""

    model_config = FROZEN

    concept_id: Id
    title: str = Field(max_length=200)
    course_id: Id | None
    status: ConceptStatus
    percentage: int = Field(ge=0, le=100, description="of the sections, rounded down")
    completed_sections: tuple[str, ...]
    section_count: int = Field(ge=0, le=100)
    time_spent_seconds: int = Field(ge=0)
    started_at: Time | None
    updated_at: Time | None
    completed_at: Time | None = Field(description="when it was completed for the first time")

    @classmethod
    def of(cls, kept: ConceptProgress) -> Self:
        """Stored progress, as its learner sees it."""
        done, of = len(kept.completed), kept.section_count
        is_begun = done > 0 or kept.seconds > 0
        status: ConceptStatus = "completed" if done >= of else "in_progress" if is_begun else "not_started"
        return cls(
            concept_id=kept.concept_id,
            title=kept.title,
            course_id=kept.course_id,
            status=status,
            percentage=100 * done // of,
            completed_sections=kept.completed,
            section_count=of,
            time_spent_seconds=kept.seconds,
            started_at=kept.started_at,
            updated_at=kept.updated_at,
            completed_at=kept.completed_at,
        )


class LessonDone(BaseModel):
    """That a lesson is completed."""

    model_config = FROZEN

    course_id: Id = Field(description="of the course in which the lesson is a topic")
    time_spent_seconds: int = Field(default=0, ge=0, le=14_400, description="on this lesson")


class CompletionView(BaseModel):
    """A lesson that the caller has completed, and how far they are with its module."""

    model_config = FROZEN

    lesson_id: Id
    course_id: Id
    completed_at: Time = Field(description="when it was completed for the first time")
    progress: ProgressView


class NewSession(BaseModel):
    """What a learner is about to learn."""

    model_config = FROZEN

    topic: ShortTitle
    tutor: ShortTitle | None = Field(default=None, description="with whom or what")
    course_id: Id | None = None


class SessionEnd(BaseModel):
    """How a learning session was."""

    model_config = FROZEN

    engagement: int | None = Field(default=None, ge=1, le=5, description="how engaged the learner felt: 5 is most")


class SessionView(BaseModel):
    """A learning session of the caller."""

    model_config = FROZEN

    session_id: Id
    topic: str = Field(max_length=100)
    tutor: str | None = Field(max_length=100)
    course_id: Id | None
    started_at: Time
    ended_at: Time | None = Field(description="null while it lasts")
    seconds: int = Field(ge=0, le=14_400, description="how long it was, four hours at most; 0 while it lasts")
    engagement: int | None = Field(ge=1, le=5)

    @classmethod
    def of(cls, kept: LearningSession) -> Self:
        """A stored session, as its learner sees it."""
        return cls.model_validate(kept.model_dump(include=set(cls.model_fields)))


class CertificateView(BaseModel):
    """That somebody has completed a course, as everybody sees it who was given the link."""

    model_config = FROZEN

    certificate_id: Id
    course_id: Id
    course_title: str = Field(max_length=200)
    course_version: int = Field(ge=1, description="of the course as it was completed")
    display_name: str = Field(max_length=100, description="of the learner, when it was issued")
    completed_at: Time = Field(description="when the last module was")
    issued_at: Time
    url: str = Field(max_length=500, description="where anybody can look it up")
