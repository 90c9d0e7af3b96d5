"""Messages between functions: what a handler stages, and what the edge hands to the queue after the commit."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from common.ports.store import Document, Query, Time


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


class MessageRecord(
    Document,
    collection="messages",
    key="message_id",
    unindexed=("payload", "attempts", "busy", "lease_until", "last_error", "trace"),
    expires="expires_at",
):
    """A message as it is stored: the outbox entry, the fence of its consumer, and the dead letter.

    The producer's batch creates it; the consumer's batch sets DONE, guarded by the version that it read. The task
    in the queue carries only `message_id`. A record that is gone (erased, or expired after DONE) is never done again.
    """

    message_id: str
    kind: str
    """The message's class name; the queue is named after it."""
    payload: str
    """The message as JSON."""
    user_id: str | None = None
    status: Literal["PENDING", "DONE", "DEAD"] = "PENDING"
    created_at: Time
    due_at: Time
    """Not before."""
    check_at: Time
    """When still PENDING then, the sweeper sends it again."""
    attempts: int = 0
    """Attempts that began, or failed and said so."""
    busy: int = 0
    """Deliveries that came before their time; they do not count as attempts."""
    lease_until: Time | None = None
    """Set while an attempt is at work that was written down when it began."""
    last_error: str | None = None
    """The class of the last error; of a dead letter, the reason."""
    trace: str = ""
    expires_at: Time | None = None
    """Set when DONE; dead letters stay until somebody looks."""


UNSENT = Query(MessageRecord, equal=("status",), between=("check_at", "<="), order=("check_at",))
DUE = Query(MessageRecord, equal=("status",), between=("due_at", "<="), order=("due_at",))


M_contra = TypeVar("M_contra", bound=Message, contravariant=True)


def queue_name(kind: str) -> str:
    """The queue of a kind of message: ActivityHappened goes through `activity-happened`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", kind).lower()


class Queue(Protocol[M_contra]):
    """Stages messages for the one function that consumes them; they are sent when the invocation commits."""

    def stage(self, message: M_contra, *, at: datetime | None = None) -> None:
        """Deliver at least once, its effects exactly once; not before `at` (at most 30 days ahead)."""


class AllQueues(Protocol):
    """Re-sends any message: for the sweeper and for erasure alone."""

    def resend(self, record: MessageRecord, check_at: datetime) -> None:
        """Stage handing a message, which was read, to its queue again; looked at once more at `check_at`."""


class TaskSender(Protocol):
    """What the edge asks of a queue driver, after the commit: a task whose body is only the message's id."""

    def send(self, records: Sequence[MessageRecord], *, again: str = "") -> None:
        """Create a task for each, due at its `due_at`; one that exists under the same id and `again` is left alone."""
