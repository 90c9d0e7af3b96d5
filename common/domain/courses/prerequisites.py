"""Courses to take before a course. They lead in no circle, however many are changed at once.

The batch that sets prerequisites verifies every course that was read on the way: of several changes that would close
a circle together, the last to commit finds one of these changed, and decides anew.
"""

from collections.abc import Sequence

from common.domain.courses.models import Course
from common.errors import Conflict, FieldError, InvalidContent
from common.ports import Store

MOST_WALKED = 100
"""Courses behind one course: each costs a read when prerequisites are set."""


class PrerequisiteCircle(Conflict):
    """The course would have to be taken before itself."""

    code, title = "prerequisite_circle", "These prerequisites lead back to the course itself"


class TooManyPrerequisites(Conflict):
    """There are too many courses behind it."""

    code, title = "too_many_prerequisites", f"More than {MOST_WALKED} courses would have to be taken before"


def checked(course_id: str | None, wished: Sequence[str], store: Store) -> tuple[str, ...]:
    """The prerequisites, each once; InvalidContent where one does not exist, PrerequisiteCircle where they lead back.

    A course that is only being made has no id yet, and stands behind none. A prerequisite was published at least
    once: such a course is never deleted. Costs a read, and a check that is billed as a write, for each course that is
    to be taken before, directly or not: MOST_WALKED at most, TooManyPrerequisites beyond.
    """
    known = {one.course_id for one in store.get_many(Course, wished) if one.version} | {course_id}
    if unknown := [index for index, one in enumerate(wished) if one not in known]:
        raise InvalidContent(errors=[unknown_at(index) for index in unknown])
    walked: set[str] = set()
    level = list(dict.fromkeys(wished))
    while level:
        if course_id in level:
            raise PrerequisiteCircle
        walked.update(level)
        if len(walked) > MOST_WALKED:
            raise TooManyPrerequisites
        found = store.get_many(Course, level)
        for one in found:
            store.verify(one)
        behind = dict.fromkeys(each for one in found for each in one.prerequisites)
        level = [one for one in behind if one not in walked]
    return tuple(dict.fromkeys(wished))


def unknown_at(index: int) -> FieldError:
    """The fault of a prerequisite that is not there."""
    return {"pointer": f"/prerequisites/{index}", "detail": "there is no such published course", "code": "unknown"}
