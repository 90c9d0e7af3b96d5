"""The database of a function that may have none: `status` answers without the 600 ms that Firestore's client takes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from common.ports.database import Committed, Database, Stored, Write
from common.ports.store import Aggregate, Aggregated, Cursor, Document, Nearest, Query, Scalar, Span


class LateDatabase:
    """A Database that is made when it is first asked for something."""

    def __init__(self, make: Callable[[], Database]) -> None:
        self._make = make

    def get_many(self, model: type[Document], document_ids: Sequence[str]) -> list[Stored | None]:
        """One entry an id, in order; None where there is none."""
        return self._make().get_many(model, document_ids)

    def query(self, query: Query[Any], where: Mapping[str, Scalar], limit: int, after: Cursor | None) -> list[Stored]:
        """At most `limit` documents in the query's order."""
        return self._make().query(query, where, limit, after)

    def count(self, query: Query[Any], where: Mapping[str, Scalar]) -> int:
        """How many documents match."""
        return self._make().count(query, where)

    def aggregate(self, aggregate: Aggregate[Any], where: Mapping[str, Scalar], during: Span) -> Aggregated:
        """How many documents match, and their sums."""
        return self._make().aggregate(aggregate, where, during)

    def nearest(
        self, nearest: Nearest[Any], vector: Sequence[float], where: Mapping[str, Scalar], limit: int
    ) -> list[tuple[Stored, float]]:
        """At most `limit` documents that match, with their cosine similarity, the most similar first."""
        return self._make().nearest(nearest, vector, where, limit)

    def commit(self, writes: Sequence[Write], *, exact: bool = True) -> Committed:
        """Apply all writes or none."""
        return self._make().commit(writes, exact=exact)
