"""Task: judges a learner anew who handed in graded work in a course."""

from common.domain.engagement import course_risks
from common.domain.engagement.messages import GradedWork, RefreshCourseRisks
from common.ports import Clock, Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=50, max_concurrent=4)
def risk_record(message: GradedWork, store: Store, refreshes: Queue[RefreshCourseRisks], clock: Clock) -> None:
    """Add the work to the learner's and to the cohort's, few at a time: those of one course write one document."""
    course_risks.record(message, store, refreshes, clock)
