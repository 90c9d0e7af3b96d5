"""Streaks: how many days somebody has learned without a break, told from nothing but the set of their days.

A missed day in seven is forgiven: a streak ends with a missed day that has another one among the six before it. So a
streak follows from the set of days alone, in whatever order they became known, and another day never shortens it.
Sets of days are integers, a bit a day (local_days).
"""

import re
from dataclasses import dataclass

FORGIVEN_EVERY = 7
"""Days, of which one may be missed."""


@dataclass(frozen=True, slots=True)
class Streak:
    """How it stands on one day."""

    current: int
    """Days of learning since the last break."""
    longest: int
    """The most that there ever were."""
    is_active_today: bool
    may_rest: bool
    """Whether the streak outlives the day without learning."""


def streak(active: int, excused: int, today: int) -> Streak:
    """The streak on the day `today`, which is not missed before it is over.

    Excused days neither count nor break. A learner who has travelled west may have learned on a day that is yet to
    come where they are: then that is today.
    """
    today = max(today, active.bit_length() - 1)
    if active <= 0:
        return Streak(0, 0, is_active_today=False, may_rest=False)
    first = (active & -active).bit_length() - 1
    span = today - first  # from here on, bit 0 is the first day of all
    learned, excused = active >> first, excused >> first
    missed = ~(learned | excused) & _ones(span)
    tired = _soon_after(missed)
    breaks = missed & tired
    current = (learned >> breaks.bit_length()).bit_count()
    return Streak(
        current,
        _longest(learned, breaks, span),
        is_active_today=bool(learned >> span & 1),
        may_rest=not tired >> span & 1,
    )


def _ones(count: int) -> int:
    return (1 << count) - 1


def _soon_after(missed: int) -> int:
    """The days on which none may be missed: another one was, among the six before. Nothing was learned before day 0."""
    window = FORGIVEN_EVERY - 1
    known = missed << window | _ones(window)
    found = 0
    for back in range(window):
        found |= known >> back
    return found


def _longest(learned: int, breaks: int, span: int) -> int:
    """The most days of learning between two breaks."""
    from_first = format(breaks, f"0{span + 1}b")[::-1]
    runs = (match.span() for match in re.finditer("0+", from_first))
    return max(((learned >> start & _ones(end - start)).bit_count() for start, end in runs), default=0)
