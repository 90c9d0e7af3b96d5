"""One batch as Firestore's writes, and how it is told from one that was not applied when the answer is lost.

Every commit has a random id. It is left in the documents that the batch writes under a guard, in the hidden field
`_commits`: a trail of the last ids, newest last. It is a trail because others may commit on the same document
between our commit, whose answer was lost, and our reading of it. Where no document can carry the id, the batch
makes one that does no more (see commit_marks). Either way a second application is refused by the database: by the
guards, which the first one broke, or by the mark, which exists.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from google.cloud.firestore_v1.types import common as common_types
from google.cloud.firestore_v1.types import document as document_types
from google.cloud.firestore_v1.types import write as write_types
from google.protobuf.timestamp_pb2 import Timestamp

from common.adapters.commit_marks import MARK_EXPIRES, MARKS, TRAIL, carries, needs_mark
from common.adapters.document_ids import admitted
from common.adapters.gcp import firestore_values as values
from common.ports.database import Absent, At, Committed, Exists, Guard, Version, Write
from common.ports.store import ArrayUnion, Increment, ServerTime

TRAIL_LENGTH = 16
CARRIERS_READ = 10
MARK_KEPT = timedelta(days=1)

WriteProto = write_types.Write.pb()
FieldTransform = write_types.DocumentTransform.FieldTransform.pb()
DocumentProto = document_types.Document.pb()
MaskProto = common_types.DocumentMask.pb()
PreconditionProto = common_types.Precondition.pb()


@dataclass(frozen=True, slots=True)
class Revision:
    """A document's version: its update time, and with it the commits that wrote it last."""

    nanoseconds: int
    trail: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, document: Any) -> "Revision":
        """The version of a document as it was read."""
        trail = values.decoded(document.fields[TRAIL]) if TRAIL in document.fields else ()
        return cls(document.update_time.ToNanoseconds(), tuple(trail))


class Verdict(Enum):
    """What the documents say of a commit whose answer is not known."""

    APPLIED = "applied"
    NOT_APPLIED = "not applied"
    UNKNOWN = "unknown"


