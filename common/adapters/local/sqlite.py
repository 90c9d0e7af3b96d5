"""The document database of a laptop: one SQLite file, shared by several processes."""

import contextlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from common.adapters.commit_marks import needs_mark
from common.adapters.document_ids import admitted, possible
from common.adapters.local import sqlite_aggregates, sqlite_queries, sqlite_vectors
from common.adapters.local.sqlite_connections import Connections
from common.adapters.local.sqlite_content import changed
from common.adapters.local.sqlite_queries import Aid, Sql
from common.ports.database import (
    Absent,
    At,
    Committed,
    DatabaseUnavailable,
    Exists,
    Guard,
    GuardFailed,
    Stored,
    Version,
    Write,
)
from common.ports.store import Aggregate, Aggregated, Cursor, Document, Nearest, Query, Scalar, Span
from common.settings import Settings

Totals = Mapping[str, int | float]
Outcome = tuple[Version | None, Totals]
_NOTHING: Totals = {}


class Sqlite:
    """A Database (ports) in `<data>/scholium.sqlite3`.

    One table a collection, of id, version and the document as JSON text; tables, and the indexes of the queries,
    are made when they are first used. Each commit has a random version, so that none comes back when a document is
    deleted and made again. Each process opens the file when it first uses it.
    """

    def __init__(self, settings: Settings) -> None:
        self.file = settings.data / "scholium.sqlite3"
        self._synchronous = "FULL" if settings.durability == "power" else "NORMAL"
        self._connections: Connections | None = None
        self._vectors = sqlite_vectors.Vectors()
        _OPEN.add(self)

    def get_many(self, model: type[Document], document_ids: Sequence[str]) -> list[Stored | None]:
        """One entry an id, in order; None where there is none. Raises DatabaseUnavailable."""
        wanted = tuple(filter(possible, document_ids))
        if not wanted:
            return [None for _ in document_ids]
        which = "= ?" if len(wanted) == 1 else f"IN ({','.join('?' * len(wanted))})"
        sql = Sql(f"SELECT id, version, content FROM {model.collection} WHERE id {which}", wanted)  # noqa: S608
        found = {row[0]: Stored(*row) for row in self._table(model).read(sql)}
        return [found.get(one) for one in document_ids]

    def query(self, query: Query[Any], where: Mapping[str, Scalar], limit: int, after: Cursor | None) -> list[Stored]:
        """At most `limit` documents in the query's order. Raises DatabaseUnavailable."""
        rows = self._indexed(query, where).read(sqlite_queries.select(query, where, limit, after))
        return [Stored(*row) for row in rows]

    def count(self, query: Query[Any], where: Mapping[str, Scalar]) -> int:
        """How many documents match. Raises DatabaseUnavailable."""
        return int(self._indexed(query, where).read(sqlite_queries.count(query, where))[0][0])

    def aggregate(self, aggregate: Aggregate[Any], where: Mapping[str, Scalar], during: Span) -> Aggregated:
        """How many documents match, and their sums. Raises DatabaseUnavailable."""
        connections = self._table(aggregate.model)
        self._ensure(connections, sqlite_aggregates.aids(aggregate))
        count, *sums = connections.read(sqlite_aggregates.select(aggregate, where, during))[0]
        return Aggregated(count, dict(zip(aggregate.sums, sums, strict=True)))

    def nearest(
        self, nearest: Nearest[Any], vector: Sequence[float], where: Mapping[str, Scalar], limit: int
    ) -> list[tuple[Stored, float]]:
        """At most `limit` documents with their cosine similarity, the most similar first. DatabaseUnavailable."""
        connections = self._table(nearest.model)
        kept = sqlite_vectors.aid(nearest)
        connections.ensure(kept.name, *kept.statements)
        return self._vectors.nearest(connections, nearest, vector, where, limit)

    def commit(self, writes: Sequence[Write], *, exact: bool = True) -> Committed:
        """Apply all writes or none. Raises GuardFailed or DatabaseUnavailable.

        No answer is ever lost here; `exact` only tells what Firestore would bill.
        """
        needed = [write for write in writes if admitted(write)]
        for model in {write.model for write in needed}:
            self._table(model)
        at = datetime.now(UTC)
        texts = [_text(write) for write in needed]  # while others write
        done: dict[int, Outcome] = self._open().write(partial(_apply, needed, texts, at))
        outcomes = [done.get(id(write), (None, _NOTHING)) for write in writes]
        return Committed(
            at=at,
            versions=tuple(version for version, _ in outcomes),
            totals=tuple(totals for _, totals in outcomes),
            extra_writes=int(needs_mark(writes, exact=exact)),
        )

    def close(self) -> None:
        """Close what this process holds open; the next use opens it again."""
        connections, self._connections = self._connections, None
        if connections is not None and connections.pid == os.getpid():
            connections.close()

    def close_if_idle(self) -> None:
        """Close unless some thread is at work."""
        if self._connections is not None and self._connections.is_idle():
            self.close()

    def _open(self) -> Connections:
        connections = self._connections
        if connections is None:
            with _OPENING:
                if self._connections is None:
                    self._connections = Connections(self.file, synchronous=self._synchronous)
                return self._connections
        if connections.pid != os.getpid():
            raise RuntimeError("a thread was using the database while the process forked: open it after the fork")
        return connections

    def _table(self, model: type[Document]) -> Connections:
        connections = self._open()
        columns = "id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, content TEXT NOT NULL"
        connections.ensure(model.collection, f"CREATE TABLE IF NOT EXISTS {model.collection} ({columns})")
        return connections

    def _indexed(self, query: Query[Any], where: Mapping[str, Scalar]) -> Connections:
        connections = self._table(query.model)
        self._ensure(connections, sqlite_queries.aids(query, where))
        return connections

    def _ensure(self, connections: Connections, aids: Sequence[Aid]) -> None:
        for aid in aids:
            with contextlib.suppress(*([DatabaseUnavailable] if aid.optional else [])):
                connections.ensure(aid.name, *aid.statements)


