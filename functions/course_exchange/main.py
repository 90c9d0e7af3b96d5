"""POST /v1/courses/import · GET /v1/courses/{course_id}/export · GET /v1/courses/schema.json"""

from common.domain.courses import portable
from common.domain.courses.bodies import ImportedCourse, PortableCourse
from common.domain.courses.courses import CourseNumberTaken
from common.domain.courses.prerequisites import TooManyPrerequisites
from common.domain.courses.teaching import TooManyCourses
from common.errors import Forbidden, InvalidContent, NotFound
from common.ports import Caller, Clock, Ids, Store, StoreReader
from common.triggers import Asset, Created, http

course_exchange = http.resource("course_exchange", assets=("infrastructure/course.schema.json",))


@course_exchange.post(
    "/v1/courses/import",
    role="teacher",
    rate_limit="60/hour",
    max_body=600_000,
    raises=(portable.ImportRefused, CourseNumberTaken, TooManyPrerequisites, TooManyCourses, InvalidContent),
)
def take_in(
    caller: Caller, file: PortableCourse, store: Store, clock: Clock, ids: Ids, publish: bool = False
) -> Created[ImportedCourse]:
    """Make a course of a file: all of it, or nothing and a list of everything that is wrong."""
    return Created(portable.take_in(caller, file, store, clock, ids, publish=publish))


@course_exchange.get("/v1/courses/{course_id}/export", role="teacher", raises=(Forbidden, NotFound))
def export(caller: Caller, course_id: str, store: StoreReader, which: portable.Which = "draft") -> PortableCourse:
    """A whole course as one file, its draft or what is published, for its teacher and admins."""
    return portable.export(caller, course_id, store, which=which)


@course_exchange.get("/v1/courses/schema.json", role="public")
def schema() -> Asset:
    """The JSON schema of a course as a file."""
    return Asset("infrastructure/course.schema.json", "application/json")
