"""Documents of any class, with a canary in each text: so that no field that somebody adds is forgotten."""

from __future__ import annotations

import re
import types
import zlib
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from common.domain.assessment.content import Content
from common.domain.holdings.declaration import Holding, Part
from common.ports import Document
from tests.triggers.world import START

SHORTEST = 40
"""Characters: what holds fewer holds no canary."""
FIXED = {"country": "DE", "content_type": "text/plain", "language": "de"}
"""Fields that take no text but one of a list."""
SHAPES: dict[type[BaseModel], dict[str, Any]] = {Content: {"kind": "short_text", "options": ()}}
"""What fields must be for the others to fit them."""
PEOPLE = "user|teacher|author|sender|actor|member|learner|owner|account|person|student"
PERSON = re.compile(rf"((^|_)({PEOPLE})_ids?|members|(created|published|decided)_by)$")


class Maker:
    """Makes documents; remembers each canary that it put into one."""

    def __init__(self, who: str, other: str) -> None:
        """Of `who`; wherever a document may name somebody else too, that is `other`."""
        self.who, self.other = who, other
        self.canaries: dict[str, str] = {}
        """Canary -> where it stands."""

    def of(self, holding: Holding[Any], number: int) -> Document:
        """A document of a holding."""
        model = holding.model
        place = f"{holding.name}[{number}]"
        fields = self._fields(place, model)
        for name in model.model_fields:
            if PERSON.search(name) and name != "members":
                fields[name] = (self.other,) if isinstance(fields[name], tuple | list) else self.other
        if model.key != holding.by:
            fields[model.key] = f"{model.collection}-{self.who}-{holding.by}-{number}"
            fields[holding.by] = (self.other, self.who) if holding.many else holding.prefix + self.who
        else:
            fields[model.key] = self.who
        hidden = {*holding.hidden, model.key, holding.by}
        prefixes = tuple(f"{place}.{name}" for name in hidden)
        self.canaries = {one: at for one, at in self.canaries.items() if not _is_of(at, prefixes)}
        self.canaries = {one: at for one, at in self.canaries.items() if not PERSON.search(at.rpartition(".")[2])}
        made: Document = model.model_validate(fields)
        return made

    def part(self, part: Part, document: Document, number: int) -> Document:
        """A document that another one consists of."""
        model, place = part.query.model, f"{document.stored_id}/{part.by}[{number}]"
        fields = self._fields(place, model)
        said = {model.key: f"{document.stored_id}-{number}", part.by: document.stored_id}
        prefixes = tuple(f"{place}.{name}" for name in said)
        self.canaries = {one: at for one, at in self.canaries.items() if not _is_of(at, prefixes)}
        made: Document = model.model_validate(fields | said)
        return made

    def _fields(self, place: str, model: type[BaseModel]) -> dict[str, Any]:
        given = SHAPES.get(model, {})
        free = {name: field for name, field in model.model_fields.items() if name not in given}
        return given | {name: self._value(f"{place}.{name}", field) for name, field in free.items()}

    def _value(self, place: str, field: FieldInfo) -> Any:
        if (fixed := FIXED.get(place.rpartition(".")[2])) is not None:
            return fixed
        origin, arguments = get_origin(field.annotation), get_args(field.annotation)
        if origin in (Union, types.UnionType):
            arguments = tuple(one for one in arguments if one is not types.NoneType)
            return self._value(place, FieldInfo.from_annotation(arguments[0]))
        if origin is Literal:
            return arguments[0]
        if origin is tuple:
            return (self._value(place, FieldInfo.from_annotation(arguments[0])),)
        if origin is not None:  # a mapping
            key, value = map(FieldInfo.from_annotation, arguments)
            return {self._value(f"{place}.key", key): self._value(place, value)}
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            made = self._fields(place, field.annotation)
            return made | {name: self.other for name in made if PERSON.search(name) and isinstance(made[name], str)}
        plain: dict[Any, Any] = {int: 1, float: 0.5, bool: True, AwareDatetime: START, date: START.date()}
        if field.annotation in plain:
            return plain[field.annotation]
        short = [one.max_length for one in field.metadata if isinstance(one, MaxLen) and one.max_length < SHORTEST]
        return "X" * short[0] if short else self._canary(place)

    def _canary(self, place: str) -> str:
        canary = f"canary-{self.who}-{len(self.canaries):05d}-{zlib.crc32(place.encode()):08x}"
        self.canaries[canary] = place
        return canary


def _is_of(place: str, prefixes: tuple[str, ...]) -> bool:
    return any(place == one or place.startswith(f"{one}.") for one in prefixes)
