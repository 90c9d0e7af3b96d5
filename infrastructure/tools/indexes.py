"""Writes infrastructure/indexes.auto.tfvars.json: what Firestore must be told of the queries and the documents.

The rules are those of Firestore's own index overview
(https://firebase.google.com/docs/firestore/query-data/index-overview):
- Every field has an ascending, a descending and an array index by itself. They serve any number of equalities
  (merged), one array-contains, and one order with its range.
- Equalities with an order need one index: the equal fields, then the order, each in its direction.
- Indexes of several equalities with the same order are merged ("Taking advantage of index merging"), so that an
  optional filter needs one index of itself, the required fields and the order, and not one for each combination.
  That is documented for equalities and an order alone: with a range or an array-contains each combination has its own.
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
from common.ports.store import Document, Query
from infrastructure.tools.discovery import ROOT
from infrastructure.tools.generate import settle

FILE = ROOT / "infrastructure" / "indexes.auto.tfvars.json"
Fields = tuple[tuple[str, str], ...]
"""An index: each field with ASCENDING, DESCENDING or CONTAINS."""


def main(arguments: list[str]) -> int:
    """Write the file, or with --check say whether it is stale."""
    return settle(FILE, json.dumps(generate(), indent=2, sort_keys=True, ensure_ascii=False) + "\n", arguments)


def generate() -> dict[str, Any]:
    """Composite indexes by name, the field of each collection by which documents expire, and the exempt fields."""
    queries, models = declared(modules())
    indexes = {name(query, fields): _said(query, fields) for query in queries for fields in needed(query)}
    unindexed = {model.collection: {TRAIL} for model in models}
    for model in models:
        unindexed[model.collection] |= set(model.unindexed)
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


def declared(found: Iterable[ModuleType]) -> tuple[list[Query[Any]], list[type[Document]]]:
    """The queries and the documents that are constants and classes of these modules, each once."""
    values = [value for module in found for value in vars(module).values()]
    queries = {query.name: query for query in values if isinstance(query, Query)}
    models = {model for model in values if isinstance(model, type) and issubclass(model, Document)} - {Document}
    return [query for _, query in sorted(queries.items())], sorted(models, key=lambda model: model.__name__)


def needed(query: Query[Any]) -> list[Fields]:
    """The composite indexes of a query."""
    most = len(query.optional) if query.between or query.contains else 1
    chosen = [some for size in range(most + 1) for some in itertools.combinations(query.optional, size)]
    return [fields for some in chosen if _is_composite(query, fields := _fields(query, some))]


def name(query: Query[Any], fields: Fields) -> str:
    """What Terraform calls the index: the collection and its fields."""
    ends = {"ASCENDING": "", "DESCENDING": "-desc", "CONTAINS": "-contains"}
    return "/".join([query.model.collection, *(field + ends[how] for field, how in fields)])


def _fields(query: Query[Any], optional: tuple[str, ...]) -> Fields:
    contained = [(query.contains, "CONTAINS")] if query.contains else []
    equal = [(field, "ASCENDING") for field in sorted({*query.equal, *optional})]
    order = [(field.lstrip("-"), "DESCENDING" if field.startswith("-") else "ASCENDING") for field in query.order]
    return (*contained, *equal, *order)


def _is_composite(query: Query[Any], fields: Fields) -> bool:
    """Whether the fields' own indexes do not serve: more than one field, and not equalities alone."""
    return len(fields) > 1 and bool(query.order or query.contains)


def _said(query: Query[Any], fields: Fields) -> dict[str, Any]:
    said = [
        {"field_path": field, "array_config": how} if how == "CONTAINS" else {"field_path": field, "order": how}
        for field, how in fields
    ]
    return {"collection": query.model.collection, "fields": said}
