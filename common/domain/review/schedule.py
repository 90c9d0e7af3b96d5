"""FSRS-6, as py-fsrs computes it: what a review does to a memory, and when the card should be asked again.

The only module that knows the library. It draws no lots: the library's random fuzz is off, and the day within its range
is chosen by the load of the days (balance.py).
"""

import functools
import math
from datetime import datetime

import fsrs

from common.domain.review.models import Memory, MemoryState, Rating

LATEST = "fsrs-6.0"
"""The version that new reviews are scheduled by."""
PARAMETERS: dict[str, tuple[float, ...]] = {
    "fsrs-6.0": (
        0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629,
        1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
    ),
}  # fmt: skip
"""Version -> weights. A version never changes: rows of the log name theirs. This one is FSRS-6's own default."""
MOST_DAYS = 3650
"""The longest interval."""

_STATES: dict[MemoryState, fsrs.State] = {
    "new": fsrs.State.Learning,
    "learning": fsrs.State.Learning,
    "review": fsrs.State.Review,
    "relearning": fsrs.State.Relearning,
}
_NAMES: dict[fsrs.State, MemoryState] = {
    fsrs.State.Learning: "learning",
    fsrs.State.Review: "review",
    fsrs.State.Relearning: "relearning",
}
_RATINGS: dict[Rating, fsrs.Rating] = {
    "again": fsrs.Rating.Again,
    "hard": fsrs.Rating.Hard,
    "good": fsrs.Rating.Good,
    "easy": fsrs.Rating.Easy,
}
_FUZZ = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, math.inf, 0.05))
"""From and to which interval in days, each day adds how much to the range: Anki's and py-fsrs's."""


def after(
    memory: Memory, rating: Rating, at: datetime, retention: float, version: str = LATEST
) -> tuple[Memory, datetime]:
    """The memory after an answer at `at`, and when FSRS would ask again, for a `retention` of 0.7 to 0.97."""
    card, _ = _scheduler(retention, version).review_card(_card(memory, at), _RATINGS[rating], at)
    known = Memory(
        state=_NAMES[card.state],
        step=card.step,
        stability=card.stability,
        difficulty=card.difficulty,
        reviewed_at=card.last_review,
    )
    return known, card.due


def recall(memory: Memory, at: datetime, version: str = LATEST) -> float:
    """How probable a right answer is at `at`: 0 to 1, and 0 for a card never seen."""
    return _scheduler(0.9, version).get_card_retrievability(_card(memory, at), at)


def window(days: int) -> range:
    """The intervals that may stand for `days`, as wide as the library's fuzz; only itself below 2.5 days."""
    if days < _FUZZ[0][0]:
        return range(days, days + 1)
    delta = 1.0 + sum(share * max(min(days, end) - begin, 0.0) for begin, end, share in _FUZZ)
    last = min(round(days + delta), MOST_DAYS)
    return range(min(max(2, round(days - delta)), last), last + 1)


@functools.lru_cache(maxsize=64)
def _scheduler(retention: float, version: str) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        parameters=PARAMETERS[version],
        desired_retention=retention,
        maximum_interval=MOST_DAYS,
        enable_fuzzing=False,
    )


def _card(memory: Memory, at: datetime) -> fsrs.Card:
    return fsrs.Card(
        card_id=0,  # without one, the library sleeps a millisecond to make one
        state=_STATES[memory.state],
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=at,
        last_review=memory.reviewed_at,
    )
