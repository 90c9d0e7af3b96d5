"""GET, POST /v1/courses · PATCH /v1/courses/{course_id}"""

from common.domain.courses import catalogue
from common.domain.courses import courses as domain
from common.domain.courses.bodies import CourseCard, CourseChange, NewCourse, Words
from common.domain.courses.content import Country, Reference, Tag
from common.domain.courses.models import Level, Status
from common.domain.courses.prerequisites import PrerequisiteCircle, TooManyPrerequisites
from common.domain.courses.teaching import TooManyCourses
from common.errors import Forbidden, InvalidContent, NotFound
from common.ports import Caller, Clock, Ids, Page, PageSize, PageToken, Store, StoreReader
from common.triggers import Created, http

courses = http.resource("courses")


@courses.get("/v1/courses", role="learner", raises=(Forbidden,))
def find(
    caller: Caller,
    store: StoreReader,
    q: Words | None = None,
    tag: Tag | None = None,
    country: Country | None = None,
    level: Level | None = None,
    teacher_id: Reference | None = None,
    status: Status = "published",
    page_size: PageSize = 20,
    page_token: PageToken | None = None,
) -> Page[CourseCard]:
    """Courses in their order; drafts and what was withdrawn for its teacher and admins alone."""
    sought = catalogue.Sought(q, tag, country, level, teacher_id, status)
    return catalogue.courses(caller, sought, store, page_size=page_size, page_token=page_token)


@courses.post(
    "/v1/courses",
    role="teacher",
    raises=(domain.CourseNumberTaken, TooManyCourses, TooManyPrerequisites, Forbidden, InvalidContent),
)
def create(caller: Caller, wished: NewCourse, store: Store, clock: Clock, ids: Ids) -> Created[CourseCard]:
    """Begin a course: a draft that its teacher alone sees."""
    return Created(domain.create(caller, wished, store, clock, ids))


@courses.patch(
    "/v1/courses/{course_id}",
    role="teacher",
    max_body=16_384,
    raises=(domain.CourseNumberTaken, PrerequisiteCircle, TooManyPrerequisites, TooManyCourses, Forbidden, NotFound),
)
def change(caller: Caller, course_id: str, wished: CourseChange, store: Store, clock: Clock) -> CourseCard:
    """Change how a course is numbered, ordered and entered, what to take before, or whose it is: at once."""
    return domain.change(caller, course_id, wished, store, clock)
