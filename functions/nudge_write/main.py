"""Task: lets a language model write the text of a nudge."""

from common.domain.engagement import writing
from common.domain.engagement.messages import SendNudge, WriteNudge
from common.ports import Budget, Clock, Deployment, Ids, Moderator, Queue, Store, TextModel
from common.triggers import task


@task(max_attempts=3, max_dispatches_per_second=5, timeout=120)
def nudge_write(
    message: WriteNudge,
    store: Store,
    model: TextModel,
    moderator: Moderator,
    budget: Budget,
    deployment: Deployment,
    sends: Queue[SendNudge],
    clock: Clock,
    ids: Ids,
) -> None:
    """Write it, or let a template stand in."""
    writing.write(message, store, writing.Writer(model, moderator, budget, deployment), sends, clock, ids)
