"""What was answered wrongly in a quiz becomes cards: one a question, however often it goes wrong."""

from common.domain.assessment import results
from common.domain.assessment.results import WrongAnswer
from common.domain.review import cards, desks
from common.domain.review.bodies import MOST_LETTERS, CardsMade, CardView, NewCard, Submitted
from common.domain.review.models import Card, CardSource, card_id
from common.ports import Caller, Clock, Store

DECK = "Mistakes"
TRUE_OR_FALSE = "True or false?"


def to_cards(caller: Caller, wished: Submitted, store: Store, clock: Clock) -> CardsMade:
    """The cards of what a submission has wrong, those that there were included; NotFound, TooManyCards.

    A card's id derives from its question. Costs three reads and a read a question; a write for each new card, and one.
    """
    wrong = results.wrong_answers(caller.user_id, wished.submission_id, store)
    ids = [card_id(caller.user_id, _guid(one)) for one in wrong]
    known = {card.card_id: card for card in store.get_many(Card, ids)} if ids else {}
    made, now = desks.desk_of(caller.user_id, store).made, clock.now()
    fresh = [
        cards.new_card(caller.user_id, _guid(one), _card(one), place=made + place, now=now, source=_source(one))
        for place, one in enumerate((one for one, own in zip(wrong, ids, strict=True) if own not in known), start=1)
    ]
    for card in fresh:
        store.put(card)  # guarded by its absence: whoever made it meanwhile, this begins anew and finds it
    if fresh:
        desks.change(caller.user_id, store, lambda desk: desks.with_new(desk, len(fresh)))
    found = known | {card.card_id: card for card in fresh}
    return CardsMade(items=tuple(CardView.of(found[one]) for one in ids))


def _guid(wrong: WrongAnswer) -> str:
    return f"question:{wrong.question_id}"


def _card(wrong: WrongAnswer) -> NewCard:
    back = "\n".join((*wrong.answers, "", wrong.explanation)).strip()
    tag = "_".join(wrong.topic.split())[:100]
    return NewCard(front=_front(wrong), back=back[:MOST_LETTERS], deck=DECK, tags=(tag,) if tag else ())


def _front(wrong: WrongAnswer) -> str:
    """The question with what it needs to be understood: "which of these" needs these, and a statement the question."""
    if wrong.kind in ("single", "multiple"):
        return "\n".join((wrong.prompt, "", *(f"- {option}" for option in wrong.options)))
    if wrong.kind == "true_false" and not wrong.prompt.startswith(TRUE_OR_FALSE):
        return f"{TRUE_OR_FALSE} {wrong.prompt}"
    return wrong.prompt


def _source(wrong: WrongAnswer) -> CardSource:
    where = wrong.source
    if where is None:
        return CardSource(question_id=wrong.question_id)
    return CardSource(
        question_id=wrong.question_id, document_id=where.document_id, title=where.title, page=where.page,
        start=where.start, end=where.end,
    )  # fmt: skip
