"""A card is answered, and the answer taken back: each is a row of the card's log, and the card stands where it says."""

from datetime import datetime

from common.domain.progress.messages import ActivityHappened
from common.domain.review import balance, cards, desks, review_log, schedule
from common.domain.review.bodies import CardAnswer, CardView, Reviewed
from common.domain.review.models import Card, Desk, ReviewRow, row_id
from common.domain.review.study_days import StudyCalendar
from common.errors import Conflict
from common.ports import Caller, Clock, Queue, Store

LONGEST_SECONDS = 60
"""That one answer counts for: who takes longer is doing something else."""


class CardSuspended(Conflict):
    """The card is not asked while it is suspended."""

    code, title = "card_suspended", "The card is suspended"


class ReviewedMeanwhile(Conflict):
    """The card was reviewed since it was shown."""

    code, title = "reviewed_meanwhile", "The card was reviewed since it was shown"


class NothingToUndo(Conflict):
    """The card has no review that could be taken back."""

    code, title = "nothing_to_undo", "There is no review to take back"


def review(
    caller: Caller, card_id: str, answer: CardAnswer, store: Store, activity: Queue[ActivityHappened], clock: Clock
) -> Reviewed:
    """Answer a card; NotFound, CardSuspended, ReviewedMeanwhile. Costs three reads and four writes, at any history.

    The card is guarded by its version: of two answers at once the later is judged anew, on top of the earlier.
    """
    card = cards.own(caller, card_id, store)
    if card.suspended:
        raise CardSuspended
    if answer.after_reviews is not None and answer.after_reviews != card.reviews:
        raise ReviewedMeanwhile
    desk = desks.desk_of(caller.user_id, store)
    calendar = StudyCalendar.of(desk, store)
    before, row = card.standing, _row(card, answer, desk, calendar, clock.now())
    reviewed = card.at(review_log.after(before, row)).model_copy(update={"rows": row.number, "before": before})
    store.put(reviewed)  # staged first: its version is judged before the row's id is found taken
    store.create(row)
    desks.change(caller.user_id, store, lambda latest: desks.reviewed(latest, before, row))
    activity.stage(_activity(reviewed, row))
    return _told(reviewed, row, calendar)


def undo(caller: Caller, card_id: str, store: Store, clock: Clock) -> CardView:
    """Take the last review of a card back; NotFound, CardSuspended, NothingToUndo. Costs three reads and three writes.

    The log keeps both: the review, and that it was taken back.
    """
    card = cards.own(caller, card_id, store)
    if card.suspended:
        raise CardSuspended
    before = card.before
    last = store.get(ReviewRow, row_id(card.log_id, card.rows)) if before is not None else None
    if before is None or last is None:
        raise NothingToUndo
    number = card.rows + 1
    store.put(card.at(before).model_copy(update={"rows": number, "before": None}))
    store.create(
        ReviewRow(
            row_id=row_id(card.log_id, number),
            log_id=card.log_id,
            user_id=card.user_id,
            number=number,
            kind="undo",
            review_id=last.review_id,
            reviewed_at=clock.now(),
            undoes=last.number,
        )
    )
    desks.change(caller.user_id, store, lambda desk: desks.unreviewed(desk, before, last))
    return CardView.of(card.at(before))


def _row(card: Card, answer: CardAnswer, desk: Desk, calendar: StudyCalendar, now: datetime) -> ReviewRow:
    """The row of a review: here, and only here, its day is chosen."""
    wishes, today = desk.wishes, calendar.date_of(now)
    memory, due_at = schedule.after(card.memory, answer.rating, now, wishes.retention)
    number, due_day, interval = card.rows + 1, calendar.today(due_at), None
    if memory.state == "review":
        interval = (due_at - now).days
        chosen = balance.chosen(interval, today, calendar, desk.load, wishes.exam_date)
        due_day = calendar.number(chosen)
        due_at = calendar.begins(calendar.date_at(due_day))
    return ReviewRow(
        row_id=row_id(card.log_id, number),
        log_id=card.log_id,
        user_id=card.user_id,
        number=number,
        kind="review",
        review_id=f"{card.log_id}-{card.reviews + 1}",
        reviewed_at=now,
        rating=answer.rating,
        duration_ms=answer.duration_ms,
        seconds=_seconds(answer, desk, now),
        retention=wishes.retention,
        parameters=schedule.LATEST,
        interval_days=interval,
        due_at=due_at,
        due_day=due_day,
        was=card.pile,
        ahead=card.pile == "review" and card.due_day > calendar.number(today),
        recall=schedule.recall(card.memory, now) if card.pile == "review" else None,
        day=today,
    )


def _seconds(answer: CardAnswer, desk: Desk, now: datetime) -> int:
    """What is believed of the time that an answer took: no more than passed since the learner's answer before."""
    passed = (now - desk.reviewed_at).total_seconds() if desk.reviewed_at else LONGEST_SECONDS
    if answer.duration_ms is None:
        return int(passed) if 0 < passed <= LONGEST_SECONDS and desk.reviewed_at else 0
    return int(max(0.0, min(answer.duration_ms / 1000, passed, LONGEST_SECONDS)))


def _activity(card: Card, row: ReviewRow) -> ActivityHappened:
    document_id = card.source.document_id if card.source else None
    return ActivityHappened(
        user_id=card.user_id,
        kind="card_reviewed",
        subject_id=row.review_id,
        at=row.reviewed_at,
        document_id=document_id,
        seconds=row.seconds,
    )


def _told(card: Card, row: ReviewRow, calendar: StudyCalendar) -> Reviewed:
    assert row.due_at is not None
    return Reviewed(
        card_id=card.card_id,
        review_id=row.review_id,
        state=card.memory.state,
        due_at=row.due_at,
        due_on=calendar.date_of(row.due_at),
        interval_days=row.interval_days,
        reviews=card.reviews,
        lapses=card.lapses,
    )
