"""Time, identifiers, and the limits that are kept at once, outside the batch."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""


class Ids(Protocol):
    """The only source of random identifiers."""

    def new(self) -> str:
        """A random URL-safe identifier of 120 bits: 20 characters."""


class RateLimit(Protocol):
    """Exact limits shared by all instances; each take is one write, committed at once."""

    def take(self, name: str, key: str, rate: str) -> None:
        """Count one use of `key` against `rate` ("10/minute"); TooManyRequests when it is spent."""


class Outside(Protocol):
    """Notes, committed at once, that an effect outside the database is about to happen.

    Whoever finds the note of an earlier attempt cannot know whether the effect came about.
    """

    def begin(self, key: str) -> bool:
        """True the first time; False when an earlier attempt began and never said how it ended."""

    def withdraw(self, key: str) -> None:
        """The effect certainly did not happen: a later attempt may begin anew."""
