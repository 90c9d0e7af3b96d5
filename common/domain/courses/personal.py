"""Where courses hold a learner's data, and a teacher's: what somebody taught stays the course's."""

from datetime import datetime

from common.domain.courses.models import Course, CoursePlaces, Enrollment, LearnerCourses
from common.domain.courses.versions import CourseVersion
from common.domain.holdings.declaration import ERASED, Holding
from common.ports import Increment, Store


def _give_back(place: Enrollment, user_id: str, store: Store, now: datetime) -> None:
    """The place falls to somebody else, and the course counts one learner less."""
    store.delete(Enrollment, place.enrollment_id)
    if store.get(CoursePlaces, place.course_id) is not None:
        paid = Increment(-1 if place.payment == "paid" else 0)
        store.update(CoursePlaces, place.course_id, {"taken": Increment(-1), "paid": paid})


HOLDINGS = (
    Holding(Enrollment, erase=_give_back, writes=2),
    Holding(LearnerCourses),
    Holding(Course, by="teacher_id", blanks={"teacher_id": ERASED}, hidden=("created_by",)),
    Holding(Course, by="created_by", blanks={"created_by": ERASED}, hidden=("teacher_id",)),
    Holding(CourseVersion, by="published_by", blanks={"published_by": ERASED}, hidden=("content",)),
)
