"""Whatever a client may send has a bound: numbers on both sides, texts and lists in length."""

import importlib
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from tests.house.tree import files

BOUNDED_BY_FORM = {"date-time", "date", "time", "duration", "uuid"}


def unbounded(schema: Any, where: str = "") -> Iterator[str]:
    """The places of a JSON schema that a client could send without end."""
    if isinstance(schema, dict):
        yield from endless(schema, where)
        inner = [(key, value) for key, value in schema.items() if key not in ("default", "examples", "enum")]
        for key, value in inner:
            yield from unbounded(value, f"{where}/{key}")
    elif isinstance(schema, list):
        for number, each in enumerate(schema):
            yield from unbounded(each, f"{where}/{number}")


def endless(schema: dict[str, Any], where: str) -> Iterator[str]:
    """What one node of a JSON schema leaves without a bound."""
    kind = schema.get("type")
    closed = "enum" in schema or "const" in schema
    if kind in ("integer", "number") and not closed:
        low, high = {"minimum", "exclusiveMinimum"} & set(schema), {"maximum", "exclusiveMaximum"} & set(schema)
        if not (low and high):
            yield f"{where}: a number without both bounds"
    if kind == "string" and not closed and "maxLength" not in schema and schema.get("format") not in BOUNDED_BY_FORM:
        yield f"{where}: a text without max_length"
    if kind == "array" and "maxItems" not in schema:
        yield f"{where}: a list without max_length"
    if kind == "object" and schema.get("additionalProperties") not in (None, False) and "maxProperties" not in schema:
        yield f"{where}: a mapping without max_length"


def inputs() -> Iterator[tuple[str, type[BaseModel]]]:
    """Every body and query that a function declares."""
    for path in files("functions/*/main.py"):
        name = path.parent.name
        declaration = getattr(importlib.import_module(f"functions.{name}.main"), name).declaration
        for route in declaration.routes:
            yield from ((f"{name}: {model.__name__}", model) for model in (route.body, route.query_model) if model)


def test_everything_that_a_client_may_send_is_bounded():
    assert any(inputs()) or not files("functions/*/main.py")
    assert [f"{name}{fault}" for name, model in inputs() for fault in unbounded(model.model_json_schema())] == []


class Loose(BaseModel):
    count: int
    half: Annotated[float, Field(ge=0)]
    text: str
    many: list[Annotated[str, Field(max_length=5)]]
    any: dict[str, bool]


class Tight(BaseModel):
    count: Annotated[int, Field(ge=0, lt=9)]
    text: Annotated[str, Field(max_length=5)] | None
    many: Annotated[tuple[bool, ...], Field(max_length=3)]


@pytest.mark.parametrize("field", Loose.model_fields)
def test_the_lint_sees_a_loose_field(field: str):
    assert [fault for fault in unbounded(Loose.model_json_schema()) if f"/{field}" in fault]


def test_the_lint_lets_bounded_fields_pass():
    assert list(unbounded(Tight.model_json_schema())) == []
