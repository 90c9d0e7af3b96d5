"""Task: makes cards of some passages of a document."""

from common.domain.review import composition
from common.domain.review.messages import ComposeCards
from common.ports import Clock, Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=10, max_concurrent=10)
def flashcard_compose(message: ComposeCards, store: Store, composes: Queue[ComposeCards], clock: Clock) -> None:
    """Make cards of what the passages explain; the next passages go on as a chain."""
    composition.compose(message, store, composes, clock)
