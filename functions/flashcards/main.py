"""GET, POST /v1/flashcards · POST /v1/flashcards/bulk · GET, PATCH, DELETE /v1/flashcards/{card_id}"""

from common.domain.review import cards
from common.domain.review.bodies import CardChange, CardsMade, CardView, Deck, NewCard, NewCards
from common.domain.review.desks import TooManyCards
from common.domain.review.messages import ForgetReviews
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Page, PageSize, PageToken, Queue, Store, StoreReader
from common.triggers import Created, http

flashcards = http.resource("flashcards")


@flashcards.get("/v1/flashcards", role="learner")
def find(
    caller: Caller,
    store: StoreReader,
    deck: Deck | None = None,
    page_size: PageSize = 20,
    page_token: PageToken | None = None,
) -> Page[CardView]:
    """The caller's cards, the latest first, of one deck or all."""
    return cards.find(caller, store, deck=deck, page_size=page_size, page_token=page_token)


@flashcards.post("/v1/flashcards", role="learner", raises=(TooManyCards,))
def make(caller: Caller, wished: NewCard, store: Store, clock: Clock, ids: Ids) -> Created[CardView]:
    """Make a card."""
    return Created(cards.make(caller, wished, store, clock, ids))


@flashcards.post(
    "/v1/flashcards/bulk", role="learner", rate_limit="60/minute", max_body=4_000_000, raises=(TooManyCards,)
)
def make_several(caller: Caller, wished: NewCards, store: Store, clock: Clock, ids: Ids) -> Created[CardsMade]:
    """Make up to 100 cards, all or none."""
    return Created(cards.make_several(caller, wished, store, clock, ids))


@flashcards.get("/v1/flashcards/{card_id}", role="learner", raises=(NotFound,))
def show(caller: Caller, card_id: str, store: StoreReader) -> CardView:
    """One card, and where it stands."""
    return cards.show(caller, card_id, store)


@flashcards.patch("/v1/flashcards/{card_id}", role="learner", raises=(NotFound,))
def change(caller: Caller, card_id: str, wished: CardChange, store: Store, clock: Clock) -> CardView:
    """Change what is sent of a card, or suspend it; what reviews made of it stays."""
    return cards.change(caller, card_id, wished, store, clock)


@flashcards.delete("/v1/flashcards/{card_id}", role="learner", raises=(NotFound,))
def delete(caller: Caller, card_id: str, store: Store, forgets: Queue[ForgetReviews]) -> None:
    """Delete a card and the log of its reviews."""
    cards.delete(caller, card_id, store, forgets)
