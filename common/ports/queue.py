"""Messages between functions: what a handler stages, and what the edge hands to the queue after the commit."""

import hashlib
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """What one function asks another to do. Exactly one task function consumes each class of message.

    `key` names the fields that the id derives from, where the same fact may be said twice (a step's cursor, an
    object's generation); without it every staging is a message of its own. A field `user_id` lets erasure find it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, key: tuple[str, ...] = (), **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.key = key

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        for name in cls.key:
            if name not in cls.model_fields:
                raise TypeError(f"{cls.__name__}: its id derives from {name!r}, which is no field of it")

    def derived_id(self) -> str | None:
        """The id that the same fact always has, or None where each staging is a new one."""
        if not self.key:
            return None
        said = "\x1f".join([type(self).__name__, *(str(getattr(self, name)) for name in self.key)])
        return hashlib.sha256(said.encode()).hexdigest()[:40]


M_contra = TypeVar("M_contra", bound=Message, contravariant=True)


class Queue(Protocol[M_contra]):
    """Stages messages for the one function that consumes them; they are sent when the invocation commits."""

    def stage(self, message: M_contra, *, at: datetime | None = None) -> None:
        """Deliver at least once, its effects exactly once; not before `at` (at most 30 days ahead)."""


class AllQueues(Protocol):
    """Re-sends any message: for the sweeper and for erasure alone."""

    def resend(self, function: str, message_id: str) -> None:
        """Hand a message to its consumer's queue again."""


class TaskSender(Protocol):
    """What the edge asks of a queue driver: a task whose body is only the message's id."""

    def send(self, function: str, message_id: str, attempt: str, at: datetime | None = None) -> None:
        """Create the task; one that exists under the same `attempt` is left alone."""
