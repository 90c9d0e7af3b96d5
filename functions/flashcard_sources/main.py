"""POST /v1/flashcards/generate · POST /v1/flashcards/mistakes"""

from common.domain.review import composition, mistakes
from common.domain.review.bodies import CardJobView, CardsMade, FromDocument, Submitted
from common.domain.review.desks import TooManyCards
from common.domain.review.messages import ComposeCards
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Queue, Store
from common.triggers import Accepted, Created, http

flashcard_sources = http.resource("flashcard_sources")


@flashcard_sources.post(
    "/v1/flashcards/generate", role="learner", rate_limit="30/minute", raises=(NotFound, composition.DocumentNotReady)
)
def from_document(
    caller: Caller, wished: FromDocument, store: Store, composes: Queue[ComposeCards], clock: Clock, ids: Ids
) -> Accepted[CardJobView]:
    """Make cards of what a document explains: a term, the sentence that says what it is, and where that stands."""
    return Accepted(composition.begin(caller, wished, store, composes, clock, ids))


@flashcard_sources.post("/v1/flashcards/mistakes", role="learner", raises=(NotFound, TooManyCards))
def from_mistakes(caller: Caller, wished: Submitted, store: Store, clock: Clock) -> Created[CardsMade]:
    """Make cards of what was answered wrongly in a quiz: one a question, however often it goes wrong."""
    return Created(mistakes.to_cards(caller, wished, store, clock))
