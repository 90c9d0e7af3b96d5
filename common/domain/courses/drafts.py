"""A course's draft is written, published as its next version, and what is published is withdrawn."""

from common import logs
from common.domain.courses import courses, showing, versions
from common.domain.courses.bodies import CourseCard, DraftView, DraftWish, VersionView
from common.domain.courses.models import Course
from common.domain.courses.versions import CourseDraft, CourseVersion
from common.errors import Conflict, NotFound
from common.ports import Caller, Clock, Ids, Store, StoreReader


class DraftChanged(Conflict):
    """Somebody saved the draft meanwhile."""

    code, title = "draft_changed", "The draft was saved meanwhile: read it again"


class NotPublished(Conflict):
    """There is nothing to withdraw."""

    code, title = "not_published", "The course is not published"


def draft(caller: Caller, course_id: str, store: StoreReader) -> DraftView:
    """The draft, for its teacher and admins; Forbidden, NotFound. Costs two reads."""
    showing.managed(caller, course_id, store)
    return DraftView.of(showing.drafted(course_id, store))


def save(caller: Caller, course_id: str, wished: DraftWish, store: Store, clock: Clock, ids: Ids) -> DraftView:
    """Replace the draft's whole content; DraftChanged, Forbidden, NotFound. Costs two reads and two writes.

    Nobody but its teacher and admins sees the change before it is published.
    """
    course, now = showing.managed(caller, course_id, store), clock.now()
    before = showing.drafted(course_id, store)
    if wished.revision not in (None, before.revision):
        raise DraftChanged
    content = versions.with_ids(wished, ids)
    after = CourseDraft(course_id=course_id, revision=before.revision + 1, content=content, saved_at=now)
    store.put(after)
    listed = {} if course.version else courses.described(content, course.course_number)
    store.put(course.model_copy(update=listed | {"is_changed": True, "updated_at": now}))
    return DraftView.of(after)


def publish(caller: Caller, course_id: str, store: Store, clock: Clock) -> CourseCard:
    """Make the draft the version that learners see; again, nothing changes. Forbidden, NotFound.

    A withdrawn course is found again. Costs one read; with a new version another and two writes.
    """
    course = showing.managed(caller, course_id, store)
    if course.status == "published" and not course.is_changed:
        return CourseCard.of(course)
    return CourseCard.of(stage(caller, course, showing.drafted(course_id, store), store, clock))


def stage(caller: Caller, course: Course, draft: CourseDraft, store: Store, clock: Clock) -> Course:
    """Stage the publication of a draft that was read, or is staged itself."""
    now = clock.now()
    update: dict[str, object] = {"status": "published", "updated_at": now}
    if course.is_changed:
        update |= courses.described(draft.content, course.course_number)
        update |= {"version": course.version + 1, "published_at": now, "is_changed": False}
    published = course.model_copy(update=update)
    store.put(published)  # first: who publishes at the same time decides anew, and finds it done
    if course.is_changed:
        store.create(
            CourseVersion(
                version_id=versions.version_id(course.course_id, published.version),
                course_id=course.course_id,
                version=published.version,
                content=draft.content,
                published_by=caller.user_id,
                published_at=now,
            )
        )
    logs.info("course.published", course_id=course.course_id, version=published.version)
    return published


def withdraw(caller: Caller, course_id: str, store: Store, clock: Clock) -> None:
    """Take a course back: nobody finds it or enrolls any more, and those who are enrolled go on reading.

    NotPublished, Forbidden, NotFound. Costs one read and one write.
    """
    course = showing.managed(caller, course_id, store)
    if course.status != "published":
        raise NotPublished
    store.put(course.model_copy(update={"status": "withdrawn", "updated_at": clock.now()}))
    logs.info("course.withdrawn", course_id=course_id)


def version(caller: Caller, course_id: str, number: str, store: StoreReader) -> VersionView:
    """A version that was published once, for its teacher and admins; Forbidden, NotFound. Costs two reads."""
    showing.managed(caller, course_id, store)
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) <= 5 else 0
    found = store.get(CourseVersion, versions.version_id(course_id, wanted))
    if found is None:
        raise NotFound("There is no such version of the course")
    return VersionView.of(found)
