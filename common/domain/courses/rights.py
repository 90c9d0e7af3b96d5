"""What somebody may do in a course: documents, quizzes, posts, progress and the tutor ask here, and nowhere else."""

from dataclasses import dataclass

from common.domain.courses.models import Course, LearnerCourses
from common.ports import Caller, StoreReader

MOST_SCOPES = 50
"""Courses that one question is searched in."""


@dataclass(frozen=True, slots=True)
class CourseRights:
    """What the caller may do in one course; each right includes those before it."""

    may_read: bool = False
    """Its materials: enrolled (and paid, where it costs), its teacher, or an admin. Published or not makes no odds."""
    may_contribute: bool = False
    """Take its quizzes, write in its community."""
    may_manage: bool = False
    """Change it, add materials, see its learners: its teacher, or an admin."""


NO_RIGHTS = CourseRights()
READS = CourseRights(may_read=True, may_contribute=True)
MANAGES = CourseRights(may_read=True, may_contribute=True, may_manage=True)


def rights_in(caller: Caller, course_id: str, store: StoreReader) -> CourseRights:
    """The caller's rights in the course; none where there is no such course, so nobody learns whether there is.

    Costs one read for its teacher and for admins, two for others. Where a write rests on the answer and must not
    outlive it, `store.verify` the documents that were read; most rights are as good a moment later.
    """
    course = store.get(Course, course_id)
    return NO_RIGHTS if course is None else rights_to(caller, course, store)


def rights_to(caller: Caller, course: Course, store: StoreReader) -> CourseRights:
    """The caller's rights in a course that was read. Costs no read for its teacher and for admins, one for others."""
    if may_manage(caller, course):
        return MANAGES
    own = store.get(LearnerCourses, caller.user_id)
    return READS if own is not None and course.course_id in own.enrolled else NO_RIGHTS


def may_manage(caller: Caller, course: Course) -> bool:
    """Whether the course is the caller's to change: an admin, or its teacher as long as they are one."""
    is_theirs = course.teacher_id == caller.user_id and caller.is_at_least("teacher")
    return is_theirs or caller.is_at_least("admin")


def scope_of(course_id: str) -> str:
    """The scope of a course's documents and their chunks."""
    return f"course:{course_id}"


def readable_course_scopes(caller: Caller, store: StoreReader) -> tuple[str, ...]:
    """The scopes of the courses that the caller learns in or teaches: at most MOST_SCOPES, those joined last first.

    Their order changes only with their enrollments. An admin's are their own courses too: to search another, name it
    and ask `rights_in`. Costs one read.
    """
    own = store.get(LearnerCourses, caller.user_id)
    if own is None:
        return ()
    taught = own.teaching if caller.is_at_least("teacher") else ()
    courses = list(dict.fromkeys((*own.enrolled, *taught)))[:MOST_SCOPES]
    return tuple(scope_of(course_id) for course_id in courses)
