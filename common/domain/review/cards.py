"""A learner's own cards: made, listed, shown, changed, suspended, deleted."""

from datetime import datetime

from common.domain.review import desks
from common.domain.review.bodies import CardChange, CardsMade, CardView, NewCard, NewCards
from common.domain.review.messages import ForgetReviews
from common.domain.review.models import Card, CardSource, ReviewRow, card_id, row_id
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Page, Query, Queue, Store, StoreReader, read_page
from common.ports.store import Scalar

CARDS = Query(Card, equal=("user_id",), optional=("deck",), order=("-place",))
ROWS_A_STEP = 400


def make(caller: Caller, wished: NewCard, store: Store, clock: Clock, ids: Ids) -> CardView:
    """A new card; TooManyCards. Costs one read and two writes."""
    return make_several(caller, NewCards(cards=(wished,)), store, clock, ids).items[0]


def make_several(caller: Caller, wished: NewCards, store: Store, clock: Clock, ids: Ids) -> CardsMade:
    """Several new cards, all or none; TooManyCards. Costs one read, and a write more than there are cards."""
    made = desks.desk_of(caller.user_id, store).made
    now = clock.now()
    cards = [
        new_card(caller.user_id, ids.new(), one, place=made + number, now=now)
        for number, one in enumerate(wished.cards, start=1)
    ]
    for card in cards:
        store.create(card)
    desks.change(caller.user_id, store, lambda desk: desks.with_new(desk, len(cards)))
    return CardsMade(items=tuple(CardView.of(card) for card in cards))


def new_card(
    user_id: str, guid: str, wished: NewCard, *, place: int, now: datetime, source: CardSource | None = None
) -> Card:
    """A card as it begins; the guid decides its id."""
    said = {name: getattr(wished, name) for name in NewCard.model_fields}
    return Card(
        card_id=card_id(user_id, guid), user_id=user_id, guid=guid, place=place, created_at=now, updated_at=now,
        source=source, **said,
    )  # fmt: skip


def find(
    caller: Caller, store: StoreReader, *, deck: str | None, page_size: int, page_token: str | None
) -> Page[CardView]:
    """A page of the caller's cards, the latest first, of one deck or all."""
    where: dict[str, Scalar] = {"user_id": caller.user_id, "deck": deck}
    return read_page(store, CARDS, where, page_size=page_size, page_token=page_token, show=CardView.of)


def show(caller: Caller, of_card: str, store: StoreReader) -> CardView:
    """One of the caller's cards; NotFound. Costs one read."""
    return CardView.of(own(caller, of_card, store))


def change(caller: Caller, of_card: str, wished: CardChange, store: Store, clock: Clock) -> CardView:
    """Change what was sent; NotFound. What reviews made of the card stays. Costs a read and a write.

    A card that is suspended, or taken up again, costs one of each more: the desk counts what is to be done.
    """
    card = own(caller, of_card, store)
    said = {name: getattr(wished, name) for name in wished.model_fields_set}
    said = {name: value for name, value in said.items() if value is not None or name == "difficulty"}
    changed = card.model_copy(update={**said, "updated_at": clock.now()})
    store.put(changed)
    if changed.suspended and not card.suspended:
        desks.change(caller.user_id, store, lambda desk: desks.set_aside(desk, card))
    elif card.suspended and not changed.suspended:
        desks.change(caller.user_id, store, lambda desk: desks.taken_up(desk, card))
    return CardView.of(changed)


def delete(caller: Caller, of_card: str, store: Store, forgets: Queue[ForgetReviews]) -> None:
    """Delete a card, and soon the log of its reviews; NotFound. Costs two reads, a write, a delete, and a task."""
    card = own(caller, of_card, store)
    store.delete(Card, of_card)
    desks.change(caller.user_id, store, lambda desk: desks.without(desk, card))
    if card.rows:
        forgets.stage(ForgetReviews(log_id=card.log_id, user_id=caller.user_id, rows=card.rows))


def forget(message: ForgetReviews, store: Store, forgets: Queue[ForgetReviews]) -> None:
    """Remove the next rows of a deleted card's log, and stage the step behind them."""
    first = message.step * ROWS_A_STEP + 1
    last = min(message.rows, first + ROWS_A_STEP - 1)
    for number in range(first, last + 1):
        store.delete(ReviewRow, row_id(message.log_id, number))
    if last < message.rows:
        forgets.stage(message.model_copy(update={"step": message.step + 1}))


def own(caller: Caller, of_card: str, store: StoreReader) -> Card:
    """A card of the caller's; NotFound."""
    found = store.get(Card, of_card)
    if found is None or found.user_id != caller.user_id:
        raise NotFound("There is no such card")
    return found
