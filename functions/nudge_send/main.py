"""Task: sends one learner a nudge, if it is still right to."""

from common.domain.engagement import sending
from common.domain.engagement.messages import MailNudge, SendNudge, WriteNudge
from common.ports import Clock, Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=20)
def nudge_send(
    message: SendNudge,
    store: Store,
    sends: Queue[SendNudge],
    writes: Queue[WriteNudge],
    mails: Queue[MailNudge],
    clock: Clock,
) -> None:
    """Send the nudge, put it off, hold it back, or drop it."""
    sending.send(message, store, sending.Queues(sends, writes, mails), clock)
