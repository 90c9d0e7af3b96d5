"""A whole course as one JSON file: exported, and imported all or nothing.

Whatever is wrong with a file is told at once by JSON pointer, before anything is read (ContentWish). What refuses a
sound file is the state of the installation: a number that is taken, prerequisites that it does not have.
"""

from typing import Literal

from common.domain.courses import courses, drafts, prerequisites, showing, versions
from common.domain.courses.bodies import CourseCard, Entry, ImportedCourse, PortableCourse
from common.domain.courses.models import Course, CourseNumber, number_key
from common.domain.courses.versions import CourseDraft, CourseVersion
from common.errors import Conflict, FieldError
from common.ports import Caller, Clock, Ids, Store, StoreReader

Which = Literal["draft", "published"]


class ImportRefused(Conflict):
    """The file is sound, and does not fit what is here."""

    code, title = "import_refused", "The course does not fit the courses that there are"


def export(caller: Caller, course_id: str, store: StoreReader, *, which: Which) -> PortableCourse:
    """A course as a file, for its teacher and admins; Forbidden, NotFound. Costs two reads, one more a prerequisite.

    Prerequisites that have no number are left out: another installation could not know them.
    """
    course = showing.managed(caller, course_id, store)
    held: CourseDraft | CourseVersion
    held = showing.drafted(course_id, store) if which == "draft" else versions.published(course, store)
    entry = {name: getattr(course, name) for name in Entry.model_fields if name != "price"}
    before = [one.course_number for one in store.get_many(Course, course.prerequisites) if one.course_number]
    price = course.price and course.price.model_dump()
    return PortableCourse.model_validate(held.content.model_dump() | entry | {"price": price, "prerequisites": before})


def take_in(
    caller: Caller, file: PortableCourse, store: Store, clock: Clock, ids: Ids, *, publish: bool
) -> ImportedCourse:
    """Make a course of the caller's of a file, as a draft or published at once; ImportRefused.

    Costs two reads and five writes, one write more when it is published, and two reads a prerequisite.
    """
    before = prerequisites.checked(None, _prerequisites(file, store), store)
    content = versions.with_ids(file, ids)
    course, draft = courses.stage(caller, caller.user_id, content, file, before, store, clock, ids)
    if publish:
        course = drafts.stage(caller, course, draft, store, clock)
    modules = [module for section in content.sections for module in section.modules]
    return ImportedCourse(
        course=CourseCard.of(course),
        sections=len(content.sections),
        modules=len(modules),
        topics=sum(len(module.topics) for module in modules),
    )


def _prerequisites(file: PortableCourse, store: StoreReader) -> tuple[str, ...]:
    """The ids of the file's prerequisites; every number that does not fit is told, each by its pointer."""
    faults: list[FieldError] = []
    if file.course_number is not None and store.get(CourseNumber, number_key(file.course_number)):
        faults.append({"pointer": "/course_number", "detail": "another course has this number", "code": "taken"})
    keys = [number_key(number) for number in file.prerequisites]
    slots = {slot.number_key: slot.course_id for slot in store.get_many(CourseNumber, keys)}
    found = {one.course_id for one in store.get_many(Course, list(slots.values())) if one.version}
    faults += [prerequisites.unknown_at(index) for index, key in enumerate(keys) if slots.get(key) not in found]
    if faults:
        raise ImportRefused(errors=faults)
    return tuple(slots[key] for key in keys)
