"""Search by similarity: each scope's vectors as one matrix in the process, brought up to date by what has changed.

A table of changes, kept by triggers, has a row for each document and scope (the values of the search's filters) that
it is or was in, numbered anew whenever the document is written or deleted. A search reads the rows behind the last
number that it has seen: all of them the first time, none when nothing has changed, whichever process changed it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from common.adapters.local.sqlite_connections import Connections
from common.adapters.local.sqlite_content import encoded
from common.adapters.local.sqlite_queries import Aid, Sql, value_of
from common.ports.database import Stored
from common.ports.store import Nearest, Scalar

if TYPE_CHECKING:
    import numpy as np

MOST_VECTORS = 200_000
"""Kept in a process, of all scopes together: 300 MB at 384 numbers each. The scope used last is always kept."""


def aid(nearest: Nearest[Any]) -> Aid:
    """The table of changes that the search is answered from; `seq` never comes back, as it is AUTOINCREMENT."""
    collection, name = nearest.model.collection, _table(nearest)

    def noted(row: str) -> str:
        """REPLACE would do, were a trigger's conflicts not settled as the statement says that fires it."""
        scope = _scope(nearest, f"{row}.content")
        return (
            f"DELETE FROM {name} WHERE id = {row}.id AND scope = {scope}; "  # noqa: S608
            f"INSERT INTO {name} (id, scope) VALUES ({row}.id, {scope});"
        )

    def trigger(event: str, of: str, *rows: str) -> str:
        made = f"CREATE TRIGGER IF NOT EXISTS {name}__{event.lower()} AFTER {event}{of} ON {collection} "
        return f"{made}BEGIN {' '.join(map(noted, rows))} END"

    return Aid(
        name,
        (
            f"CREATE TABLE IF NOT EXISTS {name} (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, "
            "scope TEXT NOT NULL, UNIQUE (id, scope))",
            f"CREATE INDEX IF NOT EXISTS {name}__scope ON {name} (scope, seq)",
            trigger("INSERT", "", "new"),
            trigger("DELETE", "", "old"),
            trigger("UPDATE", " OF content", "old", "new"),
            f"INSERT OR IGNORE INTO {name} (id, scope) SELECT id, {_scope(nearest, 'content')} FROM {collection}",  # noqa: S608
        ),
    )


def forget_empty_scopes(connection: sqlite3.Connection) -> None:
    """Drop the changes of scopes that hold no document any more: their names may be a learner's.

    A process that has not seen them keeps vectors in memory that lead to no document.
    """
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '*__nearest_*'")
    for (name,) in tables.fetchall():
        collection = name.partition("__nearest_")[0]
        connection.execute(
            f"DELETE FROM {name} WHERE scope NOT IN "  # noqa: S608
            f"(SELECT changes.scope FROM {name} AS changes JOIN {collection} AS documents ON documents.id = changes.id)"
        )


