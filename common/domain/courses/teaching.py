"""Which courses somebody teaches, as their one document of courses tells it."""

from common.domain.courses.models import LearnerCourses
from common.errors import Conflict
from common.ports import Store, StoreReader

MOST_TAUGHT = 500


class TooManyCourses(Conflict):
    """Their document of courses would grow without end."""

    code, title = "too_many_courses", "There are too many courses already"


def courses_of(user_id: str, store: StoreReader) -> LearnerCourses:
    """The courses of one person; none where they never had any. Costs one read."""
    return store.get(LearnerCourses, user_id) or LearnerCourses(user_id=user_id)


def begin(user_id: str, course_id: str, store: Store) -> None:
    """They teach the course from now on; TooManyCourses. Costs one read and one write."""
    own = courses_of(user_id, store)
    if len(own.teaching) >= MOST_TAUGHT:
        raise TooManyCourses
    store.put(own.model_copy(update={"teaching": (course_id, *own.teaching)}))


def end(user_id: str, course_id: str, store: Store) -> None:
    """They teach it no more. Costs one read and one write."""
    own = courses_of(user_id, store)
    store.put(own.model_copy(update={"teaching": tuple(one for one in own.teaching if one != course_id)}))
