"""Writes infrastructure/indexes.auto.tfvars.json: what Firestore must be told of the queries and the documents.

The rules are those of Firestore's own index overview
(https://firebase.google.com/docs/firestore/query-data/index-overview):
- Every field has an ascending, a descending and an array index by itself. They serve any number of equalities
  (merged), one array-contains, and one order with its range.
- Equalities with an order need one index: the equal fields, then the order, each in its direction.
- Indexes of several equalities with the same order are merged ("Taking advantage of index merging"), so that an
  optional filter needs one index of itself, the required fields and the order, and not one for each combination.
  That is documented for equalities and an order alone: with a range or an array-contains each combination has its own.
- A search by similarity needs one index: its equal fields, then the vector
  (https://firebase.google.com/docs/firestore/vector-search#create_and_manage_vector_indexes).
- An aggregate needs one index: its array, its equal fields, its time, and each field that it adds up
  (https://firebase.google.com/docs/firestore/query-data/aggregation-queries#limitations).
An index too many costs a little; one too few is an error on the first such query, so doubt is resolved in its favour.
The emulator asks for no index at all: only this derivation stands between a new query and that error.
"""

import importlib
import itertools
import json
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from common.adapters.commit_marks import MARK_EXPIRES, MARKS, TRAIL
from common.ports.ai import DIMENSION
from common.ports.store import Aggregate, Document, Nearest, Query, vector_fields
from infrastructure.tools.discovery import ROOT
from infrastructure.tools.generate import settle

FILE = ROOT / "infrastructure" / "indexes.auto.tfvars.json"
Fields = tuple[tuple[str, str], ...]
"""An index: each field with ASCENDING, DESCENDING, CONTAINS or VECTOR."""


def main(arguments: list[str]) -> int:
    """Write the file, or with --check say whether it is stale."""
    return settle(FILE, json.dumps(generate(), indent=2, sort_keys=True, ensure_ascii=False) + "\n", arguments)


def generate() -> dict[str, Any]:
    """Composite indexes by name, the field of each collection by which documents expire, and the exempt fields."""
    queries, searches, models = declared(modules())
    indexes = {name(query, fields): _said(query, fields) for query in queries for fields in needed(query)}
    aggregates = [(aggregate, fields) for aggregate in aggregated(modules()) if len(fields := _added(aggregate)) > 1]
    indexes |= {name(aggregate, fields): _said(aggregate, fields) for aggregate, fields in aggregates}
    indexes |= {name(search, fields): _said(search, fields) for search in searches for fields in [_searched(search)]}
    unindexed = {model.collection: {TRAIL} for model in models}
    for model in models:
        unindexed[model.collection] |= {*model.unindexed, *vector_fields(model)}
    expiring = {model.collection: model.expires for model in models if model.expires}
    return {
        "firestore_indexes": indexes,
        "firestore_ttl": {MARKS: MARK_EXPIRES, **expiring},
        "firestore_unindexed": {MARKS: [MARK_EXPIRES], **{one: sorted(fields) for one, fields in unindexed.items()}},
    }


def modules() -> Iterator[ModuleType]:
    """Every module of common but the adapters, which declare nothing of their own."""
    for file in sorted((ROOT / "common").rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        if parts[1] != "adapters":
            yield importlib.import_module(".".join(parts).removesuffix(".__init__"))


def declared(found: Iterable[ModuleType]) -> tuple[list[Query[Any]], list[Nearest[Any]], list[type[Document]]]:
    """The queries, searches and documents that are constants and classes of these modules, each once."""
    values = [value for module in found for value in vars(module).values()]
    queries = {query.name: query for query in values if isinstance(query, Query)}
    searches = {search.name: search for search in values if isinstance(search, Nearest)}
    models = {model for model in values if isinstance(model, type) and issubclass(model, Document)} - {Document}
    return (
        [query for _, query in sorted(queries.items())],
        [search for _, search in sorted(searches.items())],
        sorted(models, key=lambda model: model.__name__),
    )


def aggregated(found: Iterable[ModuleType]) -> list[Aggregate[Any]]:
    """The aggregates that are constants of these modules, each once."""
    values = [value for module in found for value in vars(module).values()]
    aggregates = {aggregate.name: aggregate for aggregate in values if isinstance(aggregate, Aggregate)}
    return [aggregate for _, aggregate in sorted(aggregates.items())]


def needed(query: Query[Any]) -> list[Fields]:
    """The composite indexes of a query."""
    most = len(query.optional) if query.between or query.contains else 1
    chosen = [some for size in range(most + 1) for some in itertools.combinations(query.optional, size)]
    return [fields for some in chosen if _is_composite(query, fields := _fields(query, some))]


def name(query: Query[Any] | Nearest[Any] | Aggregate[Any], fields: Fields) -> str:
    """What Terraform calls the index: the collection and its fields."""
    ends = {"ASCENDING": "", "DESCENDING": "-desc", "CONTAINS": "-contains", "VECTOR": "-nearest"}
    return "/".join([query.model.collection, *(field + ends[how] for field, how in fields)])


def _fields(query: Query[Any], optional: tuple[str, ...]) -> Fields:
    contained = [(query.contains, "CONTAINS")] if query.contains else []
    equal = [(field, "ASCENDING") for field in sorted({*query.equal, *optional})]
    order = [(field.lstrip("-"), "DESCENDING" if field.startswith("-") else "ASCENDING") for field in query.order]
    return (*contained, *equal, *order)


def _is_composite(query: Query[Any], fields: Fields) -> bool:
    """Whether the fields' own indexes do not serve: more than one field, and not equalities alone."""
    return len(fields) > 1 and bool(query.order or query.contains)


def _searched(search: Nearest[Any]) -> Fields:
    return (*((field, "ASCENDING") for field in sorted(search.equal)), (search.field, "VECTOR"))


def _added(aggregate: Aggregate[Any]) -> Fields:
    """The index of an aggregate; equalities alone are served by the fields' own indexes, which the database merges."""
    if not (aggregate.contains or aggregate.within or aggregate.sums):
        return ()
    contained = [(aggregate.contains, "CONTAINS")] if aggregate.contains else []
    rest = (*sorted(aggregate.equal), *([aggregate.within] if aggregate.within else []), *aggregate.sums)
    return (*contained, *((field, "ASCENDING") for field in rest))


def _said(query: Query[Any] | Nearest[Any] | Aggregate[Any], fields: Fields) -> dict[str, Any]:
    return {"collection": query.model.collection, "fields": [_field(field, how) for field, how in fields]}


def _field(field: str, how: str) -> dict[str, Any]:
    match how:
        case "CONTAINS":
            return {"field_path": field, "array_config": how}
        case "VECTOR":
            return {"field_path": field, "vector_config": {"dimension": DIMENSION, "flat": {}}}
        case _:
            return {"field_path": field, "order": how}
