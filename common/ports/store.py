"""Typed documents, declared queries and staged writes: what the domain asks a database for.

A handler reads at once and stages its writes; the edge commits them as one atomic batch. Each write of a
document that was read is guarded by the version that was read, so a decision never rests on what has changed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import methodcaller
from typing import Annotated, Any, ClassVar, Generic, Literal, Protocol, Self, TypeVar, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from common.errors import Problem

_utc = methodcaller("astimezone", UTC)
"""In C throughout: each time of each document that is read passes here."""


def rfc3339(value: datetime) -> str:
    """RFC 3339 in UTC, of fixed width, so that text sorts as time does (strftime does not pad the year)."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


Time = Annotated[
    AwareDatetime,
    AfterValidator(_utc),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant: aware, held in UTC, written as RFC 3339 of fixed width."""


class IsVector:
    """Marks a field as an embedding: Firestore stores it as its own type, and indexes it."""


class Document(BaseModel):
    """One stored document. The class names its collection; the `key` field is its id.

    Fields that a newer version wrote are ignored, so that a rollback can read them.
    `unindexed` names fields that no query reads (their index entries would only cost);
    `expires` names the time after which the database may delete it (expiry is also judged in code).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    collection: ClassVar[str] = ""
    key: ClassVar[str] = ""
    unindexed: ClassVar[tuple[str, ...]] = ()
    expires: ClassVar[str | None] = None

    def __init_subclass__(
        cls,
        *,
        collection: str = "",
        key: str = "",
        unindexed: tuple[str, ...] = (),
        expires: str | None = None,
        **options: Any,
    ) -> None:
        super().__init_subclass__(**options)
        cls.collection = collection or cls.collection
        cls.key = key or cls.key
        cls.unindexed = unindexed or cls.unindexed
        cls.expires = expires or cls.expires

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        if not cls.collection or not cls.key:
            raise TypeError(f"{cls.__name__}: a document declares its collection and its key field")
        for name in (cls.key, *cls.unindexed, *([cls.expires] if cls.expires else [])):
            if name not in cls.model_fields:
                raise TypeError(f"{cls.__name__}: no field {name!r}")

    @property
    def stored_id(self) -> str:
        """The id under which the document is stored: the value of its key field."""
        return str(getattr(self, self.key))


D = TypeVar("D", bound=Document)

Scalar = str | int | float | bool | datetime | None
Comparison = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True)
class Query(Generic[D]):
    """A query's shape, declared once as a module constant: from these the composite indexes are generated.

    `equal` fields must be given a value; `optional` ones may be; `contains` is an array field that must hold the
    value; `between` is a field with its comparison, and must be the first of `order`. `order` lists fields, with
    a leading "-" for descending; the document's id breaks ties in the direction of the last.
    """

    model: type[D]
    equal: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    contains: str | None = None
    between: tuple[str, Comparison] | None = None
    order: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse fields that the model does not have or that are not indexed."""
        named = [*self.equal, *self.optional, *(name.lstrip("-") for name in self.order)]
        named += [self.contains] if self.contains else []
        named += [self.between[0]] if self.between else []
        for name in named:
            if name not in self.model.model_fields:
                raise TypeError(f"query on {self.model.__name__}: no field {name!r}")
            if name in self.model.unindexed:
                raise TypeError(f"query on {self.model.__name__}: {name!r} is unindexed")
        if self.between and (not self.order or self.order[0].lstrip("-") != self.between[0]):
            raise TypeError(f"query on {self.model.__name__}: order must begin with {self.between[0]!r}")

    @property
    def name(self) -> str:
        """The shape in words, the same in every process; page tokens carry its hash."""
        return repr((self.model.collection, self.equal, self.optional, self.contains, self.between, self.order))


Vector = Annotated[tuple[float, ...], IsVector()]
"""An embedding, of length 1: a field of this type can be searched by `nearest`."""


@functools.cache
def vector_fields(model: type[Document]) -> frozenset[str]:
    """The fields of a model that hold an embedding, or an embedding or None."""
    return frozenset(
        name
        for name, field in model.model_fields.items()
        for marks in (field.metadata, *(getattr(one, "__metadata__", ()) for one in get_args(field.annotation)))
        if any(isinstance(mark, IsVector) for mark in marks)
    )


@dataclass(frozen=True)
class Nearest(Generic[D]):
    """A search by similarity, declared once as a module constant: `field` holds the vector, `equal` filters."""

    model: type[D]
    field: str
    equal: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse fields that the model does not have, and a field that is no vector."""
        for name in (self.field, *self.equal):
            if name not in self.model.model_fields:
                raise TypeError(f"nearest on {self.model.__name__}: no field {name!r}")
        if self.field not in vector_fields(self.model):
            raise TypeError(f"nearest on {self.model.__name__}: {self.field!r} is no Vector")

    @property
    def name(self) -> str:
        """The search in words, the same in every process."""
        return repr((self.model.collection, self.field, self.equal))


