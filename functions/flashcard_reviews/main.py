"""GET /v1/flashcards/due · POST /v1/flashcards/{card_id}/reviews · POST /v1/flashcards/{card_id}/undo"""

from common.domain.progress.messages import ActivityHappened
from common.domain.review import day_queue, reviews
from common.domain.review.bodies import CardAnswer, CardView, DueQueue, Limit, Minutes, Reviewed
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
