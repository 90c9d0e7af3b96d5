"""What the unit of work asks of a database driver: reads with versions, and one atomic guarded commit.

The domain never sees this; it is the seam at which Firestore and SQLite are exchanged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from common.ports.store import Aggregate, Aggregated, Cursor, Document, Nearest, Query, Scalar, Span

Version = object
"""Opaque; equal exactly when the document is unchanged."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it was read: `content` is JSON text or a plain dict, for the model to validate."""

    document_id: str
    version: Version
    content: str | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Absent:
    """A guard: the document must not exist."""


@dataclass(frozen=True, slots=True)
class Exists:
    """A guard: the document must exist."""


@dataclass(frozen=True, slots=True)
class At:
    """A guard: the document must exist at this version."""

    version: Version


Guard = Absent | Exists | At | None


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a batch; a batch writes a document at most once.

    `set` replaces the document by `document`; `update` changes the top-level fields in `fields`, whose values are
    plain (str, int, float, bool, None, datetime, list, dict) or Increment, ArrayUnion, ServerTime, and with no guard
    makes a document that is missing (of those fields); `verify` writes nothing and only holds its guard.
    """

    action: Literal["set", "update", "delete", "verify"]
    model: type[Document]
    document_id: str
    guard: Guard = None
    document: Document | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None
    """`document` as JSON, where it was written down already."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The outcome of a commit: its time, and for each write its new version and what its increments came to.

    `extra_writes` are billed beside the writes of the batch: the document that tells whether it was applied.
    """

    at: datetime
    versions: tuple[Version | None, ...]
    totals: tuple[Mapping[str, int | float], ...]
    extra_writes: int = 0


class GuardFailed(Exception):
    """Nothing was written: some guard of the batch does not hold (which one, the database may not say)."""


class DatabaseUnavailable(Exception):
    """The commit or the read did not come about within its time.

    A commit was not applied, so far as could be learned: where Firestore stays silent to the end, or others have
    overwritten all that would tell, it may have been.
    """


class Database(Protocol):
    """A document database with strongly consistent reads and atomic guarded batches."""

    def get_many(self, model: type[Document], document_ids: Sequence[str]) -> list[Stored | None]:
        """One entry an id, in order; None where there is none."""

    def query(self, query: Query[Any], where: Mapping[str, Scalar], limit: int, after: Cursor | None) -> list[Stored]:
        """At most `limit` documents in the query's order."""

    def count(self, query: Query[Any], where: Mapping[str, Scalar]) -> int:
        """How many documents match."""

    def aggregate(self, aggregate: Aggregate[Any], where: Mapping[str, Scalar], during: Span) -> Aggregated:
        """How many documents match, and what the fields of the aggregate add up to; 0 where there is none."""

    def nearest(
        self, nearest: Nearest[Any], vector: Sequence[float], where: Mapping[str, Scalar], limit: int
    ) -> list[tuple[Stored, float]]:
        """At most `limit` documents that match, with their cosine similarity to `vector`, the most similar first."""

    def commit(self, writes: Sequence[Write], *, exact: bool = True) -> Committed:
        """Apply all writes or none. Raises GuardFailed or DatabaseUnavailable.

        An answer that was lost is settled inside: a commit that was applied returns as such. With `exact=False` a
        batch of blind increments may then count twice, and saves the write that would tell (rate limits).
        """