class Batch:
    """The writes of one commit, the same in every attempt."""

    def __init__(self, writes: Sequence[Write], documents: str, *, exact: bool) -> None:
        """`documents` is the path under which the database's documents lie."""
        self._commit_id = secrets.token_hex(8)
        self._writes = writes
        self._documents = documents
        verifiable = [write for write in writes if write.action != "verify" or write.guard is not None]
        self._sent = [write for write in verifiable if admitted(write)]
        self._mark = f"{documents}/{MARKS}/{self._commit_id}" if needs_mark(writes, exact=exact) else None
        self._carriers = [write for write in self._sent if carries(write)][:CARRIERS_READ]

    @property
    def is_guarded(self) -> bool:
        """Whether the database can refuse it."""
        return self._mark is not None or any(write.guard is not None for write in self._writes)

    def _name(self, write: Write) -> str:
        """The full path of the write's document."""
        return f"{self._documents}/{write.model.collection}/{write.document_id}"

    def protos(self) -> list[Any]:
        """The writes as they are sent."""
        protos = [self._proto(write) for write in self._sent]
        if self._mark:
            expires = values.fields({MARK_EXPIRES: datetime.now(UTC) + MARK_KEPT})
            mark = DocumentProto(name=self._mark, fields=expires)
            protos.append(WriteProto(update=mark, current_document=PreconditionProto(exists=False)))
        return protos

    def witnesses(self) -> list[str]:
        """The documents to read to learn whether the commit was applied; none: it may simply be repeated."""
        return [self._mark] if self._mark else [self._name(write) for write in self._carriers]

    def judge(self, found: Mapping[str, Any]) -> Verdict:
        """What the witnesses, as they are now, say."""
        if not self._carriers:  # without any witness it may be repeated, as if it had not been applied
            return Verdict.APPLIED if self._mark in found else Verdict.NOT_APPLIED
        verdicts = {self._judge(write, found.get(self._name(write))) for write in self._carriers}
        for verdict in (Verdict.APPLIED, Verdict.NOT_APPLIED):
            if verdict in verdicts:
                return verdict
        return Verdict.UNKNOWN

    def _judge(self, write: Write, document: Any | None) -> Verdict:
        """One carrier's word. A document that is gone, or whose trail does not reach back to our guard, has none."""
        if document is None:
            return Verdict.UNKNOWN
        now = Revision.of(document)
        if self._commit_id in now.trail:
            return Verdict.APPLIED
        if isinstance(write.guard, At) and isinstance(before := write.guard.version, Revision):
            is_unbroken = now == before or (before.trail and before.trail[-1] in now.trail)
            return Verdict.NOT_APPLIED if is_unbroken else Verdict.UNKNOWN
        return Verdict.NOT_APPLIED if now.trail else Verdict.UNKNOWN

    def answered(self, response: Any) -> Committed:
        """The outcome, as the database's answer tells it."""
        results = {id(write): result for write, result in zip(self._sent, response.write_results, strict=False)}
        versions: list[Version | None] = []
        totals: list[Mapping[str, int | float]] = []
        for write in self._writes:
            result = results.get(id(write))
            versions.append(self._version(write, result.update_time if result else None))
            totals.append(_totals(write, result.transform_results if result else ()))
        at = response.commit_time.ToDatetime(tzinfo=UTC)
        return Committed(at, tuple(versions), tuple(totals), extra_writes=int(self._mark is not None))

    def written(self) -> list[str]:
        """The documents that the outcome can be read from."""
        return [self._name(write) for write in self._sent if write.action in ("set", "update")]

    def recovered(self, found: Mapping[str, Any]) -> Committed:
        """The outcome of a commit that was applied and whose answer was lost, as the documents tell it now.

        Where another commit has come since, a document has no version (nobody can guard by it any more), and an
        incremented field's total holds what was added since.
        """
        at = self._commit_time(found)
        versions: list[Version | None] = []
        totals: list[Mapping[str, int | float]] = []
        for write in self._writes:
            document = found.get(self._name(write)) if write.action in ("set", "update") else None
            unchanged = document is not None and at is not None and document.update_time == at
            if write.action == "verify":
                versions.append(self._version(write, None))
            else:
                versions.append(Revision.of(document) if unchanged else None)
            content = {name: values.decoded(value) for name, value in document.fields.items()} if document else {}
            increments = [name for name, value in write.fields.items() if isinstance(value, Increment)]
            totals.append({name: content[name] for name in increments if name in content})
        when = at.ToDatetime(tzinfo=UTC) if at else datetime.now(UTC)
        return Committed(when, tuple(versions), tuple(totals), extra_writes=int(self._mark is not None))

    def _commit_time(self, found: Mapping[str, Any]) -> Timestamp | None:
        """The commit's time, that all its documents share, from one which it was the last to write."""
        for name, document in found.items():
            if name == self._mark or Revision.of(document).trail[-1:] == (self._commit_id,):
                stamp: Timestamp = document.update_time
                return stamp
        return None

    def _version(self, write: Write, update_time: Timestamp | None) -> Version | None:
        match write.action:
            case "delete":
                return None
            case "verify":
                return write.guard.version if isinstance(write.guard, At) else None
            case _:
                return Revision(update_time.ToNanoseconds(), self._trail(write)) if update_time else None

    def _trail(self, write: Write) -> tuple[str, ...]:
        if isinstance(write.guard, At) and isinstance(write.guard.version, Revision):
            return (*write.guard.version.trail, self._commit_id)[-TRAIL_LENGTH:]
        return (self._commit_id,) if write.action == "set" else ()

    def _proto(self, write: Write) -> Any:
        name = self._name(write)
        proto = WriteProto(current_document=_precondition(write.guard))
        match write.action:
            case "set" if write.document is not None:
                content = {**write.document.model_dump(), TRAIL: self._trail(write)}
                proto.update.CopyFrom(DocumentProto(name=name, fields=values.fields_of(write.model, content)))
            case "set":
                raise TypeError(f"set of {write.model.__name__} without a document")
            case "update":
                self._change(proto, write)
            case "verify" if isinstance(write.guard, Absent):
                proto.delete = name
            case "verify":  # an update of no field: nothing changes, and the precondition is held
                proto.update.CopyFrom(DocumentProto(name=name))
                proto.update_mask.CopyFrom(MaskProto())
            case "delete":
                proto.delete = name
        return proto

    def _change(self, proto: Any, write: Write) -> None:
        plain = {name: value for name, value in write.fields.items() if not _is_transform(value)}
        if trail := self._trail(write):
            plain[TRAIL] = trail
        proto.update.CopyFrom(DocumentProto(name=self._name(write), fields=values.fields_of(write.model, plain)))
        proto.update_mask.CopyFrom(MaskProto(field_paths=sorted(plain)))
        proto.update_transforms.extend(
            _transform(name, value) for name, value in write.fields.items() if _is_transform(value)
        )


def _precondition(guard: Guard) -> Any:
    match guard:
        case Absent():
            return PreconditionProto(exists=False)
        case Exists():
            return PreconditionProto(exists=True)
        case At(Revision(nanoseconds)):
            stamp = Timestamp()
            stamp.FromNanoseconds(nanoseconds)
            return PreconditionProto(update_time=stamp)
        case At(version):
            raise TypeError(f"not a version that was read here: {version!r}")
        case None:
            return None


def _is_transform(value: object) -> bool:
    return isinstance(value, Increment | ArrayUnion | ServerTime)


def _transform(name: str, value: object) -> Any:
    match value:
        case Increment(by):
            return FieldTransform(field_path=name, increment=values.encoded(by))
        case ArrayUnion(added):
            return FieldTransform(field_path=name, append_missing_elements=values.array(added))
        case _:
            return FieldTransform(field_path=name, set_to_server_value="REQUEST_TIME")


def _totals(write: Write, results: Sequence[Any]) -> Mapping[str, int | float]:
    transforms = [(name, value) for name, value in write.fields.items() if _is_transform(value)]
    return {
        name: values.decoded(result)
        for (name, value), result in zip(transforms, results, strict=False)
        if isinstance(value, Increment)
    }