@dataclass(frozen=True)
class Aggregate(Generic[D]):
    """Numbers over all documents that match, declared once as a module constant: how many, and what fields add up to.

    `equal` fields must be given a value; `contains` is an array field that must hold the value; `within` is a field of
    time, of which an aggregate is given one bound or two; `sums` are fields of numbers, which every document has.
    """

    model: type[D]
    equal: tuple[str, ...] = ()
    contains: str | None = None
    within: str | None = None
    sums: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse fields that the model does not have or that are not indexed, and more sums than one answer holds."""
        for name in self.fields:
            if name not in self.model.model_fields:
                raise TypeError(f"aggregate of {self.model.__name__}: no field {name!r}")
            if name in self.model.unindexed:
                raise TypeError(f"aggregate of {self.model.__name__}: {name!r} is unindexed")
        if len(self.sums) > MOST_SUMS:
            raise TypeError(f"aggregate of {self.model.__name__}: more than {MOST_SUMS} sums")

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that it rests on."""
        return (*self.equal, *([self.contains] if self.contains else []), *([self.within] if self.within else []),
                *self.sums)  # fmt: skip

    @property
    def name(self) -> str:
        """The shape in words, the same in every process."""
        return repr((self.model.collection, self.equal, self.contains, self.within, self.sums))


MOST_SUMS = 4
"""Of one aggregate: Firestore answers five aggregations at once, and one of them is the count."""


@dataclass(frozen=True)
class Aggregated:
    """What an aggregate came to: how many documents, and each sum by its field."""

    count: int
    sums: Mapping[str, int | float]


@dataclass(frozen=True)
class Span:
    """Times from `start` on and before `end`; None is no bound."""

    start: datetime | None = None
    end: datetime | None = None


EVER = Span()
"""No bound on either side."""


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: the values of the order fields of its last document, and its id."""

    values: tuple[Scalar, ...]
    document_id: str

    @classmethod
    def at(cls, query: Query[D], document: D) -> Self:
        """The cursor that continues `query` behind `document`."""
        return cls(tuple(getattr(document, name.lstrip("-")) for name in query.order), document.stored_id)


@dataclass(frozen=True)
class Increment:
    """Add `by` to a number on commit, whatever its value is then (0 when the field is missing)."""

    by: int | float


@dataclass(frozen=True)
class ArrayUnion:
    """Add those `values` that the array does not hold."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class ServerTime:
    """The database's time of the commit."""


Change = object
"""A new value for a field, or Increment, ArrayUnion, ServerTime."""


class StoreReader(Protocol):
    """Reads documents, as they stand in the database: what the handler staged is not seen."""

    def get(self, model: type[D], document_id: str) -> D | None:
        """One document, or None. Bills one read either way."""

    def get_many(self, model: type[D], document_ids: Sequence[str]) -> list[D]:
        """Those that exist, in the order asked for. Bills one read an id."""

    def query(
        self,
        query: Query[D],
        where: Mapping[str, Scalar] | None = None,
        *,
        limit: int,
        after: Cursor | None = None,
    ) -> list[D]:
        """At most `limit` documents. Bills one read a document, one when there is none."""

    def count(self, query: Query[D], where: Mapping[str, Scalar] | None = None) -> int:
        """How many documents match. Bills one read per 1,000 index entries."""

    def aggregate(
        self, aggregate: Aggregate[D], where: Mapping[str, Scalar] | None = None, *, during: Span = EVER
    ) -> Aggregated:
        """How many documents match, and their sums. Bills one read per 1,000 index entries, one at least."""

    def nearest(
        self, nearest: Nearest[D], vector: Sequence[float], where: Mapping[str, Scalar], *, limit: int
    ) -> list[tuple[D, float]]:
        """At most `limit` (100) documents with their cosine similarity, the most similar first. Bills one read each."""


class Store(StoreReader, Protocol):
    """Stages writes, which the edge commits together or not at all.

    Several stages on one document are merged. A write of a document that was read in this invocation is guarded
    by its version; when the guard fails the handler runs again, or, where it has outside effects, the caller
    gets a conflict.
    """

    def create(self, document: Document, taken: Problem | None = None) -> None:
        """Must not exist; `taken` is raised if it does (AlreadyExists when not given)."""

    def put(self, document: Document) -> None:
        """Replace what was read (None included); blind where it was not read."""

    def update(
        self,
        model: type[D],
        document_id: str,
        changes: Mapping[str, Change],
        missing: Problem | None = None,
    ) -> None:
        """Change some fields; `missing` is raised when there is no such document (NotFound when not given)."""

    def amend(
        self,
        model: type[D],
        document_id: str,
        change: Callable[[D], D],
        missing: Problem | None = None,
        *,
        initial: D | None = None,
    ) -> None:
        """Replace with `change(document)`, a pure function that is applied anew when the commit conflicts.

        Where there is no such document it is made from `initial`; when two make it at once, the second amends the
        first's. Without `initial`, `missing` is raised.
        """

    def delete(self, model: type[D], document_id: str) -> None:
        """Delete, if it exists."""

    def verify(self, document: Document) -> None:
        """Nothing is committed unless this document, which was read, is unchanged."""

    def verify_absent(self, model: type[D], document_id: str, taken: Problem | None = None) -> None:
        """Nothing is committed if this document exists."""
