"""What an invocation wants of one document, and what several such wishes come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic_core import to_json

from common.ports.database import Absent, At, Exists, Guard, Stored, Write
from common.ports.store import ArrayUnion, Change, Document, Increment, ServerTime


@dataclass
class Stage:
    """One document's part of the batch."""

    action: Literal["set", "update", "delete", "verify"]
    model: type[Document]
    document_id: str
    guard: Guard
    document: Document | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    problem: Exception | None = None
    """Raised when the guard does not hold; None: the handler decides anew."""
    change: Callable[[Any], Document] | None = None
    """An amendment: applied anew to what is there when the guard does not hold."""
    droppable: bool = False
    """When the guard does not hold this stage alone is dropped: a message that was said already, or is being done."""
    _written: tuple[Document, str] | None = None

    def write(self) -> Write:
        """As the database takes it."""
        return Write(self.action, self.model, self.document_id, self.guard, self.document, self.fields, self._text())

    def size(self) -> int:
        """Bytes of what it writes, as JSON."""
        text = self._text()
        if text is not None:
            return len(text.encode())
        return len(to_json(self.fields, fallback=repr)) if self.fields else 0

    def _text(self) -> str | None:
        """The document as JSON, made once for each that it comes to be."""
        if self.document is None:
            return None
        if self._written is None or self._written[0] is not self.document:
            self._written = (self.document, self.document.model_dump_json())
        return self._written[1]

    def holds(self, stored: Stored | None) -> bool:
        """Whether the guard holds for what is there."""
        match self.guard:
            case Absent():
                return stored is None
            case Exists():
                return stored is not None
            case At(version):
                return stored is not None and stored.version == version
            case None:
                return True

    def change_fields(self, changes: Mapping[str, Change]) -> None:
        """Merge the changes of an update into an update, or into a document that is written whole."""
        if self.document is None:
            for name, value in changes.items():
                self.fields[name] = _merged(self.fields[name], value) if name in self.fields else value
        else:
            self.amend(_applying(changes))

    def amend(self, change: Callable[[Any], Document]) -> None:
        """Merge an amendment into a document that is written whole."""
        self.document = change(self.document)
        if self.change is not None:
            self.change = _composed(self.change, change)

    def rest_on(self, read: Guard) -> None:
        """Let a write whose guard was weaker rest on the very version that was `read`."""
        if self.change is not None or (isinstance(read, At) and not isinstance(self.guard, At | Absent)):
            self.guard, self.change, self.problem = read, None, None


def _merged(earlier: object, later: object) -> object:
    """What two changes of one field come to; `earlier` may be a value, or a change itself."""
    match earlier, later:
        case Increment(first), Increment(second):
            return Increment(first + second)
        case (int() | float()) as value, Increment(by):
            return value + by
        case ArrayUnion(first), ArrayUnion(second):
            return ArrayUnion(first + second)
        case (list() | tuple()) as values, ArrayUnion(added):
            return type(values)([*values, *(one for one in dict.fromkeys(added) if one not in values)])
        case _, Increment() | ArrayUnion():
            raise TypeError(f"{later!r} does not merge with an earlier {type(earlier).__name__} of the same field")
    return later


def _applying(changes: Mapping[str, Change]) -> Callable[[Any], Document]:
    if any(isinstance(value, ServerTime) for value in changes.values()):
        raise TypeError("the database's time does not merge with a document that is written whole")

    def change(document: Document) -> Document:
        return document.model_copy(
            update={name: _merged(getattr(document, name), value) for name, value in changes.items()}
        )

    return change


def _composed(first: Callable[[Any], Document], second: Callable[[Any], Document]) -> Callable[[Any], Document]:
    return lambda document: second(first(document))
