"""What clients send and get of courses."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from common.domain.courses.content import (
    ContentWish,
    CourseContent,
    CourseFile,
    Described,
    DescribedWish,
    PartId,
    Reference,
    Section,
    Topic,
)
from common.domain.courses.models import Course, CoursePlaces, Enrollment, Level, Payment, Price, Status
from common.domain.courses.versions import CourseDraft, CourseVersion
from common.ports import Time

SENT = ConfigDict(frozen=True, extra="forbid")
CourseNumber = Annotated[
    str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.~-]*$", description="such as CS-101")
]
Order = Annotated[int, Field(ge=0, le=1_000_000, description="place in lists, from the lowest up")]
Capacity = Annotated[int, Field(ge=0, le=1_000_000, description="places; null where there is no limit")]
Prerequisites = Annotated[tuple[Reference, ...], Field(max_length=10, description="ids of courses to take before")]
Words = Annotated[str, Field(min_length=1, max_length=200, description="words of title, description, tags or number")]


class PriceWish(Price):
    """What a place is to cost."""

    model_config = SENT


class Entry(BaseModel):
    """How a course is numbered, ordered and entered. It belongs to no version: a change holds at once."""

    model_config = SENT

    course_number: CourseNumber | None = Field(default=None, description="unique, whatever the case of its letters")
    course_order: Order = 0
    capacity: Capacity | None = None
    price: PriceWish | None = Field(default=None, description="null: free")


class NewCourse(DescribedWish, Entry):
    """A course as it begins: a draft without sections."""

    prerequisites: Prerequisites = ()
    teacher_id: Reference | None = Field(default=None, description="whose it is, if an admin makes it for a teacher")


class CourseChange(BaseModel):
    """What of a course is changed at once; what is left out stays, null clears it."""

    model_config = SENT

    course_number: CourseNumber | None = None
    course_order: Order = 0
    capacity: Capacity | None = Field(default=None, description="fewer than are enrolled: nobody more is let in")
    price: PriceWish | None = Field(default=None, description="for those who enroll from now on; null: free")
    prerequisites: Prerequisites = ()
    teacher_id: Reference | None = Field(default=None, description="whose it is from now on; for admins")


class DraftWish(ContentWish):
    """A course's whole content, to be the draft."""

    revision: int | None = Field(
        default=None, ge=1, le=2**53, description="of the draft that you changed; when given, a later one is kept"
    )


class CourseCard(BaseModel):
    """A course as lists show it."""

    model_config = SENT

    course_id: str
    title: str
    description: str
    level: Level | None
    country: str | None
    tags: tuple[str, ...]
    teacher_id: str
    course_number: str | None
    course_order: int
    status: Status
    capacity: int | None
    price: Price | None
    prerequisites: tuple[str, ...]
    version: int = Field(description="published last; 0 while it never was")
    created_by: str
    created_at: Time
    updated_at: Time
    published_at: Time | None

    @classmethod
    def of(cls, course: Course) -> Self:
        """What lists show of a stored course."""
        return cls.model_validate({name: getattr(course, name) for name in CourseCard.model_fields})


class OutlineTopic(BaseModel):
    """A topic, without its lesson."""

    model_config = SENT

    topic_id: PartId
    title: str
    summary: str
    minutes: int | None


class OutlineModule(BaseModel):
    """A module with its topics."""

    model_config = SENT

    module_id: PartId
    title: str
    summary: str
    topics: tuple[OutlineTopic, ...]


class OutlineSection(BaseModel):
    """A section with its modules."""

    model_config = SENT

    section_id: PartId
    title: str
    summary: str
    modules: tuple[OutlineModule, ...]

    @classmethod
    def of(cls, section: Section) -> Self:
        """The outline of a stored section."""
        lessons: dict[str, Any] = {"modules": {"__all__": {"topics": {"__all__": {"body", "document_ids"}}}}}
        return cls.model_validate(section.model_dump(exclude=lessons))


class CourseView(CourseCard):
    """A course with its outline."""

    files: tuple[CourseFile, ...]
    sections: tuple[OutlineSection, ...]
    teacher_name: str | None = Field(description="null where there is no such account any more")
    enrolled: int = Field(description="places that are taken")
    places_left: int | None = Field(description="null where there is no limit")
    is_enrolled: bool = Field(description="whether the caller is, and may read its lessons and documents")
    is_held: bool = Field(description="whether a place is held for the caller until they pay: see their enrollments")
    may_manage: bool = Field(description="whether the caller may change it")
    is_changed: bool | None = Field(
        description="whether its draft differs from what is published; null for those who may not change it"
    )

    @classmethod
    def shown(
        cls,
        course: Course,
        content: CourseContent,
        places: CoursePlaces | None,
        *,
        teacher_name: str | None,
        is_enrolled: bool,
        is_held: bool,
        may_manage: bool,
    ) -> Self:
        """A stored course with what it consists of."""
        taken = places.taken if places else 0
        return cls.model_validate(
            {name: getattr(course, name) for name in CourseCard.model_fields}
            | {name: getattr(content, name) for name in Described.model_fields}
            | {
                "sections": tuple(OutlineSection.of(section) for section in content.sections),
                "enrolled": taken,
                "places_left": None if course.capacity is None else max(0, course.capacity - taken),
                "teacher_name": teacher_name,
                "is_enrolled": is_enrolled,
                "is_held": is_held,
                "may_manage": may_manage,
                "is_changed": course.is_changed if may_manage else None,
            }
        )


class TopicView(BaseModel):
    """A topic with its lesson."""

    model_config = SENT

    course_id: str
    section_id: PartId
    module_id: PartId
    topic: Topic


class DraftView(BaseModel):
    """The draft of a course."""

    model_config = SENT

    course_id: str
    revision: int
    content: CourseContent
    saved_at: Time

    @classmethod
    def of(cls, draft: CourseDraft) -> Self:
        """A stored draft as it is shown."""
        return cls.model_validate({name: getattr(draft, name) for name in cls.model_fields})


class VersionView(BaseModel):
    """A version of a course that was published."""

    model_config = SENT

    course_id: str
    version: int
    content: CourseContent
    published_by: str
    published_at: Time

    @classmethod
    def of(cls, version: CourseVersion) -> Self:
        """A stored version as it is shown."""
        return cls.model_validate({name: getattr(version, name) for name in cls.model_fields})


class EnrollmentView(BaseModel):
    """Somebody's place in a course."""

    model_config = SENT

    course_id: str
    user_id: str
    payment: Payment = Field(description="due: the place is held until `pay_by`, and gives no rights before it is paid")
    pay_by: Time | None
    enrolled_at: Time

    @classmethod
    def of(cls, enrollment: Enrollment) -> Self:
        """A stored enrollment as it is shown."""
        return cls.model_validate({name: getattr(enrollment, name) for name in EnrollmentView.model_fields})


class OwnEnrollment(EnrollmentView):
    """One's own place in a course."""

    title: str
    status: Status


class LearnerOfCourse(EnrollmentView):
    """A learner's place in a course, as its teacher sees it."""

    display_name: str | None = Field(description="null where there is no such account any more")


class PortableCourse(ContentWish, Entry):
    """A whole course as one JSON file: what is exported is what can be imported."""

    format: Literal["scholium.course/1"] = "scholium.course/1"
    prerequisites: tuple[CourseNumber, ...] = Field(
        default=(), max_length=10, description="numbers of courses to take before: ids hold in one installation alone"
    )


class ImportedCourse(BaseModel):
    """A file that became a course."""

    model_config = SENT

    course: CourseCard
    sections: int
    modules: int
    topics: int
