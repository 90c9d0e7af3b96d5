"""One invocation's reads and staged writes, committed as one atomic batch.

The rules that both databases share live here and only here: which version guards which write, how several stages
on one document merge, what a conflict means, and what a batch may hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from common.errors import AlreadyExists, NotFound, Problem, Unavailable
from common.ports.database import (
    Absent,
    At,
    Committed,
    Database,
    DatabaseUnavailable,
    Exists,
    Guard,
    GuardFailed,
    Stored,
    Version,
)
from common.ports.queue import MessageRecord
from common.ports.store import EVER, Aggregate, Aggregated, Change, Cursor, D, Document, Nearest, Query, Scalar, Span
from common.triggers.stages import Stage

MAX_DOCUMENT_BYTES = 900_000
MAX_BATCH_BYTES = 3_500_000
MAX_WRITES = 500
INDEX_ENTRIES_A_READ = 1_000
MOST_NEAREST = 100

Key = tuple[str, str]


class Stale(Exception):
    """What the handler read has changed since: its decisions must be taken again."""


class Patience(Protocol):
    """How long to go on trying, with jitter between the tries."""

    def wait(self) -> bool:
        """Pause before another try; False when it is time to give up."""


@dataclass
class Billed:
    """What the database bills for one invocation: documents read, written, deleted."""

    reads: int = 0
    writes: int = 0
    deletes: int = 0


class UnitOfWork:
    """A Store (ports) over a database driver; the edge calls `commit`."""

    def __init__(self, database: Database, billed: Billed | None = None) -> None:
        self._database = database
        self.billed = billed or Billed()
        self._read: dict[Key, tuple[Guard, Document | None]] = {}
        self._staged: dict[Key, Stage] = {}
        self.outbox: list[tuple[MessageRecord, str]] = []
        """Messages to hand to the queue after the commit, each with the mark of its sending."""

    # Reading ---------------------------------------------------------------------------------------------------

    def get(self, model: type[D], document_id: str) -> D | None:
        """One document as it stands; a second get in the same invocation is answered from the first."""
        found = self._get_each(model, [document_id])
        return found[0]

    def get_many(self, model: type[D], document_ids: Sequence[str]) -> list[D]:
        """Those that exist, in order."""
        return [document for document in self._get_each(model, document_ids) if document is not None]

    def _get_each(self, model: type[D], document_ids: Sequence[str]) -> list[D | None]:
        unread = [one for one in dict.fromkeys(document_ids) if (model.collection, one) not in self._read]
        if unread:
            self.billed.reads += len(unread)
            for document_id, stored in zip(unread, self._database.get_many(model, unread), strict=True):
                self._remember(model, document_id, stored)
        found = [self._read[model.collection, one][1] for one in document_ids]
        return [document if isinstance(document, model) else None for document in found]

    def _remember(self, model: type[D], document_id: str, stored: Stored | None) -> D | None:
        document = parse(model, stored) if stored else None
        guard: Guard = At(stored.version) if stored else Absent()
        self._read.setdefault((model.collection, document_id), (guard, document))
        return document

    def query(
        self,
        query: Query[D],
        where: Mapping[str, Scalar] | None = None,
        *,
        limit: int,
        after: Cursor | None = None,
    ) -> list[D]:
        """A page of a declared query."""
        where = _checked(query, where)
        if not 0 < limit <= 1000:
            raise ValueError(f"limit must be 1 to 1000, not {limit}")
        found = self._database.query(query, where, limit, after)
        self.billed.reads += max(1, len(found))
        documents = [self._remember(query.model, stored.document_id, stored) for stored in found]
        return [document for document in documents if document is not None]

    def count(self, query: Query[D], where: Mapping[str, Scalar] | None = None) -> int:
        """How many documents match a declared query."""
        total = self._database.count(query, _checked(query, where))
        self.billed.reads += max(1, -(-total // INDEX_ENTRIES_A_READ))
        return total

    def aggregate(
        self, aggregate: Aggregate[D], where: Mapping[str, Scalar] | None = None, *, during: Span = EVER
    ) -> Aggregated:
        """How many documents match a declared aggregate, and their sums."""
        given = dict(where or {})
        if given.keys() != {*aggregate.equal, *([aggregate.contains] if aggregate.contains else [])}:
            raise TypeError(f"aggregate {aggregate.name} was given {sorted(given)}")
        if (during == EVER) != (aggregate.within is None):
            raise TypeError(f"aggregate {aggregate.name} was given {during}")
        found = self._database.aggregate(aggregate, given, during)
        self.billed.reads += max(1, -(-found.count // INDEX_ENTRIES_A_READ))
        return found

    def nearest(
        self, nearest: Nearest[D], vector: Sequence[float], where: Mapping[str, Scalar], *, limit: int
    ) -> list[tuple[D, float]]:
        """The documents of a declared search by similarity, the most similar first."""
        if where.keys() != set(nearest.equal):
            raise TypeError(f"nearest {nearest.name} was given {sorted(where)}")
        if not 0 < limit <= MOST_NEAREST:
            raise ValueError(f"limit must be 1 to {MOST_NEAREST}, not {limit}")
        found = self._database.nearest(nearest, vector, where, limit)
        self.billed.reads += max(1, len(found))
        documents = [(self._remember(nearest.model, one.document_id, one), similarity) for one, similarity in found]
        return [(document, similarity) for document, similarity in documents if document is not None]

    # Staging ---------------------------------------------------------------------------------------------------

    def create(self, document: Document, taken: Problem | None = None) -> None:
        """Stage a document that must not exist."""
        problem = taken or AlreadyExists()
        self._stage(Stage("set", type(document), document.stored_id, Absent(), document=document, problem=problem))

    def put(self, document: Document) -> None:
        """Stage a replacement of what was read."""
        key = (document.collection, document.stored_id)
        staged = self._staged.get(key)
        if staged and staged.action == "set":
            staged.rest_on(self._guard(key))
            staged.document = document
            return
        self._stage(Stage("set", type(document), document.stored_id, self._guard(key), document=document))

    def update(
        self,
        model: type[D],
        document_id: str,
        changes: Mapping[str, Change],
        missing: Problem | None = None,
    ) -> None:
        """Stage a change of some fields of a document that must exist."""
        for name in changes:
            if name not in model.model_fields or name == model.key:
                raise TypeError(f"update of {model.__name__}: {name!r} is no field that can change")
        key = (model.collection, document_id)
        guard, staged = self._guard(key), self._staged.get(key)
        if staged and staged.action in ("update", "set"):
            if staged.action == "update":
                staged.rest_on(guard)
            staged.change_fields(changes)
            return
        guard = guard if isinstance(guard, At) else Exists()
        problem = (missing or NotFound()) if isinstance(guard, Exists) else None
        self._stage(Stage("update", model, document_id, guard, fields=dict(changes), problem=problem))

    def amend(
        self,
        model: type[D],
        document_id: str,
        change: Callable[[D], D],
        missing: Problem | None = None,
        *,
        initial: D | None = None,
    ) -> None:
        """Stage a pure change of a whole document, applied anew when somebody else changed or made it."""
        key = (model.collection, document_id)
        staged = self._staged.get(key)
        if staged and staged.action == "set":
            staged.amend(change)
            return
        current = self.get(model, document_id) or initial
        if current is None:
            raise missing or NotFound()
        stage = Stage("set", model, document_id, self._guard(key), document=change(current))
        if staged is None:  # what was verified changes on no other footing
            stage.change, stage.problem = change, missing or NotFound()
        self._stage(stage)

    def delete(self, model: type[D], document_id: str) -> None:
        """Stage a deletion; what was read must be unchanged."""
        key = (model.collection, document_id)
        guard = self._guard(key)
        staged = self._staged.pop(key, None)
        if staged and isinstance(staged.guard, Absent):  # made in this very invocation: it only must not be there
            self._stage(Stage("verify", model, document_id, Absent(), problem=staged.problem))
        elif staged and staged.guard is not None:
            self._stage(Stage("delete", model, document_id, staged.guard, problem=staged.problem))
        elif not isinstance(guard, Absent):
            self._stage(Stage("delete", model, document_id, guard))

    def verify(self, document: Document) -> None:
        """Stage a guard: the document that was read is unchanged."""
        key = (document.collection, document.stored_id)
        guard = self._guard(key)
        if not isinstance(guard, At):
            raise TypeError(f"verify of {type(document).__name__}: it was not read in this invocation")
        staged = self._staged.get(key)
        if staged:
            staged.rest_on(guard)
        else:
            self._stage(Stage("verify", type(document), document.stored_id, guard))

    def verify_absent(self, model: type[D], document_id: str, taken: Problem | None = None) -> None:
        """Stage a guard: there is no such document."""
        staged = self._staged.get((model.collection, document_id))
        if staged and isinstance(staged.guard, Absent):
            return
        self._stage(Stage("verify", model, document_id, Absent(), problem=taken or AlreadyExists()))

    def stage_message(self, record: MessageRecord, *, derived: bool) -> None:
        """Stage a message beside the other writes; one that was said already is left as it is."""
        key = (record.collection, record.message_id)
        if key in self._staged and derived:
            return
        self._stage(
            Stage(
                "set",
                MessageRecord,
                record.message_id,
                Absent(),
                document=record,
                problem=AlreadyExists(),
                droppable=derived,
            )
        )
        self.outbox.append((record, ""))

    def fence(self, document: Document, version: Version, lost: Exception | None) -> None:
        """Stage a replacement guarded by a known version: `lost` is raised when somebody else has taken it.

        It is judged before what the handler staged: a name that is taken may be the work of whoever took over.
        """
        stage = Stage("set", type(document), document.stored_id, At(version), document=document, problem=lost)
        self._staged = {(document.collection, document.stored_id): stage, **self._staged}

    def resend(self, record: MessageRecord, check_at: datetime) -> None:
        """Stage another sending of a message that was read; dropped when somebody has worked on it since."""
        guard = self._guard((record.collection, record.message_id))
        if not isinstance(guard, At):
            raise TypeError("resend of a message that was not read in this invocation")
        fields = {"check_at": check_at}  # a mask: a page of full payloads would not fit a batch
        stage = Stage("update", MessageRecord, record.message_id, guard, fields=fields, droppable=True)
        self._stage(stage)
        self.outbox.append((record, check_at.strftime("%Y%m%d%H%M%S")))

    def _guard(self, key: Key) -> Guard:
        read = self._read.get(key)
        return read[0] if read else None

    def _stage(self, stage: Stage) -> None:
        key = (stage.model.collection, stage.document_id)
        earlier = self._staged.get(key)
        anew = earlier and earlier.action == "delete" and stage.action == "set"
        if earlier and (anew or (earlier.action == "verify" and stage.guard is None)):
            stage.guard, stage.problem = earlier.guard, earlier.problem
        elif earlier and earlier.action != "verify":
            raise TypeError(f"{stage.action} of {stage.model.__name__}: this stage does not merge with an earlier one")
        self._staged[key] = stage

    # Committing ------------------------------------------------------------------------------------------------

    def commit(self, patience: Patience) -> Committed | None:
        """Apply everything staged, or raise: the staged Problem, Stale, or Unavailable. None when nothing is staged."""
        while self._staged:
            self._refuse_oversize()
            try:
                committed = self._apply()
            except DatabaseUnavailable:
                raise Unavailable(retry_after=2) from None
            if committed is not None:
                return committed
            if not patience.wait():
                raise Unavailable(retry_after=2)
        return None

    def _apply(self) -> Committed | None:
        """None when a guard did not hold, and yet it may be tried again."""
        writes = [stage.write() for stage in self._staged.values()]
        try:
            committed = self._database.commit(writes)
        except GuardFailed:
            self._settle()
            return None
        self.billed.deletes += sum(write.action == "delete" for write in writes)
        self.billed.writes += sum(write.action != "delete" for write in writes) + committed.extra_writes
        return committed

    def _settle(self) -> None:
        """Raise what the first violated guard means; return when the commit may be tried again."""
        guarded = [stage for stage in self._staged.values() if stage.guard is not None]
        for stage in guarded:
            stored = self._database.get_many(stage.model, [stage.document_id])[0]
            self.billed.reads += 1
            if stage.holds(stored):
                continue
            if stage.droppable and stored is not None and _expired(stage, stored):
                stage.guard = At(stored.version)
            elif stage.droppable:
                del self._staged[stage.model.collection, stage.document_id]
                self.outbox = [sent for sent in self.outbox if sent[0].message_id != stage.document_id]
            elif stage.change is not None and stored is not None:
                stage.document = stage.change(parse(stage.model, stored))
                stage.guard = At(stored.version)
            elif stage.problem is not None:
                raise stage.problem
            else:
                raise Stale(stage.model.collection)

    def _refuse_oversize(self) -> None:
        total = 0
        for stage in self._staged.values():
            size = stage.size()
            total += size
            if size > MAX_DOCUMENT_BYTES:
                raise ValueError(f"{stage.model.__name__} of {size} bytes: a document holds {MAX_DOCUMENT_BYTES}")
        if total > MAX_BATCH_BYTES or len(self._staged) > MAX_WRITES:
            raise ValueError(f"a batch of {len(self._staged)} writes and {total} bytes is too large")


def parse(model: type[D], stored: Stored) -> D:
    """The document as its model."""
    if isinstance(stored.content, str):
        return model.model_validate_json(stored.content)
    return model.model_validate(stored.content)


def _expired(stage: Stage, stored: Stored) -> bool:
    """Whether what was said before is past its time, though the database has not deleted it yet."""
    said, earlier = stage.document, parse(MessageRecord, stored)
    return isinstance(said, MessageRecord) and bool(earlier.expires_at and earlier.expires_at <= said.created_at)


def _checked(query: Query[Any], where: Mapping[str, Scalar] | None) -> dict[str, Scalar]:
    """The filters, all of the shape's and none besides; optional ones that are None are left out."""
    needed = {*query.equal, *([query.contains] if query.contains else [])}
    needed |= {query.between[0]} if query.between else set()
    given = dict(where or {})
    for name in query.optional:
        if given.get(name) is None:
            given.pop(name, None)
    if not needed <= given.keys() <= needed | set(query.optional):
        raise TypeError(f"query {query.name} was given {sorted(given)}")
    return given
