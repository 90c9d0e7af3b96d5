"""Declared queries as SQL over JSON text, and the index that each shape needs."""

import hashlib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.adapters.local.sqlite_content import encoded
from common.ports.store import Cursor, Document, Query, Scalar


@dataclass(frozen=True, slots=True)
class Sql:
    """A statement and its parameters."""

    text: str
    parameters: tuple[Any, ...]


def value_of(field: str, content: str = "content") -> str:
    """The SQL expression of a field; indexes are found by its exact text."""
    return f"json_extract({content}, '$.\"{field}\"')"


def select(query: Query[Any], where: Mapping[str, Scalar], limit: int, after: Cursor | None) -> Sql:
    """A page of the query."""
    conditions, parameters = _conditions(query, where)
    if after is not None:
        text, values = _behind(query, after)
        conditions.append(text)
        parameters += values
    text = f"SELECT id, version, content FROM {_source(query)} {_where(conditions)} "  # noqa: S608
    return Sql(f"{text}ORDER BY {', '.join(_ordering(query))} LIMIT ?", (*parameters, limit))


def count(query: Query[Any], where: Mapping[str, Scalar]) -> Sql:
    """How many match."""
    conditions, parameters = _conditions(query, where)
    return Sql(f"SELECT count(*) FROM {_source(query)} {_where(conditions)}", tuple(parameters))  # noqa: S608


@dataclass(frozen=True, slots=True)
class Aid:
    """Something that a query is answered from, and the statements that make it; it may do without where `optional`."""

    name: str
    statements: tuple[str, ...]
    optional: bool = False


def aids(query: Query[Any], where: Mapping[str, Scalar]) -> list[Aid]:
    """What this shape with these filters is answered from: an index, or the values of an array."""
    collection = query.model.collection
    if query.contains:
        return [items_table(collection, query.contains)]
    columns = [*(value_of(field) for field in (*query.equal, *query.optional) if field in where), *_ordering(query)]
    if columns == ["id ASC"]:
        return []
    name = f"{collection}_{hashlib.sha256(', '.join(columns).encode()).hexdigest()[:16]}"
    statement = f"CREATE INDEX IF NOT EXISTS {name} ON {collection} ({', '.join(columns)})"
    return [Aid(name, (statement,), optional=True)]


def items_table(collection: str, field: str) -> Aid:
    """A row for each value that an array holds, kept by triggers: SQLite cannot index into an array."""
    name = f"{collection}__{field}"
    added = f"INSERT OR IGNORE INTO {name} SELECT value, new.id FROM json_each(new.content, '$.\"{field}\"')"  # noqa: S608
    removed = f"DELETE FROM {name} WHERE id = old.id"  # noqa: S608
    differs = f"{value_of(field, 'old.content')} IS NOT {value_of(field, 'new.content')}"
    return Aid(
        name,
        (
            f"CREATE TABLE IF NOT EXISTS {name} (value, id TEXT NOT NULL, PRIMARY KEY (value, id)) WITHOUT ROWID",
            f"CREATE INDEX IF NOT EXISTS {name}__id ON {name} (id)",
            f"CREATE TRIGGER IF NOT EXISTS {name}__insert AFTER INSERT ON {collection} BEGIN {added}; END",
            f"CREATE TRIGGER IF NOT EXISTS {name}__delete AFTER DELETE ON {collection} BEGIN {removed}; END",
            f"CREATE TRIGGER IF NOT EXISTS {name}__update AFTER UPDATE OF content ON {collection} WHEN {differs} "
            f"BEGIN {removed}; {added}; END",
            f"INSERT OR IGNORE INTO {name} SELECT items.value, documents.id FROM {collection} AS documents, "  # noqa: S608
            f"json_each(documents.content, '$.\"{field}\"') AS items",
        ),
    )


def _source(query: Query[Any]) -> str:
    """The table; what an array holds is looked up first, as few documents hold a value and many share an owner."""
    collection = query.model.collection
    return f"{collection} INDEXED BY sqlite_autoindex_{collection}_1" if query.contains else collection


def _where(conditions: list[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _ordering(query: Query[Any]) -> list[str]:
    directions = ["DESC" if field.startswith("-") else "ASC" for field in query.order]
    columns = [value_of(field.lstrip("-")) for field in query.order]
    tie = directions[-1] if directions else "ASC"
    return [*(f"{column} {way}" for column, way in zip(columns, directions, strict=True)), f"id {tie}"]


def _conditions(query: Query[Any], where: Mapping[str, Scalar]) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    parameters: list[Any] = []
    for field in (*query.equal, *query.optional):
        if field not in where:
            continue
        if where[field] is None:  # a field that is missing is not null
            conditions += [f"{value_of(field)} IS NULL", present(field)]
        else:
            conditions.append(f"{value_of(field)} = ?")
            parameters.append(encoded(where[field]))
    if query.contains:
        items = f"{query.model.collection}__{query.contains}"
        conditions.append(f"id IN (SELECT id FROM {items} WHERE value = ?)")  # noqa: S608
        parameters.append(encoded(where[query.contains]))
    if query.between:
        field, comparison = query.between
        conditions.append(f"{value_of(field)} {comparison} ?")
        parameters.append(encoded(where[field]))
    for field in (name.lstrip("-") for name in query.order):  # without the field it has no place in the order
        conditions.append(present(field) if _nullable(query.model, field) else f"{value_of(field)} IS NOT NULL")
    return conditions, parameters


def present(field: str) -> str:
    """The condition that a document has the field, null or not."""
    return f"json_type(content, '$.\"{field}\"') IS NOT NULL"


def _nullable(model: type[Document], field: str) -> bool:
    annotation = model.model_fields[field].annotation
    return isinstance(annotation, types.UnionType | typing._UnionGenericAlias) and (  # type: ignore[attr-defined]
        types.NoneType in typing.get_args(annotation)
    )


def _behind(query: Query[Any], after: Cursor) -> tuple[str, list[Any]]:
    """Strictly behind the cursor, field by field; null is the least value.

    The first field's bound is said twice: a disjunction alone would be read from the start of the index.
    """
    ways: list[str] = []
    parameters: list[Any] = []
    same: list[str] = []
    same_values: list[Any] = []
    for name, raw in zip(query.order, after.values, strict=True):
        column, value = value_of(name.lstrip("-")), encoded(raw)
        further, values = _further(column, value, descending=name.startswith("-"))
        ways.append(" AND ".join([*same, further]))
        parameters += [*same_values, *values]
        same.append(f"{column} IS ?")
        same_values.append(value)
    descending = bool(query.order) and query.order[-1].startswith("-")
    ways.append(" AND ".join([*same, f"id {'<' if descending else '>'} ?"]))
    parameters += [*same_values, after.document_id]
    behind = "(" + " OR ".join(f"({way})" for way in ways) + ")"
    bound, values = _bound(query, after)
    return bound + behind, [*values, *parameters]


def _further(column: str, value: Any, *, descending: bool) -> tuple[str, list[Any]]:
    if value is None:
        return ("0" if descending else f"{column} IS NOT NULL"), []
    return (f"({column} < ? OR {column} IS NULL)" if descending else f"{column} > ?"), [value]


def _bound(query: Query[Any], after: Cursor) -> tuple[str, list[Any]]:
    if not query.order:
        return "id > ? AND ", [after.document_id]
    name, value = query.order[0], encoded(after.values[0])
    if value is None or (name.startswith("-") and _nullable(query.model, name.lstrip("-"))):
        return "", []
    return f"{value_of(name.lstrip('-'))} {'<=' if name.startswith('-') else '>='} ? AND ", [value]
