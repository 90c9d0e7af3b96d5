"""Re-sends messages that should be done by now: the commit came about, and the task did not, or the queue lost it.

Whoever is killed here loses nothing. Before the commit nothing has changed; after it, `check_at` has moved, and when
the tasks were not sent then, the next look will find the messages again. Two sweepers at once: each message is
re-sent by the one that commits first, and the other drops it.
"""

from datetime import datetime, timedelta

from common.domain.operations.messages import SweepOutbox
from common.ports import AllQueues, Clock, Cursor, Queue, StoreReader
from common.ports.queue import UNSENT, MessageRecord

PAGE = 100
"""Messages an invocation."""
SOONEST, LATEST = timedelta(minutes=10), timedelta(hours=12)


def sweep(
    queues: AllQueues,
    store: StoreReader,
    pages: Queue[SweepOutbox],
    clock: Clock,
    until: datetime,
    after: SweepOutbox | None = None,
) -> None:
    """Re-send a page of what was to be checked by `until`, and stage the next page where there may be one."""
    now = clock.now()
    behind = Cursor((after.check_at,), after.message_id) if after else None
    found = store.query(UNSENT, {"status": "PENDING", "check_at": until}, limit=PAGE, after=behind)
    for record in found:
        if record.lease_until is None or record.lease_until <= now:  # else a consumer is at work on it
            queues.resend(record, next_look(record, now))
    if len(found) == PAGE:
        pages.stage(SweepOutbox(until=until, check_at=found[-1].check_at, message_id=found[-1].message_id))


def next_look(record: MessageRecord, now: datetime) -> datetime:
    """When to look again: as long from now as it is overdue, so that a slow queue is not filled with repeats.

    In steps that double, so that a page has few of them: what is looked at together is sent together.
    """
    delay, overdue = SOONEST, now - record.due_at
    while 2 * delay <= min(overdue, LATEST):
        delay *= 2
    return now + delay
