"""GET, POST /v1/courses/{course_id}/enrollments · DELETE /v1/courses/{course_id}/enrollments/{user_id}

GET /v1/me/enrollments
"""

from common.domain.courses import enrollments as domain
from common.domain.courses.bodies import EnrollmentView, LearnerOfCourse, OwnEnrollment
from common.domain.courses.messages import PlaceLapses
from common.domain.courses.teaching import TooManyCourses
from common.errors import Forbidden, NotFound
from common.ports import Caller, Clock, Page, PageSize, PageToken, Queue, Store, StoreReader
from common.triggers import Created, http

enrollments = http.resource("enrollments")


@enrollments.post(
    "/v1/courses/{course_id}/enrollments",
    role="learner",
    raises=(domain.CourseFull, domain.AlreadyEnrolled, domain.OwnCourse, domain.NotOpen, TooManyCourses, NotFound),
)
def enroll(
    caller: Caller, course_id: str, store: Store, lapses: Queue[PlaceLapses], clock: Clock
) -> Created[EnrollmentView]:
    """Take a place in a course; where it costs something, the place is held until it is paid."""
    return Created(domain.enroll(caller, course_id, store, lapses, clock))


@enrollments.get("/v1/courses/{course_id}/enrollments", role="teacher", raises=(Forbidden, NotFound))
def learners(
    caller: Caller, course_id: str, store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[LearnerOfCourse]:
    """A course's learners, those who came first first, for its teacher and admins."""
    return domain.learners(caller, course_id, store, page_size=page_size, page_token=page_token)


@enrollments.delete("/v1/courses/{course_id}/enrollments/{user_id}", role="learner", raises=(Forbidden, NotFound))
def leave(caller: Caller, course_id: str, user_id: str, store: Store) -> None:
    """Leave a course (user_id: me), or, as its teacher, remove a learner."""
    domain.leave(caller, course_id, user_id, store)


@enrollments.get("/v1/me/enrollments", role="learner")
def own(
    caller: Caller, store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[OwnEnrollment]:
    """The caller's own places in courses, the newest first."""
    return domain.own(caller, store, page_size=page_size, page_token=page_token)
