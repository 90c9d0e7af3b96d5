"""Documents as JSON text: how values are written, and what the changes of an update come to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic_core import from_json, to_json, to_jsonable_python

from common.ports.store import ArrayUnion, Increment, ServerTime, rfc3339


def encoded(value: object) -> Any:
    """A plain value as JSON holds it; times as every other time is written, so that text sorts as time does."""
    match value:
        case None | str() | bool() | int() | float():
            return value
        case datetime():
            return rfc3339(value)
        case Mapping():
            return {str(key): encoded(item) for key, item in value.items()}
        case list() | tuple():
            return [encoded(item) for item in value]
        case _:
            return to_jsonable_python(value)


def changed(content: str | None, fields: Mapping[str, Any], at: datetime) -> tuple[str, dict[str, int | float]]:
    """The document's text after an update, and what each incremented field came to."""
    document: dict[str, Any] = from_json(content) if content is not None else {}
    totals: dict[str, int | float] = {}
    for name, value in fields.items():
        match value:
            case Increment(by):
                totals[name] = document[name] = _number(document.get(name)) + by
            case ArrayUnion(values):
                document[name] = _united(document.get(name), [encoded(item) for item in values])
            case ServerTime():
                document[name] = rfc3339(at)
            case _:
                document[name] = encoded(value)
    return to_json(document).decode(), totals


def _number(value: object) -> int | float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _united(value: object, added: list[Any]) -> list[Any]:
    united = list(value) if isinstance(value, list) else []
    seen = {_identity(item) for item in united}
    for item in added:
        if _identity(item) not in seen:
            seen.add(_identity(item))
            united.append(item)
    return united


def _identity(item: object) -> tuple[bool, str]:
    """True is not 1, though Python holds them equal; 1 is 1.0, as in Firestore."""
    plain = float(item) if isinstance(item, int | float) and abs(item) < 2**53 else item
    return isinstance(item, bool), to_json(plain).decode()
