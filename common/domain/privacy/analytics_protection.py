"""What may be said of groups of learners so that it says nothing of one.

Three rules, and a test that tries every small school (tests/domain/privacy/test_analytics_protection.py):

1. A number below the floor is not said, and a value with fewer learners than the floor is not even named.
2. Every other number is rounded down to a multiple of the floor, each on its own: nothing adds up, so what is left
   out is not what is missing from a sum. (ONS, "Policy on protecting confidentiality in tables": rounding.)
3. Where even the rounded numbers would show that somebody is behind what is not named, because the number of all
   is more than the named ones and almost full others could hold, the number of all and the largest ones are lowered.

Whoever sees all that is said of a week, and knows which values there can be, holds each number from none to just
below the floor possible for every value that is not named. Who knows more, say everybody else in the school, may
learn more: no rounding helps against that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Division:
    """How all learners divide by one property; `values` is how many values it can have at all."""

    counts: Mapping[str, int]
    values: int


@dataclass(frozen=True)
class Said:
    """What is said of one population: how many there are (None: fewer than the floor), and of each division."""

    total: int | None
    divisions: tuple[Mapping[str, int], ...]


def rounded(count: int, floor: int) -> int | None:
    """A number on its own: down to a multiple of the floor, None below it."""
    return count - count % floor if count >= floor else None


def said_of(total: int, divisions: Sequence[Division], floor: int) -> Said:
    """What may be said of a population that each of the divisions divides."""
    named = [_named(one.counts, floor) for one in divisions]
    most = min([total, *(_most(cells, one, floor) for cells, one in zip(named, divisions, strict=True))])
    limit = rounded(most, floor) or 0
    return Said(limit or None, tuple(_lowered(cells, limit, floor) for cells in named))


def _named(counts: Mapping[str, int], floor: int) -> dict[str, int]:
    shown = {value: rounded(count, floor) for value, count in sorted(counts.items())}
    return {value: count for value, count in shown.items() if count is not None}


def _most(cells: Mapping[str, int], division: Division, floor: int) -> int:
    """How many there may be in all though any one value that is not named has nobody."""
    unnamed = max(division.values, len(division.counts)) - len(cells)
    if not unnamed:
        return sum(division.counts.values())
    return sum(cells.values()) + (len(cells) + unnamed - 1) * (floor - 1)


def _lowered(cells: Mapping[str, int], limit: int, floor: int) -> dict[str, int]:
    """The numbers, the largest of them lowered until they are not more than `limit` together."""
    left = dict(cells)
    while sum(left.values()) > limit:
        largest = max(left, key=lambda value: (left[value], value))
        left[largest] -= floor
        if not left[largest]:
            del left[largest]
    return left
