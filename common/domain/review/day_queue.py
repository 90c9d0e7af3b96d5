"""What a learner is asked today, and in which order; the same cost at 10 cards and at 10,000."""

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from common.domain.review import desks
from common.domain.review.bodies import CardView, DueQueue
from common.domain.review.models import BANDS, Card, Desk
from common.domain.review.study_days import StudyCalendar
from common.ports import Caller, Clock, Cursor, Query, StoreReader
from common.ports.store import Scalar

SECONDS_A_REVIEW = 10.0
"""Of a learner whose pace is not known yet."""
AHEAD_OF_MINUTES = timedelta(minutes=20)
"""When nothing else is left, what is due within so much is asked already."""
BAND_CHUNK = 8
"""Cards of a band that are read at once when the overdue are put in order."""

_OWN = ("user_id", "suspended", "pile")
LEARNING = Query(Card, equal=_OWN, between=("due_at", "<="), order=("due_at",))
LEARNING_LATER = Query(Card, equal=_OWN, between=("due_at", ">"), order=("due_at",))
DUE = Query(Card, equal=_OWN, between=("due_day", "<="), order=("due_day",))
DUE_LATER = Query(Card, equal=_OWN, between=("due_day", ">"), order=("due_day",))
OVERDUE = Query(Card, equal=(*_OWN, "band"), between=("due_day", "<="), order=("due_day",))
NEW = Query(Card, equal=_OWN, order=("place",))


@dataclass(frozen=True)
class _Shares:
    """How many cards of each kind today still takes."""

    due: int
    overdue: int
    reviews: int
    new: int
    early: int
    """Those due after the exam, which are to be seen before it."""
    is_backlog: bool

    @classmethod
    def of(cls, desk: Desk, calendar: StudyCalendar, today: date) -> "_Shares":
        wishes, number = desk.wishes, calendar.number(today)
        done = desk.today if desk.today.day == today else desk.today.model_copy(update=dict.fromkeys(_DONE, 0))
        new, early = wishes.new_per_day, 0
        if wishes.exam_date is not None and wishes.exam_date > today:
            days = (wishes.exam_date - today).days
            new = max(new, -(-(desk.new + done.new) // days))
            early = _early(desk.due_after(calendar.number(wishes.exam_date) - 1), done.ahead, days - 1)
        overdue = desk.due_until(number - 1)
        return cls(
            due=desk.due_until(number),
            overdue=overdue,
            reviews=max(0, wishes.reviews_per_day - done.reviews),
            new=max(0, min(desk.new, new - done.new)),
            early=early,
            is_backlog=overdue > wishes.reviews_per_day,
        )


_DONE = ("new", "reviews", "ahead")


def _early(beyond: int, done: int, days: int) -> int:
    """How many of the cards due after an exam are for today, so that `days` equal days, its eve apart, see them all.

    On the eve itself what is reviewed is due after the exam anyway: there would be no end.
    """
    return max(0, -(-(beyond + done) // days) - done) if beyond and days > 0 else 0


def due(caller: Caller, store: StoreReader, clock: Clock, *, limit: int, minutes: int | None) -> DueQueue:
    """The next cards of today, `limit` at most and no more than `minutes` take.

    Costs a read a card and at most seven more; with a backlog at most eight more for each band of intervals.
    """
    desk = desks.desk_of(caller.user_id, store)
    calendar, now = StudyCalendar.of(desk, store), clock.now()
    today = calendar.date_of(now)
    holiday = next((one.last for one in calendar.holidays if one.first <= today <= one.last), None)
    shares = _Shares.of(desk, calendar, today)
    pace = desk.seconds / desk.timed if desk.timed else SECONDS_A_REVIEW
    room = limit if minutes is None else min(limit, max(1, int(minutes * 60 / pace)))
    found = [] if holiday else _Day(desk, calendar, shares, store, now).cards(room)
    return DueQueue(
        items=tuple(CardView.of(card) for card in found),
        due_count=shares.due,
        overdue_count=shares.overdue,
        new_count=shares.new,
        is_backlog=shares.is_backlog,
        holiday_until=holiday,
        estimated_seconds=round(len(found) * pace),
    )


def due_ahead(caller: Caller, store: StoreReader, clock: Clock, days: int) -> tuple[int, ...]:
    """How many of the caller's cards become due on each of the next days, for whoever plans them. Costs two reads.

    The first is today, with what is overdue; on holidays nothing is due, and what waits is due behind them.
    """
    desk = desks.desk_of(caller.user_id, store)
    calendar = StudyCalendar.of(desk, store)
    today = calendar.date_of(clock.now())
    counts, seen = [], 0
    for day in (today + timedelta(days=ahead) for ahead in range(days)):
        until = seen if calendar.is_off(day) else desk.due_until(calendar.number(day))
        counts.append(until - seen)
        seen = until
    return tuple(counts)


@dataclass(frozen=True)
class _Day:
    """One learner's day, as it is read."""

    desk: Desk
    calendar: StudyCalendar
    shares: _Shares
    store: StoreReader
    now: datetime

    def cards(self, room: int) -> list[Card]:
        """Cards of minutes that are due, cards of days, those of the exam, new ones; at last minutes not quite due."""
        found: list[Card] = []
        if self.shares.due:
            found += self._read(LEARNING, "learning", room, due_at=self.now)
            found += self._reviews(min(room - len(found), self.shares.reviews))
        found += self._early(min(room - len(found), self.shares.early))
        found += self._read(NEW, "new", min(room - len(found), self.shares.new))
        if self.shares.due and len(found) < room:
            later = self._read(LEARNING_LATER, "learning", room - len(found), due_at=self.now)
            until = self.now + AHEAD_OF_MINUTES
            found += [card for card in later if card.due_at is not None and card.due_at <= until]
        return found

    @property
    def _number(self) -> int:
        return self.calendar.today(self.now)

    def _read(self, query: Query[Card], pile: str, limit: int, **more: Scalar) -> list[Card]:
        if limit <= 0:
            return []
        where: dict[str, Scalar] = {"user_id": self.desk.user_id, "suspended": False, "pile": pile, **more}
        return self.store.query(query, where, limit=limit)

    def _reviews(self, limit: int) -> list[Card]:
        if limit <= 0 or not self.shares.is_backlog:
            return self._read(DUE, "review", limit, due_day=self._number)
        bands = (self._band(band) for band in range(len(BANDS) + 1))
        return list(itertools.islice(heapq.merge(*bands, key=self._lateness), limit))

    def _early(self, limit: int) -> list[Card]:
        exam = self.desk.wishes.exam_date
        if limit <= 0 or exam is None:
            return []
        return self._read(DUE_LATER, "review", limit, due_day=self.calendar.number(exam) - 1)

    def _band(self, band: int) -> Iterator[Card]:
        """The overdue cards of one band, the longest overdue first, read a few at a time."""
        where: dict[str, Scalar] = {
            "user_id": self.desk.user_id, "suspended": False, "pile": "review", "band": band, "due_day": self._number,
        }  # fmt: skip
        after: Cursor | None = None
        while True:
            page = self.store.query(OVERDUE, where, limit=BAND_CHUNK, after=after)
            yield from page
            if len(page) < BAND_CHUNK:
                return
            after = Cursor.at(OVERDUE, page[-1])

    def _lateness(self, card: Card) -> float:
        """By how much of its stability a card is overdue, the most first: what is nearest to being lost."""
        return -(self._number - card.due_day) / max(card.memory.stability or 1.0, 1.0)
