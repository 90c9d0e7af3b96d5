"""What somebody sees of a course: all of what is published, a draft its teacher and admins alone."""

from common.domain.accounts.models import Account
from common.domain.courses import rights, teaching, versions
from common.domain.courses.bodies import CourseView, TopicView
from common.domain.courses.models import Course, CourseNumber, CoursePlaces, number_key
from common.domain.courses.versions import CourseDraft
from common.errors import Forbidden, NotFound
from common.ports import Caller, StoreReader


def show(caller: Caller, course_id: str, store: StoreReader) -> CourseView:
    """A course as the caller may see it; NotFound. Costs five reads, four for its teacher and for admins.

    Everybody sees what is published; who is enrolled also what was withdrawn; its teacher and admins also a draft.
    """
    course = store.get(Course, course_id)
    if course is None:
        raise NotFound("There is no such course")
    allowed = rights.rights_to(caller, course, store)
    if course.status != "published" and not allowed.may_read:
        raise NotFound("There is no such course")
    content = versions.published(course, store).content if course.version else drafted(course_id, store).content
    places = store.get(CoursePlaces, course_id)
    teacher = store.get(Account, course.teacher_id)
    return CourseView.shown(
        course,
        content,
        places,
        teacher_name=teacher.display_name if teacher else None,
        is_enrolled=allowed.may_contribute and not allowed.may_manage,
        is_held=not allowed.may_manage and course_id in teaching.courses_of(caller.user_id, store).unpaid,
        may_manage=allowed.may_manage,
    )


def numbered(caller: Caller, number: str, store: StoreReader) -> CourseView:
    """A course by its number; NotFound. Costs one read more than by its id."""
    slot = store.get(CourseNumber, number_key(number))
    if slot is None:
        raise NotFound("There is no such course")
    return show(caller, slot.course_id, store)


def topic(caller: Caller, course_id: str, topic_id: str, store: StoreReader) -> TopicView:
    """A topic of what is published, with its lesson, for those who may read the course; NotFound.

    Costs three reads, two for its teacher and for admins.
    """
    course = store.get(Course, course_id)
    if course is None or not rights.rights_to(caller, course, store).may_read:
        raise NotFound("There is no such course")
    section, module, found = versions.topic(versions.published(course, store).content, topic_id)
    return TopicView(course_id=course_id, section_id=section.section_id, module_id=module.module_id, topic=found)


def drafted(course_id: str, store: StoreReader) -> CourseDraft:
    """The draft of a course that exists. Costs one read."""
    found = store.get(CourseDraft, course_id)
    if found is None:
        raise NotFound("There is no such course")
    return found


def managed(caller: Caller, course_id: str, store: StoreReader) -> Course:
    """A course that the caller may change; Forbidden where they may only see it, NotFound otherwise.

    Costs one read, and another to refuse.
    """
    course = store.get(Course, course_id)
    if course is None:
        raise NotFound("There is no such course")
    if rights.may_manage(caller, course):
        return course
    if course.status == "published" or rights.rights_to(caller, course, store).may_read:
        raise Forbidden("Its teacher and admins change a course")
    raise NotFound("There is no such course")
