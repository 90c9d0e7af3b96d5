"""A course is made, changed in what belongs to no version, and, while it never was published, deleted."""

from typing import Any

from common import logs
from common.domain.accounts.models import Account
from common.domain.courses import catalogue, prerequisites, showing, teaching, versions
from common.domain.courses.bodies import CourseCard, CourseChange, Entry, NewCourse
from common.domain.courses.content import CourseContent, Described
from common.domain.courses.messages import CourseDeleted
from common.domain.courses.models import Course, CourseNumber, CoursePlaces, number_key
from common.domain.courses.versions import CourseDraft
from common.errors import AlreadyExists, Conflict, Forbidden, InvalidContent
from common.ports import Caller, Clock, Ids, Queue, Store, StoreReader
from common.ports.caller import RANK


class CourseNumberTaken(AlreadyExists):
    """Another course has the number."""

    code, title = "course_number_taken", "Another course has this number"


class WasPublished(Conflict):
    """Learners may be in it, and others may ask for it."""

    code, title = "was_published", "A course that was published is withdrawn, not deleted"


def create(caller: Caller, wished: NewCourse, store: Store, clock: Clock, ids: Ids) -> CourseCard:
    """A course of the caller's, as a draft without sections; CourseNumberTaken, InvalidContent for prerequisites.

    An admin may make it for a teacher. Costs one read and four writes, one write more for a number, one read more for
    another teacher, and what its prerequisites cost.
    """
    before = prerequisites.checked(None, wished.prerequisites, store)
    teacher_id = _teacher(caller, wished.teacher_id, store)
    content = CourseContent.model_validate(wished.model_dump(include=set(Described.model_fields)))
    course, _ = stage(caller, teacher_id, content, wished, before, store, clock, ids)
    return CourseCard.of(course)


def stage(
    caller: Caller,
    teacher_id: str,
    content: CourseContent,
    entry: Entry,
    before: tuple[str, ...],
    store: Store,
    clock: Clock,
    ids: Ids,
) -> tuple[Course, CourseDraft]:
    """Stage a new course with its draft; `before` are its prerequisites, which were checked."""
    now = clock.now()
    course = Course(
        course_id=ids.new(),
        teacher_id=teacher_id,
        course_number=entry.course_number,
        course_order=entry.course_order,
        capacity=entry.capacity,
        price=entry.price,
        prerequisites=before,
        created_by=caller.user_id,
        created_at=now,
        updated_at=now,
        **described(content, entry.course_number),
    )
    draft = CourseDraft(course_id=course.course_id, content=content, saved_at=now)
    store.create(course)
    store.create(draft)
    store.create(CoursePlaces(course_id=course.course_id))
    if course.course_number is not None:
        slot = CourseNumber(number_key=number_key(course.course_number), course_id=course.course_id)
        store.create(slot, CourseNumberTaken())
    teaching.begin(course.teacher_id, course.course_id, store)
    logs.info("course.created", course_id=course.course_id)
    return course, draft


def described(content: CourseContent, number: str | None) -> dict[str, Any]:
    """What of its content a course is listed with, and found by."""
    listed = {name: getattr(content, name) for name in ("title", "description", "level", "country", "tags")}
    return listed | {"keys": catalogue.keys(content, number)}


def change(caller: Caller, course_id: str, wished: CourseChange, store: Store, clock: Clock) -> CourseCard:
    """Change what belongs to no version; what is not sent stays. Costs one read and one write.

    A number costs a read and two writes more, another teacher three reads and two writes, prerequisites a read each,
    and of those behind them (see prerequisites.checked). CourseNumberTaken, PrerequisiteCircle, Forbidden, NotFound.
    """
    course = showing.managed(caller, course_id, store)
    sent = {name: getattr(wished, name) for name in wished.model_fields_set}
    if "prerequisites" in sent:
        sent["prerequisites"] = prerequisites.checked(course_id, wished.prerequisites, store)
    if sent.get("teacher_id") is None:
        sent.pop("teacher_id", None)
    elif sent["teacher_id"] != course.teacher_id:
        _teacher(caller, wished.teacher_id, store)
        teaching.end(course.teacher_id, course_id, store)
        teaching.begin(sent["teacher_id"], course_id, store)
    if "course_number" in sent:
        _renumber(course, wished.course_number, store)
        shown = versions.published(course, store) if course.version else showing.drafted(course_id, store)
        sent["keys"] = catalogue.keys(shown.content, wished.course_number)
    changed = course.model_copy(update=sent | {"updated_at": clock.now()})
    store.put(changed)
    return CourseCard.of(changed)


def _renumber(course: Course, number: str | None, store: Store) -> None:
    before = None if course.course_number is None else number_key(course.course_number)
    after = None if number is None else number_key(number)
    if before == after:
        return
    if before is not None:
        store.delete(CourseNumber, before)
    if after is not None:
        store.create(CourseNumber(number_key=after, course_id=course.course_id), CourseNumberTaken())


def delete(caller: Caller, course_id: str, store: Store, deletions: Queue[CourseDeleted]) -> None:
    """Delete a course that never was published, with its documents; WasPublished, Forbidden, NotFound.

    Costs two reads, two writes and three deletes, and another for its number.
    """
    course = showing.managed(caller, course_id, store)
    if course.version:
        raise WasPublished
    for model in (Course, CourseDraft, CoursePlaces):
        store.delete(model, course_id)
    if course.course_number is not None:
        store.delete(CourseNumber, number_key(course.course_number))
    teaching.end(course.teacher_id, course_id, store)
    deletions.stage(CourseDeleted(course_id=course_id))
    logs.info("course.deleted", course_id=course_id)


def _teacher(caller: Caller, teacher_id: str | None, store: StoreReader) -> str:
    """Whose the course is to be: the caller's, or, where an admin says so, that of an active teacher."""
    if teacher_id in (None, caller.user_id):
        return caller.user_id
    if not caller.is_at_least("admin"):
        raise Forbidden("An admin gives a course to another teacher")
    account = store.get(Account, str(teacher_id))
    if account is None or not account.active or RANK[account.role] < RANK["teacher"]:
        raise InvalidContent(
            errors=[{"pointer": "/teacher_id", "detail": "there is no such teacher", "code": "unknown"}]
        )
    return account.user_id
