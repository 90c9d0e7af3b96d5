"""POST /v1/flashcards/mistakes"""

from common.domain.review import mistakes
from common.domain.review.bodies import CardsMade, Submitted
from common.domain.review.desks import TooManyCards
from common.errors import NotFound
from common.ports import Caller, Clock, Store
from common.triggers import Created, http

flashcard_sources = http.resource("flashcard_sources")


@flashcard_sources.post("/v1/flashcards/mistakes", role="learner", raises=(NotFound, TooManyCards))
def from_mistakes(caller: Caller, wished: Submitted, store: Store, clock: Clock) -> Created[CardsMade]:
    """Make cards of what was answered wrongly in a quiz: one a question, however often it goes wrong."""
    return Created(mistakes.to_cards(caller, wished, store, clock))
