"""Spreads what there is to learn over the days that there are: the same plan for the same facts.

Nothing of a plan is stored but what the learner wants. It follows each day from what is left, so a missed day's work
is spread over the days behind it without anybody planning anew.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from common.domain.progress.mastery import MASTERED, Mastery
from common.domain.progress.plan_bodies import PlannedDay, PlannedItem, PlannedKind

LEARN_MINUTES = 15
"""For a section of a concept."""
PRACTISE_MINUTES = 10
"""For a round of questions on a topic."""
A_ROUND_GAINS = 0.2
"""Of a topic's level, about."""
SECONDS_A_REVIEW = 10
REHEARSE_MINUTES = 30
"""On the eve of an exam, at most half of its time."""
DAYS_AHEAD = 14
"""That a plan without exam looks ahead, and that any plan shows."""
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Work:
    """Something to do, in minutes; it may be spread over two days."""

    kind: PlannedKind
    title: str
    minutes: int
    concept_id: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The time that there is."""

    today: date
    minutes_per_day: int
    rest_days: tuple[int, ...] = ()
    exam_date: date | None = None

    def days(self, first: date | None = None) -> list[date]:
        """The days of learning from `first` (today) to the eve of the exam."""
        first = first or self.today
        end = self.exam_date or first + timedelta(days=DAYS_AHEAD)
        span = min((end - first).days, MOST_DAYS)
        every = (first + timedelta(days=count) for count in range(span))
        return [day for day in every if day.isoweekday() not in self.rest_days]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done when, and what is left over."""

    days: tuple[PlannedDay, ...]
    left_over: int
    """Minutes for which there is no time before the exam, or in the days that the plan looks ahead."""


def rounds(level: float) -> int:
    """How many rounds of practice bring a topic of this level to mastery."""
    return max(0, math.ceil((MASTERED - level - 1e-9) / A_ROUND_GAINS))


def work(concepts: Iterable[tuple[str, str, int]], topics: Iterable[Mastery]) -> list[Work]:
    """What there is to do, in order: sections of concepts (id, title, how many are left), and rounds of practice.

    They alternate, and a topic comes again when the others have come: spaced and mixed practice lasts longer than
    massed practice (Rohrer, Interleaving Helps Students Distinguish among Similar Concepts, 2012).
    """
    learn = [
        Work("learn", title, LEARN_MINUTES, concept_id=concept_id)
        for concept_id, title, left in concepts
        for _ in range(left)
    ]
    weakest = sorted(topics, key=lambda one: (one.level, one.topic))
    practise = [
        Work("practise", one.topic, PRACTISE_MINUTES, topic=one.topic)
        for turn in range(max((rounds(one.level) for one in weakest), default=0))
        for one in weakest
        if rounds(one.level) > turn
    ]
    mixed = itertools.zip_longest(learn, practise)
    return [one for pair in mixed for one in pair if one is not None]


