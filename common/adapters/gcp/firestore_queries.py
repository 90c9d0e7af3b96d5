"""Declared queries as Firestore's structured queries."""

from collections.abc import Mapping, Sequence
from typing import Any

from google.cloud.firestore_v1.types import query as query_types
from google.protobuf.wrappers_pb2 import Int32Value

from common.adapters.gcp.firestore_values import Value, encoded, encoded_vector
from common.ports.store import Aggregate, Cursor, Nearest, Query, Scalar, Span

StructuredQuery = query_types.StructuredQuery.pb()
Aggregation = query_types.StructuredAggregationQuery.pb()
BoundAt = query_types.Cursor.pb()

_COMPARISONS = {"<": "LESS_THAN", "<=": "LESS_THAN_OR_EQUAL", ">": "GREATER_THAN", ">=": "GREATER_THAN_OR_EQUAL"}
NAME = "__name__"
DISTANCE = "_distance"
"""The field in which an answer carries its cosine distance from what was asked for."""
COUNT = "_count"
"""The alias of how many there are; a sum's is its field."""


def structured(
    query: Query[Any], where: Mapping[str, Scalar], limit: int | None, after: Cursor | None, documents: str
) -> Any:
    """The query; `documents` is the path under which the database's documents lie.

    A count is ordered too: what lacks a field of the order is in no page, so it does not count.
    """
    asked = StructuredQuery(from_=[StructuredQuery.CollectionSelector(collection_id=query.model.collection)])
    filters = _filters(query, where)
    if filters:
        asked.where.CopyFrom(_all_of(filters))
    tie = "-" if query.order and query.order[-1].startswith("-") else ""
    asked.order_by.extend(_order(name) for name in (*query.order, tie + NAME))
    if limit is not None:
        asked.limit.CopyFrom(Int32Value(value=limit))
    if after is not None:
        last = Value(reference_value=f"{documents}/{query.model.collection}/{after.document_id}")
        asked.start_at.CopyFrom(BoundAt(values=[*map(encoded, after.values), last], before=False))
    return asked


def nearest_to(nearest: Nearest[Any], vector: Sequence[float], where: Mapping[str, Scalar], limit: int) -> Any:
    """The search by similarity, its filters inside the query."""
    asked = StructuredQuery(from_=[StructuredQuery.CollectionSelector(collection_id=nearest.model.collection)])
    if nearest.equal:
        asked.where.CopyFrom(_all_of([_equal(field, where[field]) for field in nearest.equal]))
    asked.find_nearest.CopyFrom(
        StructuredQuery.FindNearest(
            vector_field=_field(nearest.field),
            query_vector=encoded_vector(vector),
            distance_measure="COSINE",
            limit=Int32Value(value=limit),
            distance_result_field=DISTANCE,
        )
    )
    return asked


def matching(aggregate: Aggregate[Any], where: Mapping[str, Scalar], during: Span) -> Any:
    """What an aggregate is over; ordered by its time, as what lacks it does not count."""
    asked = StructuredQuery(from_=[StructuredQuery.CollectionSelector(collection_id=aggregate.model.collection)])
    filters = [_equal(field, where[field]) for field in aggregate.equal]
    if aggregate.contains:
        filters.append(_compared(aggregate.contains, "ARRAY_CONTAINS", where[aggregate.contains]))
    if aggregate.within:
        bounds = ((during.start, "GREATER_THAN_OR_EQUAL"), (during.end, "LESS_THAN"))
        filters += [_compared(aggregate.within, how, bound) for bound, how in bounds if bound is not None]
        asked.order_by.append(_order(aggregate.within))
    if filters:
        asked.where.CopyFrom(_all_of(filters))
    return asked


def with_sums(asked: Any, sums: Sequence[str] = ()) -> Any:
    """How many documents a structured query finds, and what `sums` add up to over them."""
    wanted = [Aggregation.Aggregation(alias=COUNT, count=Aggregation.Aggregation.Count())]
    wanted += [
        Aggregation.Aggregation(alias=field, sum=Aggregation.Aggregation.Sum(field=_field(field))) for field in sums
    ]
    return Aggregation(structured_query=asked, aggregations=wanted)


def _filters(query: Query[Any], where: Mapping[str, Scalar]) -> list[Any]:
    filters = [_equal(field, where[field]) for field in (*query.equal, *query.optional) if field in where]
    if query.contains:
        filters.append(_compared(query.contains, "ARRAY_CONTAINS", where[query.contains]))
    if query.between:
        field, comparison = query.between
        filters.append(_compared(field, _COMPARISONS[comparison], where[field]))
    return filters


def _all_of(filters: list[Any]) -> Any:
    if len(filters) == 1:
        return filters[0]
    both = StructuredQuery.CompositeFilter(op="AND", filters=filters)
    return StructuredQuery.Filter(composite_filter=both)


def _equal(field: str, value: Scalar) -> Any:
    if value is None:
        is_null = StructuredQuery.UnaryFilter(field=_field(field), op="IS_NULL")
        return StructuredQuery.Filter(unary_filter=is_null)
    return _compared(field, "EQUAL", value)


def _compared(field: str, operator: str, value: Scalar) -> Any:
    compared = StructuredQuery.FieldFilter(field=_field(field), op=operator, value=encoded(value))
    return StructuredQuery.Filter(field_filter=compared)


def _order(name: str) -> Any:
    direction = "DESCENDING" if name.startswith("-") else "ASCENDING"
    return StructuredQuery.Order(field=_field(name.lstrip("-")), direction=direction)


def _field(name: str) -> Any:
    return StructuredQuery.FieldReference(field_path=name)
