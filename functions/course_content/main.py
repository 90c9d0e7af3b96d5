"""GET /v1/courses/{course_id} · GET /v1/courses/{course_id}/topics/{topic_id}

GET /v1/course-numbers/{course_number}
"""

from common.domain.courses import showing
from common.domain.courses.bodies import CourseView, TopicView
from common.errors import NotFound
from common.ports import Caller, StoreReader
from common.triggers import http

course_content = http.resource("course_content")


@course_content.get("/v1/courses/{course_id}", role="learner", raises=(NotFound,))
def show(caller: Caller, course_id: str, store: StoreReader) -> CourseView:
    """A course with its outline: sections of modules of topics."""
    return showing.show(caller, course_id, store)


@course_content.get("/v1/course-numbers/{course_number}", role="learner", raises=(NotFound,))
def numbered(caller: Caller, course_number: str, store: StoreReader) -> CourseView:
    """A course by its number, whatever the case of its letters."""
    return showing.numbered(caller, course_number, store)


@course_content.get("/v1/courses/{course_id}/topics/{topic_id}", role="learner", raises=(NotFound,))
def topic(caller: Caller, course_id: str, topic_id: str, store: StoreReader) -> TopicView:
    """A topic with its lesson, for those who are enrolled, its teacher and admins."""
    return showing.topic(caller, course_id, topic_id, store)
