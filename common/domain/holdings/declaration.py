"""One collection that holds a learner's data, as its subject declares it.

A subject's `personal.py` names each of its own in HOLDINGS; `common/domain/privacy/registry.py` collects them, and a
test fails for a document that names a learner and is not among them. Erasure and export walk that one list, and know
nothing of any subject.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from common.ports import Bucket, Cursor, Document, Query, Store, StoreReader

D = TypeVar("D", bound=Document)

NO_NAME = re.compile(r"[/\\\x00-\x1f\x7f:]|^\.+$")
"""What has no place in the name of a file, on whatever system it is unpacked."""
ERASED = "erased"
"""Stands where a learner's id stood, in what must go on naming somebody."""

Erase = Callable[[D, str, Store, datetime], None]
"""(document, user_id, store, now): stages all that erasing the document takes, after which `by` finds it no more."""


def delete(document: Document, user_id: str, store: Store, now: datetime) -> None:
    """Stage its deletion."""
    store.delete(type(document), document.stored_id)


@dataclass(frozen=True)
class Part:
    """Documents that another one consists of, or that were made of it: they name it in `by`, and no learner."""

    query: Query[Any]
    by: str
    is_shown: bool = False
    """Whether an export shows them too."""


@dataclass(frozen=True)
class Holding(Generic[D]):
    """Documents of one class that a learner's id finds.

    `by` is the field that holds the id behind `prefix`: the document's own key, an indexed field, or an array (`many`).
    Erasure deletes a document with its `parts`, or stages `blanks`, or calls `erase`, which a batch has room for by
    `writes`, the most that it stages. What is erased is found by `by` no more: so an erasure reads no page twice, and
    may be taken up again anywhere.
    """

    model: type[D]
    by: str = "user_id"
    prefix: str = ""
    many: bool = False
    blanks: Mapping[str, object] | None = None
    """Field -> what stands there afterwards; the document stays, for others need its shape."""
    erase: Erase[D] | None = None
    writes: int = 1
    parts: tuple[Part, ...] = ()
    takes_along: tuple[type[Document], ...] = ()
    """Other documents that name the learner, which `erase` finds through this one."""
    hidden: tuple[str, ...] = ()
    """Fields that an export leaves out: secrets, and what tells the answers of a quiz that is still open."""
    not_shown: str = ""
    """Why an export leaves all of it out; empty where it does not."""
    query: Query[D] | None = field(init=False)
    """What finds them, in the order of their ids; None where their id is the learner's."""

    def __post_init__(self) -> None:
        """Refuse what erases in two ways, and fields that the model does not have or does not index."""
        if self.erase is not None and self.blanks is not None:
            raise TypeError(f"{self.model.__name__}: erased by a function, or blanked")
        for name in (*self.hidden, *(self.blanks or ())):
            if name not in self.model.model_fields:
                raise TypeError(f"{self.model.__name__}: no field {name!r}")
        is_own = self.by == self.model.key
        found = Query(self.model, contains=self.by) if self.many else Query(self.model, equal=(self.by,))
        object.__setattr__(self, "query", None if is_own else found)

    @property
    def name(self) -> str:
        """What tells it from others: the collection, and the field where there are two of one collection."""
        return f"{self.model.collection}.{self.by}"

    def find(self, user_id: str, store: StoreReader, *, limit: int, after: Cursor | None = None) -> list[D]:
        """Some of a learner's documents, by id, behind `after`. Costs a read each, and one where there is none."""
        value = self.prefix + user_id
        if self.query is not None:
            return store.query(self.query, {self.by: value}, limit=limit, after=after)
        found = store.get(self.model, value) if after is None else None
        return [] if found is None else [found]

    def cursor(self, document: D) -> Cursor:
        """Where a page ends: `after` of the next."""
        return Cursor((), document.stored_id)

    def shown(self, document: D) -> dict[str, Any]:
        """What an export shows of a document: JSON, without what is hidden."""
        return document.model_dump(mode="json", exclude=set(self.hidden))

    def stage_erasure(self, document: D, user_id: str, store: Store, now: datetime) -> None:
        """Stage what erasing this document takes; its parts are the caller's to remove before."""
        if self.blanks is not None:
            store.update(self.model, document.stored_id, self.blanks)
        else:
            (self.erase or delete)(document, user_id, store, now)


@dataclass(frozen=True)
class FileHolding:
    """Files of one bucket that are a learner's, by the beginning of their names."""

    bucket: type[Bucket]
    prefix: str
    """With {user_id} in it."""
    titled: Callable[[str, StoreReader], str | None] | None = None
    """What the learner calls the file of this name, where that is known; costs a read."""
    not_shown: str = ""
    """Why an export leaves the files out; empty where it does not."""

    def path(self, name: str, user_id: str, store: StoreReader) -> str:
        """Where an export shows a file: below its bucket, by what its learner calls it, which leads nowhere else."""
        tail = f"{self.bucket.name}/{name.removeprefix(self.names(user_id))}"
        title = self.titled(name, store) if self.titled else None
        return tail if title is None else f"{tail}/{re.sub(NO_NAME, '_', title) or '_'}"

    def names(self, user_id: str) -> str:
        """How the names of this learner's files begin."""
        return self.prefix.format(user_id=user_id)
