"""Handlers at work in processes of their own, which go on, die or are refused as a schedule says.

A process stops before each call that leaves it: a read, a commit, a sending, a letter.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

from common.ports.database import Committed, Database, DatabaseUnavailable, Stored, Write
from common.ports.mailer import Mail
from common.ports.queue import MessageRecord
from common.ports.store import Aggregate, Aggregated, Cursor, Document, Nearest, Query, Scalar, Span
from tests.triggers.world import HandWorld

T = TypeVar("T")
Fate = Literal["go", "die", "die_after", "refused"]
_here = threading.local()


def world_here() -> HandWorld:
    """The world of the process that asks."""
    found: HandWorld = _here.world
    return found


class Died(BaseException):
    """The process is gone: nothing of it runs on, whatever it catches."""


class Process:
    """One handler at work, in a thread that runs only when it is its turn."""

    def __init__(
        self, make: Callable[[Process], HandWorld], work: Callable[[], Any], ended: Callable[[Any], None]
    ) -> None:
        self._turn, self._back = threading.Lock(), threading.Lock()
        self._turn.acquire()
        self._back.acquire()
        self._fate: Fate = "go"
        self._dead = False
        self.over = False
        self._make, self._work, self._ended = make, work, ended
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        _here.world = self._make(self)
        self._turn.acquire()
        result = None
        try:
            result = self._work()
        except Died:
            pass
        except BaseException as error:  # noqa: BLE001 - judged by the test
            result = error
        self.over = True
        self._ended(None if self._dead else result)
        self._back.release()

    def go_on(self, fate: Fate) -> None:
        """Run until the next stop, or to the end."""
        self._fate = fate
        self._turn.release()
        self._back.acquire()

    def call(self, inner: Callable[[], T], refusal: type[Exception]) -> T:
        """Stop; then do the call, as fate has it."""
        if self._dead:
            raise Died
        self._back.release()
        self._turn.acquire()
        if self._fate == "refused":
            raise refusal
        if self._fate == "die":
            self._dead = True
            raise Died
        result = inner()
        if self._fate == "die_after":
            self._dead = True
            raise Died
        return result


class SteppedDatabase:
    """A database that its process stops before each use of."""

    def __init__(self, inner: Database, process: Process) -> None:
        self._inner, self._process = inner, process

    def get_many(self, model: type[Document], document_ids: Sequence[str]) -> list[Stored | None]:
        return self._call(lambda: self._inner.get_many(model, document_ids))

    def query(self, query: Query[Any], where: Mapping[str, Scalar], limit: int, after: Cursor | None) -> list[Stored]:
        return self._call(lambda: self._inner.query(query, where, limit, after))

    def count(self, query: Query[Any], where: Mapping[str, Scalar]) -> int:
        return self._call(lambda: self._inner.count(query, where))

    def aggregate(self, aggregate: Aggregate[Any], where: Mapping[str, Scalar], during: Span) -> Aggregated:
        return self._call(lambda: self._inner.aggregate(aggregate, where, during))

    def nearest(
        self, nearest: Nearest[Any], vector: Sequence[float], where: Mapping[str, Scalar], limit: int
    ) -> list[tuple[Stored, float]]:
        return self._call(lambda: self._inner.nearest(nearest, vector, where, limit))

    def commit(self, writes: Sequence[Write], *, exact: bool = True) -> Committed:
        return self._call(lambda: self._inner.commit(writes, exact=exact))

    def _call(self, inner: Callable[[], T]) -> T:
        return self._process.call(inner, DatabaseUnavailable)


class SteppedTasks:
    """The queue: what it was given it keeps until it is answered 2xx, unless it loses it."""

    def __init__(self, took: Callable[[str], None], process: Process) -> None:
        self._took, self._process = took, process

    def send(self, records: Sequence[MessageRecord], *, again: str = "") -> None:
        self._process.call(lambda: [self._took(record.message_id) for record in records], ConnectionError)


class SteppedMail:
    """The world outside: letters that nobody can take back."""

    def __init__(self, went_out: Callable[[str], None], process: Process) -> None:
        self._went_out, self._process = went_out, process

    def send(self, mail: Mail) -> None:
        self._process.call(lambda: self._went_out(mail.mail_id), ConnectionError)
