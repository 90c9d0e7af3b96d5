"""GET /v1/dashboard · /v1/dashboard/courses/{course_id} · /v1/dashboard/admin · /v1/dashboard/admin/courses

POST /v1/dashboard/admin/counts
"""

from common.domain.reporting import admin_dashboard, course_dashboard, learner_dashboard, rollup
from common.domain.reporting.bodies import AdminDashboard, CountAsked, CourseDashboard, LearnerDashboard
from common.domain.reporting.messages import CountPage
from common.domain.reporting.numbers import CourseCount
from common.errors import Forbidden, NotFound
from common.ports import Caller, Clock, Page, PageSize, PageToken, Queue, Store, StoreReader
from common.triggers import Accepted, http

dashboard = http.resource("dashboard")


@dashboard.get("/v1/dashboard", role="learner")
def own(caller: Caller, store: StoreReader, clock: Clock) -> LearnerDashboard:
    """Where you stand: streak, due reviews, mastery by topic, what comes next, and what you did."""
    return learner_dashboard.show(caller, store, clock)


@dashboard.get("/v1/dashboard/courses/{course_id}", role="teacher", raises=(Forbidden, NotFound))
def of_course(caller: Caller, course_id: str, store: Store, clock: Clock) -> CourseDashboard:
    """A course of yours: its learners, who is at risk and why, the hardest questions, and how far learners come."""
    return course_dashboard.show(caller, course_id, store, clock)


@dashboard.get("/v1/dashboard/admin", role="admin", raises=(admin_dashboard.NotCountedYet,))
def of_everything(store: StoreReader) -> AdminDashboard:
    """The whole deployment, as it was counted at `as_of`."""
    return admin_dashboard.show(store)


@dashboard.get("/v1/dashboard/admin/courses", role="admin")
def of_all_courses(
    store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[CourseCount]:
    """Every course by how many learn in it, the most first."""
    return admin_dashboard.courses(store, page_size=page_size, page_token=page_token)


@dashboard.post("/v1/dashboard/admin/counts", role="admin", rate_limit="6/hour")
def count_now(store: Store, pages: Queue[CountPage], clock: Clock) -> Accepted[CountAsked]:
    """Count everything now, instead of with the next half hour."""
    return Accepted(rollup.ask(store, pages, clock))
