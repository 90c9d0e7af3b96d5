"""Declared aggregates as SQL over JSON text, and the index that each shape needs."""

import hashlib
from collections.abc import Mapping
from typing import Any

from common.adapters.local.sqlite_content import encoded
from common.adapters.local.sqlite_queries import Aid, Sql, items_table, present, value_of
from common.ports.store import Aggregate, Scalar, Span


def select(aggregate: Aggregate[Any], where: Mapping[str, Scalar], during: Span) -> Sql:
    """How many documents match, and the sum of each field."""
    conditions: list[str] = []
    parameters: list[Any] = []
    for field in aggregate.equal:
        if where[field] is None:  # a field that is missing is not null
            conditions += [f"{value_of(field)} IS NULL", present(field)]
        else:
            conditions.append(f"{value_of(field)} = ?")
            parameters.append(encoded(where[field]))
    if aggregate.contains:
        items = f"{aggregate.model.collection}__{aggregate.contains}"
        conditions.append(f"id IN (SELECT id FROM {items} WHERE value = ?)")  # noqa: S608
        parameters.append(encoded(where[aggregate.contains]))
    if aggregate.within:
        for bound, comparison in ((during.start, ">="), (during.end, "<")):
            if bound is not None:
                conditions.append(f"{value_of(aggregate.within)} {comparison} ?")
                parameters.append(encoded(bound))
    columns = ", ".join(["count(*)", *(f"coalesce(sum({value_of(field)}), 0)" for field in aggregate.sums)])
    matching = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    return Sql(f"SELECT {columns} FROM {aggregate.model.collection} {matching}", tuple(parameters))  # noqa: S608


def aids(aggregate: Aggregate[Any]) -> list[Aid]:
    """What the aggregate is answered from: an index of its equal fields and its time, or the values of an array."""
    collection = aggregate.model.collection
    if aggregate.contains:
        return [items_table(collection, aggregate.contains)]
    columns = [value_of(field) for field in (*aggregate.equal, *([aggregate.within] if aggregate.within else []))]
    if not columns:
        return []
    name = f"{collection}_{hashlib.sha256(', '.join(columns).encode()).hexdigest()[:16]}"
    statement = f"CREATE INDEX IF NOT EXISTS {name} ON {collection} ({', '.join(columns)})"
    return [Aid(name, (statement,), optional=True)]
