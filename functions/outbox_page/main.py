"""Task: one more page of a sweep."""

from common.domain.operations import outbox
from common.domain.operations.messages import SweepOutbox
from common.ports import AllQueues, Clock, Queue, StoreReader
from common.triggers import task


@task(max_dispatches_per_second=10, max_concurrent=2)
def outbox_page(
    after: SweepOutbox, queues: AllQueues, store: StoreReader, pages: Queue[SweepOutbox], clock: Clock
) -> None:
    """Re-send the page behind the place that the step before has reached."""
    outbox.sweep(queues, store, pages, clock, until=after.until, after=after)
