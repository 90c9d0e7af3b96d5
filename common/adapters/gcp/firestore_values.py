"""Plain values as Firestore's, and back; times are Firestore's own timestamps.

On the protobuf messages themselves: the client's wrappers around them cost twenty times as much a value.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from google.cloud.firestore_v1.types import document as document_types
from google.protobuf.timestamp_pb2 import Timestamp
from pydantic_core import to_jsonable_python

Value = document_types.Value.pb()
ArrayValue = document_types.ArrayValue.pb()
MapValue = document_types.MapValue.pb()


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


def decoded(value: Any) -> Any:
    """What a Firestore Value holds, as plain Python."""
    kind = value.WhichOneof("value_type")
    match kind:
        case "null_value" | None:
            return None
        case "timestamp_value":
            return value.timestamp_value.ToDatetime(tzinfo=UTC)
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
