"""Every five minutes: re-send the messages that should be done by now."""

from common.domain.operations import outbox
from common.domain.operations.messages import SweepOutbox
from common.ports import AllQueues, Clock, Queue, StoreReader, Tick
from common.triggers import schedule


@schedule("*/5 * * * *")
def outbox_flush(tick: Tick, queues: AllQueues, store: StoreReader, pages: Queue[SweepOutbox], clock: Clock) -> None:
    """Re-send the first page; the rest, where there is more, goes on as a chain."""
    outbox.sweep(queues, store, pages, clock, until=tick.scheduled_at)
