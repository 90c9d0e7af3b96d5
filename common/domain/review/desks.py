"""A learner's desk: how many cards each day has, what was done today, how well was remembered.

Changes are pure and small, and staged by `amend`: two reviews of two cards at once both count, and neither is repeated.
"""

from collections.abc import Callable

from common.domain.review.models import Card, Desk, Recall, ReviewRow, Standing, Today
from common.errors import Conflict
from common.ports import Store, StoreReader

MOST_CARDS = 20_000
"""Of a learner."""
MONTHS_KEPT = 24


class TooManyCards(Conflict):
    """A learner has so many cards that no more are taken."""

    code, title = "too_many_cards", f"There is room for {MOST_CARDS} cards"


def desk_of(user_id: str, store: StoreReader) -> Desk:
    """The learner's desk; an empty one where there is none yet. Costs one read."""
    return store.get(Desk, user_id) or Desk(user_id=user_id)


def change(user_id: str, store: Store, changed: Callable[[Desk], Desk]) -> None:
    """Stage a pure change of the desk, applied anew when somebody else changed it."""
    desk = store.get(Desk, user_id)
    if desk is None:
        store.put(changed(Desk(user_id=user_id)))
    else:
        store.amend(Desk, user_id, changed)


def moved(desk: Desk, *, away: int | None = None, to: int | None = None) -> Desk:
    """With a card less due on one study day, and one more on another."""
    load = dict(desk.load)
    if to is not None:
        load[str(to)] = load.get(str(to), 0) + 1
    if away is not None:
        load[str(away)] = load.get(str(away), 0) - 1
        if load[str(away)] <= 0:
            del load[str(away)]
    return desk.model_copy(update={"load": load})


def with_new(desk: Desk, count: int) -> Desk:
    """With so many new cards more; TooManyCards."""
    if desk.cards + count > MOST_CARDS:
        raise TooManyCards
    added = {"cards": desk.cards + count, "new": desk.new + count, "made": desk.made + count}
    return desk.model_copy(update=added)


def without(desk: Desk, card: Card) -> Desk:
    """Without a card."""
    return set_aside(desk, card).model_copy(update={"cards": max(0, desk.cards - 1)})


def set_aside(desk: Desk, card: Card) -> Desk:
    """A card that was not suspended is asked no more."""
    if card.suspended:
        return desk
    if card.pile == "new":
        return desk.model_copy(update={"new": max(0, desk.new - 1)})
    return moved(desk, away=card.due_day)


def taken_up(desk: Desk, card: Card) -> Desk:
    """A card that was suspended is asked again."""
    return desk.model_copy(update={"new": desk.new + 1}) if card.pile == "new" else moved(desk, to=card.due_day)


def reviewed(desk: Desk, before: Standing, row: ReviewRow) -> Desk:
    """With a review in it."""
    if desk.today.day != row.day:
        desk = desk.model_copy(update={"today": Today(day=row.day)})
    away = None if before.pile == "new" else before.due_day
    counted = _tallied(moved(desk, away=away, to=row.due_day), row, 1)
    return counted.model_copy(update={"reviewed_at": row.reviewed_at})


def unreviewed(desk: Desk, before: Standing, row: ReviewRow) -> Desk:
    """As if the review had not been: `before` is where the card stood, and stands again."""
    to = None if before.pile == "new" else before.due_day
    return _tallied(moved(desk, away=row.due_day, to=to), row, -1)


def _tallied(desk: Desk, row: ReviewRow, by: int) -> Desk:
    change: dict[str, object] = {
        "new": desk.new - by * (row.was == "new"),
        "seconds": desk.seconds + by * row.seconds,
        "timed": desk.timed + by * (row.seconds > 0),
        "months": _remembered(desk.months, row, by),
    }
    if desk.today.day == row.day:
        today = desk.today
        change["today"] = Today(
            day=today.day,
            new=max(0, today.new + by * (row.was == "new")),
            reviews=max(0, today.reviews + by * (row.was == "review" and not row.ahead)),
            ahead=max(0, today.ahead + by * row.ahead),
        )
    return desk.model_copy(update=change)


def _remembered(months: dict[str, Recall], row: ReviewRow, by: int) -> dict[str, Recall]:
    if row.recall is None:
        return months
    month = f"{row.day:%Y-%m}"
    now = months.get(month, Recall())
    counted = Recall(
        asked=max(0, now.asked + by),
        known=max(0, now.known + by * (row.rating != "again")),
        expected=round(max(0.0, now.expected + by * row.recall), 6),
    )
    kept = sorted({**months, month: counted}.items())[-MONTHS_KEPT:]
    return dict(kept)
