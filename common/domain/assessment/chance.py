"""Chance that can be repeated: orders and places that follow from a random identifier."""

import hashlib
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def place(seed: str) -> float:
    """A number from 0 to 1 (never 1), even over seeds."""
    return int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=6).digest()) / 2**48


def shuffled(things: Iterable[T], seed: str) -> list[T]:
    """The things in an order that only the seed decides; each has as good a chance of each place."""
    marked = [(place(f"{seed}\x1f{at}"), at, thing) for at, thing in enumerate(things)]
    return [thing for _, _, thing in sorted(marked, key=lambda one: one[:2])]
