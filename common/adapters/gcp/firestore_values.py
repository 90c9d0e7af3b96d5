"""Plain values as Firestore's, and back; times are Firestore's own timestamps.

On the protobuf messages themselves: the client's wrappers around them cost twenty times as much a value.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from google.cloud.firestore_v1.types import document as document_types
from google.protobuf.timestamp_pb2 import Timestamp
from pydantic_core import to_jsonable_python

from common.ports.store import Document, vector_fields

Value = document_types.Value.pb()
ArrayValue = document_types.ArrayValue.pb()
MapValue = document_types.MapValue.pb()

_KIND, _VECTOR, _NUMBERS = "__type__", "__vector__", "value"
"""How Firestore's own type of an embedding is written on the wire: a map with these two keys."""


def encoded(value: object) -> Any:  # noqa: PLR0911 - one a kind
    """A value as Firestore's Value; what JSON has no word for is written as pydantic writes it in JSON."""
    match value:
        case None:
            return Value(null_value=0)
        case bool():
            return Value(boolean_value=value)
        case int():
            return Value(integer_value=value)
        case float():
            return Value(double_value=value)
        case str():
            return Value(string_value=value)
        case datetime():
            return Value(timestamp_value=timestamp(value))
        case Mapping():
            return Value(map_value=MapValue(fields=fields(value)))
        case list() | tuple() | set() | frozenset():
            return Value(array_value=array(value))
        case _:
            return encoded(to_jsonable_python(value))


def array(values: Any) -> Any:
    """Values as Firestore's ArrayValue."""
    return ArrayValue(values=[encoded(value) for value in values])


def fields(values: Mapping[Any, object]) -> dict[str, Any]:
    """A mapping as the fields of a document or of a map."""
    return {str(name): encoded(value) for name, value in values.items()}


def fields_of(model: type[Document], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a model's fields; its embeddings become Firestore's vectors, which alone can be searched."""
    vectors = vector_fields(model)
    return {
        name: encoded_vector(value) if name in vectors and value is not None else encoded(value)
        for name, value in values.items()
    }


def encoded_vector(values: Sequence[float]) -> Any:
    """An embedding as Firestore's vector."""
    numbers = ArrayValue(values=[Value(double_value=value) for value in values])
    return Value(map_value=MapValue(fields={_KIND: Value(string_value=_VECTOR), _NUMBERS: Value(array_value=numbers)}))


def decoded(value: Any) -> Any:
    """What a Firestore Value holds, as plain Python."""
    kind = value.WhichOneof("value_type")
    match kind:
        case "null_value" | None:
            return None
        case "timestamp_value":
            return value.timestamp_value.ToDatetime(tzinfo=UTC)
        case "map_value" if _KIND in value.map_value.fields:  # no map of ours: such names are reserved
            return [number.double_value for number in value.map_value.fields[_NUMBERS].array_value.values]
        case "map_value":
            return {name: decoded(item) for name, item in value.map_value.fields.items()}
        case "array_value":
            return [decoded(item) for item in value.array_value.values]
        case _:
            return getattr(value, kind)


def timestamp(value: datetime) -> Timestamp:
    """A time as protobuf's."""
    stamp = Timestamp()
    stamp.FromDatetime(value.astimezone(UTC))
    return stamp
