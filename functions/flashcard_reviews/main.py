"""GET /v1/flashcards/due · GET /v1/flashcards/statistics · GET, PUT /v1/flashcards/settings

POST /v1/flashcards/{card_id}/reviews · POST /v1/flashcards/{card_id}/undo
"""

from common.domain.progress.messages import ActivityHappened
from common.domain.review import day_queue, reviews, wishes
from common.domain.review import statistics as numbers
from common.domain.review.bodies import (
    CardAnswer,
    CardStatistics,
    CardView,
    DueQueue,
    Limit,
    Minutes,
    Reviewed,
    WishesView,
)
from common.errors import NotFound
from common.ports import Caller, Clock, Queue, Store, StoreReader
from common.triggers import Created, http

flashcard_reviews = http.resource("flashcard_reviews")


@flashcard_reviews.get("/v1/flashcards/due", role="learner")
def due(
    caller: Caller, store: StoreReader, clock: Clock, limit: Limit = 20, minutes: Minutes | None = None
) -> DueQueue:
    """The next cards of today."""
    return day_queue.due(caller, store, clock, limit=limit, minutes=minutes)


@flashcard_reviews.post(
    "/v1/flashcards/{card_id}/reviews",
    role="learner",
    raises=(NotFound, reviews.CardSuspended, reviews.ReviewedMeanwhile),
)
def review(
    caller: Caller, card_id: str, answer: CardAnswer, store: Store, activity: Queue[ActivityHappened], clock: Clock
) -> Created[Reviewed]:
    """Say how well a card was known; it is asked again when it is about to be forgotten."""
    return Created(reviews.review(caller, card_id, answer, store, activity, clock))


@flashcard_reviews.post(
    "/v1/flashcards/{card_id}/undo", role="learner", raises=(NotFound, reviews.CardSuspended, reviews.NothingToUndo)
)
def undo(caller: Caller, card_id: str, store: Store, clock: Clock) -> CardView:
    """Take the last review of a card back."""
    return reviews.undo(caller, card_id, store, clock)


@flashcard_reviews.get("/v1/flashcards/statistics", role="learner")
def statistics(caller: Caller, store: StoreReader, clock: Clock) -> CardStatistics:
    """What is due in the next 30 days, and how well was remembered."""
    return numbers.statistics(caller, store, clock)


@flashcard_reviews.get("/v1/flashcards/settings", role="learner")
def settings(caller: Caller, store: StoreReader) -> WishesView:
    """How the caller wants to review."""
    return wishes.show(caller, store)


@flashcard_reviews.put("/v1/flashcards/settings", role="learner")
def set_settings(caller: Caller, wished: WishesView, store: Store, clock: Clock) -> WishesView:
    """Retention, exam date, pace, the hour at which days end, holidays: for what is reviewed from now on."""
    return wishes.replace(caller, wished, store, clock)