def review_minutes(due: Iterable[int]) -> tuple[int, ...]:
    """How long the flashcards take that are due on each day from today on."""
    return tuple(-(-count * SECONDS_A_REVIEW // 60) for count in due)


def plan(to_do: Sequence[Work], reviews: Sequence[int], frame: Frame) -> Plan:
    """Spread the work over the days of the frame, and the minutes of `reviews` that are due on each day from today on.

    Reviews come first, with half of a day's time at most while there is other work. Before an exam each day has its
    share, and the last one a rehearsal; otherwise the days are filled. What is begun on a day is ended on it, unless
    there is no time to lose.
    """
    unhurried = _spread(to_do, reviews, frame, whole=True)
    return unhurried if unhurried.left_over == 0 else _spread(to_do, reviews, frame, whole=False)


def _spread(to_do: Sequence[Work], reviews: Sequence[int], frame: Frame, *, whole: bool) -> Plan:
    dates = frame.days()
    due = _due_on(dates, reviews, frame.today)
    rooms = [frame.minutes_per_day] * len(dates)
    rehearsal = _rehearsal(frame, dates)
    if rehearsal:
        rooms[-1] -= rehearsal
    left, review, days = list(to_do), 0, []
    for at, day in enumerate(dates):
        room, amount = rooms[at], minutes_of(left)
        review += due[at]
        share = amount
        if frame.exam_date is not None:
            later = sum(rooms[at + 1 :]) - sum(due[at + 1 :])
            share = max(-(-amount // (len(dates) - at)), min(amount, amount + review - later))
        reviewed = min(review, max(room - share, room // 2))
        free = room - reviewed
        taken, left = _take_whole(left, share, free, frame) if whole else _take(left, min(share, free))
        review -= reviewed
        items = [Work("review", "Flashcards", reviewed)] if reviewed else []
        items += taken
        if rehearsal and at == len(dates) - 1:
            items.append(Work("rehearse", "Everything once more", rehearsal))
        days.append(_day(day, items))
    return Plan(tuple(days), minutes_of(left) + review)


def _due_on(dates: Sequence[date], reviews: Sequence[int], today: date) -> list[int]:
    """The minutes of reviews that become due with each of the dates; those of days of rest with the next date."""
    due, taken = [], 0
    for day in dates:
        so_far = sum(reviews[: (day - today).days + 1])
        due.append(so_far - taken)
        taken = so_far
    return due


def behind(now: int, at_first: int, made_on: date, frame: Frame) -> int:
    """How much more work is left than if each day since the plan was made had had its share; 0 without exam."""
    if frame.exam_date is None:
        return 0
    all_days, days_left = len(frame.days(made_on)), len(frame.days())
    expected = -(-at_first * days_left // all_days) if all_days else at_first
    return max(0, now - expected)


def needed(to_do: Sequence[Work], reviews: Sequence[int], frame: Frame) -> int | None:
    """The minutes a day that would do before the exam; None without one, or where no day is left."""
    dates = frame.days()
    if frame.exam_date is None or not dates:
        return None
    minutes = minutes_of(to_do) + sum(_due_on(dates, reviews, frame.today)) + _rehearsal(frame, dates)
    return -(-minutes // len(dates))


def minutes_of(to_do: Iterable[Work]) -> int:
    """How long all of it takes."""
    return sum(one.minutes for one in to_do)


def _rehearsal(frame: Frame, dates: Sequence[date]) -> int:
    is_worth_it = frame.exam_date is not None and len(dates) > 1
    return min(REHEARSE_MINUTES, frame.minutes_per_day // 2) if is_worth_it else 0


def _take_whole(left: Sequence[Work], share: int, room: int, frame: Frame) -> tuple[list[Work], list[Work]]:
    """Whole pieces of the work until they are the day's share, as far as there is room; and the rest of the work.

    A piece that is longer than a day is taken as it fits.
    """
    taken: list[Work] = []
    for at, one in enumerate(left):
        done = minutes_of(taken)
        if done >= share or one.minutes > room - done:
            if done < share and one.minutes > frame.minutes_per_day:
                more, rest = _take(left[at:], room - done)
                return taken + more, rest
            return taken, list(left[at:])
        taken.append(one)
    return taken, []


def _take(left: Sequence[Work], room: int) -> tuple[list[Work], list[Work]]:
    """The first `room` minutes of the work, and the rest of it."""
    taken: list[Work] = []
    for at, one in enumerate(left):
        if room <= 0:
            return taken, list(left[at:])
        part = min(one.minutes, room)
        taken.append(replace(one, minutes=part))
        room -= part
        if part < one.minutes:
            return taken, [replace(one, minutes=one.minutes - part), *left[at + 1 :]]
    return taken, []


def _day(day: date, items: Sequence[Work]) -> PlannedDay:
    """A day; what belongs together is one item, where the first of it stands."""
    held: dict[tuple[str, str | None, str | None], Work] = {}
    for one in items:
        key = (one.kind, one.concept_id, one.topic)
        held[key] = replace(one, minutes=one.minutes + (held[key].minutes if key in held else 0))
    shown = tuple(
        PlannedItem(kind=one.kind, title=one.title, concept_id=one.concept_id, topic=one.topic, minutes=one.minutes)
        for one in held.values()
    )
    return PlannedDay(date=day, minutes=sum(one.minutes for one in shown), items=shown)
