"""Task: removes the log of a deleted card."""

from common.domain.review import cards
from common.domain.review.messages import ForgetReviews
from common.ports import Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=10, max_concurrent=5)
def flashcard_forget(message: ForgetReviews, store: Store, forgets: Queue[ForgetReviews]) -> None:
    """Remove a few hundred rows; the rest, where there is more, goes on as a chain."""
    cards.forget(message, store, forgets)
