"""Who is asking."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Role = Literal["learner", "teacher", "admin"]
RANK: dict[str, int] = {"learner": 1, "teacher": 2, "admin": 3}


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated learner, teacher, admin or API key; made by authentication, never from the body.

    `scopes` is None for a person, and the granted scopes for an API key (`user_id` is then the key's owner);
    `session_id` is the login that a person's token comes from.
    """

    user_id: str
    role: Role
    scopes: tuple[str, ...] | None = None
    key_id: str | None = None
    session_id: str | None = None

    def is_at_least(self, role: Role) -> bool:
        """Whether the caller's role includes `role`: learner < teacher < admin."""
        return RANK[self.role] >= RANK[role]


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request came from: its address as the nearest trusted proxy saw it, and its user agent."""

    address: str
    user_agent: str


class RawBody(bytes):
    """The request's body as it came, for signatures over it."""


class Cookies(dict[str, str]):
    """The request's cookies by name."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One firing of a schedule: the time it was due, the same in every delivery of it."""

    scheduled_at: datetime


@dataclass(frozen=True, slots=True)
class FinalizedObject:
    """An object that came to be in a bucket; `generation` tells it from an earlier one of the name."""

    bucket: str
    name: str
    generation: int
    size: int
    content_type: str
    event_id: str
