"""Task: gives an unpaid place to others when its time is over."""

from common.domain.courses import enrollments
from common.domain.courses.messages import PlaceLapses
from common.ports import Clock, Store
from common.triggers import task


@task(max_attempts=20, max_dispatches_per_second=10)
def enrollment_lapse(message: PlaceLapses, store: Store, clock: Clock) -> None:
    """Release a place that was not paid by its time; of one that was, nothing changes."""
    enrollments.lapse(message, store, clock)