def _text(write: Write) -> str:
    if write.action != "set":
        return ""
    if write.document is None:
        raise TypeError(f"set of {write.model.__name__} without a document")
    return write.text or write.document.model_dump_json()


def _apply(
    writes: Sequence[Write], texts: Sequence[str], at: datetime, connection: sqlite3.Connection
) -> dict[int, Outcome]:
    """Each write's new version and totals; the transaction around it is the caller's."""
    version = int.from_bytes(os.urandom(8)) >> 1
    outcomes: dict[int, Outcome] = {}
    for write, text in zip(writes, texts, strict=True):
        match write.action:
            case "set":
                outcomes[id(write)] = _set(connection, write, version, text)
            case "update":
                outcomes[id(write)] = _update(connection, write, version, at)
            case "delete":
                outcomes[id(write)] = _delete(connection, write)
            case "verify":
                found = _found(connection, write)
                outcomes[id(write)] = (found[0] if found else None), _NOTHING
    return outcomes


def _set(connection: sqlite3.Connection, write: Write, version: int, content: str) -> Outcome:
    insert = f"INSERT INTO {write.model.collection} (id, version, content) VALUES (?, ?, ?) ON CONFLICT (id) DO "  # noqa: S608
    match write.guard:
        case None:
            replace = "UPDATE SET version = excluded.version, content = excluded.content"
            connection.execute(insert + replace, (write.document_id, version, content))
        case Absent():
            _one(connection.execute(insert + "NOTHING", (write.document_id, version, content)))
        case guard:
            _replace(connection, write, version, content, guard)
    return version, _NOTHING


def _update(connection: sqlite3.Connection, write: Write, version: int, at: datetime) -> Outcome:
    found = _found(connection, write)
    content, totals = changed(found[1] if found else None, write.fields, at)
    if found:
        _replace(connection, write, version, content, None)
    else:
        insert = f"INSERT INTO {write.model.collection} (id, version, content) VALUES (?, ?, ?)"  # noqa: S608
        connection.execute(insert, (write.document_id, version, content))
    return version, totals


def _delete(connection: sqlite3.Connection, write: Write) -> Outcome:
    _found(connection, write)
    connection.execute(f"DELETE FROM {write.model.collection} WHERE id = ?", (write.document_id,))  # noqa: S608
    return None, _NOTHING


def _found(connection: sqlite3.Connection, write: Write) -> tuple[int, str] | None:
    """The version and content that are there, when the guard holds."""
    select = f"SELECT version, content FROM {write.model.collection} WHERE id = ?"  # noqa: S608
    found: tuple[int, str] | None = connection.execute(select, (write.document_id,)).fetchone()
    match write.guard:
        case Absent():
            holds = found is None
        case Exists():
            holds = found is not None
        case At(version):
            holds = found is not None and found[0] == version
        case None:
            holds = True
    if not holds:
        raise GuardFailed
    return found


def _replace(connection: sqlite3.Connection, write: Write, version: int, content: str, guard: Guard) -> None:
    statement = f"UPDATE {write.model.collection} SET version = ?, content = ? WHERE id = ?"  # noqa: S608
    values = (version, content, write.document_id)
    if isinstance(guard, At):
        _one(connection.execute(statement + " AND version = ?", (*values, guard.version)))
    else:
        _one(connection.execute(statement, values))


def _one(cursor: sqlite3.Cursor) -> None:
    if cursor.rowcount != 1:
        raise GuardFailed


def _close_before_fork() -> None:
    for database in list(_OPEN):
        database.close_if_idle()


_OPENING = threading.Lock()
_OPEN: weakref.WeakSet[Sqlite] = weakref.WeakSet()
os.register_at_fork(before=_close_before_fork)
