"""What is stored of courses and of who is enrolled in them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.ports import Document, Time

Level = Literal["beginner", "intermediate", "advanced"]
"""Whom a course is for."""

Status = Literal["draft", "published", "withdrawn"]
"""draft: never published; published: found by everybody; withdrawn: taken back, but for those who are enrolled."""

Payment = Literal["free", "due", "paid"]
"""What an enrollment costs: free; due: the place is held until it is paid, and gives no rights yet; paid."""


class Price(BaseModel):
    """What a place costs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    amount: int = Field(ge=1, le=100_000_000, description="in the currency's smallest unit, such as cents")
    currency: str = Field(min_length=3, max_length=3, pattern=r"^[A-Z]{3}$", description="ISO 4217, such as EUR")


class Course(
    Document,
    collection="courses",
    key="course_id",
    unindexed=(
        "course_number", "description", "tags", "prerequisites", "capacity", "price", "version", "is_changed",
        "created_at", "updated_at", "published_at",
    ),
):  # fmt: skip
    """One course: whose it is, how it is entered, and by what it is found.

    `title`, `description`, `level`, `country` and `tags` are as they were published last, or as the draft has them
    while it never was. The other fields belong to no version: a change of them holds at once. How many are enrolled
    stands elsewhere (CoursePlaces), so that a rush does not disturb what everybody reads.
    """

    course_id: str
    teacher_id: str
    status: Status = "draft"
    course_number: str | None = None
    """As it was typed; unique whatever the case of its letters (CourseNumber)."""
    course_order: int = 0
    """Place in lists, from the lowest up; courses of one place stand by title."""
    capacity: int | None = None
    """Places; None where there is no limit."""
    price: Price | None = None
    """None: free."""
    prerequisites: tuple[str, ...] = ()
    """Courses to take before, by id: advice, which keeps nobody out. They lead in no circle."""
    title: str
    description: str = ""
    level: Level | None = None
    country: str | None = None
    tags: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """By which it is found besides: see catalogue.keys."""
    version: int = 0
    """Published last; 0 while it never was."""
    is_changed: bool = True
    """Whether the draft has changed since."""
    created_by: str
    created_at: Time
    updated_at: Time
    published_at: Time | None = None


class CourseNumber(Document, collection="course_numbers", key="number_key", unindexed=("course_id",)):
    """A course's number that is taken; its id is the number in lower case, so that no two come to be."""

    number_key: str
    course_id: str


class CoursePlaces(Document, collection="course_places", key="course_id"):
    """How many places of a course are taken, and how many of them are paid: exactly, with each enrollment."""

    course_id: str
    taken: int = 0
    paid: int = 0


class Enrollment(
    Document, collection="enrollments", key="enrollment_id", unindexed=("payment", "pay_by", "payment_reference")
):
    """One learner's place in one course; its id is of both, so that nobody takes two."""

    enrollment_id: str
    course_id: str
    user_id: str
    payment: Payment
    pay_by: Time | None = None
    """When an unpaid place falls to somebody else."""
    payment_reference: str | None = None
    """Of the charge, as billing names it."""
    enrolled_at: Time


class LearnerCourses(
    Document, collection="learner_courses", key="user_id", unindexed=("enrolled", "unpaid", "teaching")
):
    """The courses of one person, newest first: what they may read is told by this one document.

    Whatever changes an enrollment or a course's teacher changes it in the same batch.
    """

    user_id: str
    enrolled: tuple[str, ...] = ()
    """Courses in which they learn: free or paid."""
    unpaid: tuple[str, ...] = ()
    """Courses in which a place is held for them."""
    teaching: tuple[str, ...] = ()


def enrollment_id(course_id: str, user_id: str) -> str:
    """The id of a learner's enrollment in a course."""
    return f"{course_id}-{user_id}"


def number_key(number: str) -> str:
    """A course's number, whatever the case of its letters."""
    return number.casefold()