class Vectors:
    """The matrices of one process, those least recently used forgotten first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scopes: OrderedDict[tuple[Any, ...], _Scope] = OrderedDict()

    def nearest(
        self,
        connections: Connections,
        nearest: Nearest[Any],
        vector: Sequence[float],
        where: Mapping[str, Scalar],
        limit: int,
    ) -> list[tuple[Stored, float]]:
        """At most `limit` documents of the scope with their cosine similarity, the most similar first."""
        values = tuple(encoded(where[name]) for name in nearest.equal)
        key = (_table(nearest), json.dumps(values), len(vector))
        with self._lock:
            scope = self._scopes.setdefault(key, _Scope(nearest, values, len(vector)))
            self._scopes.move_to_end(key)
        found = scope.search(connections, vector, limit)
        self._forget()
        return found

    def _forget(self) -> None:
        with self._lock:
            while len(self._scopes) > 1 and sum(len(one.ids) for one in self._scopes.values()) > MOST_VECTORS:
                self._scopes.popitem(last=False)


@dataclass
class _Scope:
    """The vectors of one search and one set of filter values."""

    nearest: Nearest[Any]
    values: tuple[Any, ...]
    dimension: int
    seen: int = 0
    ids: list[str] = field(default_factory=list)
    matrix: np.ndarray[Any, Any] | None = None
    """A row of length 1 for each of `ids`. Neither is ever changed in place, so a search needs no lock."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def search(self, connections: Connections, vector: Sequence[float], limit: int) -> list[tuple[Stored, float]]:
        import numpy as np  # noqa: PLC0415 - only who searches pays for it

        asked = np.asarray(vector, dtype=np.float32)
        length = float(np.linalg.norm(asked))
        ids, matrix = self._up_to_date(connections)
        if matrix is None or not ids or not length:
            return []
        similarities = matrix @ (asked / length)
        some = min(limit, len(ids))
        most = np.argpartition(-similarities, some - 1)[:some]
        ranked = sorted(((float(similarities[one]), ids[one]) for one in most), key=lambda pair: (-pair[0], pair[1]))
        stored = self._stored(connections, [document_id for _, document_id in ranked])
        return [(stored[one], similarity) for similarity, one in ranked if one in stored]

    def _up_to_date(self, connections: Connections) -> tuple[list[str], np.ndarray[Any, Any] | None]:
        with self.lock:
            rows = connections.read(self._changes())
            if rows:
                self._apply(rows)
            return self.ids, self.matrix

    def _changes(self) -> Sql:
        """What was written or deleted since: a vector, or null where the document has left the scope or has none."""
        collection, table = self.nearest.model.collection, _table(self.nearest)
        vector = value_of(self.nearest.field, "documents.content")
        text = (
            f"SELECT changes.seq, changes.id, {vector} FROM {table} AS changes LEFT JOIN {collection} AS documents "  # noqa: S608
            f"ON documents.id = changes.id AND {_scope(self.nearest, 'documents.content')} = changes.scope "
            f"WHERE changes.scope = {self._asked()} AND changes.seq > ? ORDER BY changes.seq"
        )
        return Sql(text, (*self.values, self.seen))

    def _apply(self, rows: list[tuple[Any, ...]]) -> None:
        import numpy as np  # noqa: PLC0415

        changed = {document_id for _, document_id, _ in rows}
        kept = [index for index, one in enumerate(self.ids) if one not in changed]
        parsed = [(one, json.loads(text)) for _, one, text in rows if text is not None]
        added = [(one, vector) for one, vector in parsed if len(vector) == self.dimension and any(vector)]
        fresh = np.asarray([vector for _, vector in added], dtype=np.float32).reshape(-1, self.dimension)
        fresh /= np.linalg.norm(fresh, axis=1, keepdims=True)
        before = self.matrix if self.matrix is not None else fresh[:0]
        self.matrix = np.concatenate([before if len(kept) == len(self.ids) else before[kept], fresh])
        self.ids = [*(self.ids[index] for index in kept), *(one for one, _ in added)]
        self.seen = rows[-1][0]

    def _stored(self, connections: Connections, ids: Sequence[str]) -> dict[str, Stored]:
        """The documents, and of these only those that are in the scope at this moment."""
        collection, scope = self.nearest.model.collection, _scope(self.nearest, "content")
        text = (
            f"SELECT id, version, content FROM {collection} WHERE id IN ({','.join('?' * len(ids))}) "  # noqa: S608
            f"AND {scope} = {self._asked()}"
        )
        return {row[0]: Stored(*row) for row in connections.read(Sql(text, (*ids, *self.values)))}

    def _asked(self) -> str:
        return f"json_array({', '.join('?' * len(self.values))})"


def _table(nearest: Nearest[Any]) -> str:
    """Its name: that of the search, which says its fields."""
    return f"{nearest.model.collection}__nearest_{hashlib.sha256(nearest.name.encode()).hexdigest()[:16]}"


def _scope(nearest: Nearest[Any], content: str) -> str:
    """The SQL expression of a document's values of the filters, as one text."""
    return f"json_array({', '.join(value_of(name, content) for name in nearest.equal)})"
