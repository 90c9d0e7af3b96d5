"""Task: judges the learners of a course anew, a page at a time."""

from common.domain.engagement import course_risks
from common.domain.engagement.messages import RefreshCourseRisks
from common.ports import Clock, Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=5, max_concurrent=4)
def risk_refresh(message: RefreshCourseRisks, store: Store, pages: Queue[RefreshCourseRisks], clock: Clock) -> None:
    """Judge a page; the rest goes on as a chain."""
    course_risks.refresh(message, store, pages, clock)
