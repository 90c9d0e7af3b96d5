"""Task: takes in one part of a file of cards."""

from common.domain.review import transfers
from common.domain.review.messages import ImportCards
from common.ports import Clock, Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=20, max_concurrent=10)
def flashcard_import(message: ImportCards, store: Store, imports: Queue[ImportCards], clock: Clock) -> None:
    """Make the cards that are new, change those that are known; the next part goes on as a chain."""
    transfers.take_in(message, store, imports, clock)
