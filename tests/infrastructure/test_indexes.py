"""The composite indexes are derived from the queries, and from nothing else."""

import ast
import importlib
import inspect
import itertools
import json
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from common.adapters.commit_marks import MARK_EXPIRES, MARKS
from common.domain.privacy import registry
from common.ports.store import Aggregate, Document, Nearest, Query, Time, Vector, vector_fields
from infrastructure.tools import discovery, indexes
from infrastructure.tools.discovery import ROOT

HOLDINGS = ROOT / "common" / "domain" / "holdings" / "declaration.py"


class Post(Document, collection="posts", key="post_id", unindexed=("text",), expires="until"):
    post_id: str
    author: str
    topic: str
    rank: int
    at: Time
    until: Time
    tags: tuple[str, ...]
    text: str


class Passage(Document, collection="passages", key="passage_id", unindexed=("text",)):
    passage_id: str
    scope: str
    kind: str
    text: str
    vector: Vector | None = None


def named(query: Query[Post]) -> list[str]:
    return [indexes.name(query, fields) for fields in indexes.needed(query)]


@pytest.mark.parametrize(
    "query",
    [
        Query(Post),
        Query(Post, equal=("author",)),
        Query(Post, equal=("author", "topic"), optional=("rank",)),
        Query(Post, order=("-at",)),
        Query(Post, order=("at",), between=("at", "<=")),
        Query(Post, contains="tags"),
    ],
)
def test_what_single_fields_serve_needs_no_index(query: Query[Post]) -> None:
    assert named(query) == []


def test_equal_fields_come_before_the_order_in_its_directions() -> None:
    assert named(Query(Post, equal=("topic", "author"), order=("-at", "rank"))) == ["posts/author/topic/at-desc/rank"]
    assert named(Query(Post, order=("rank", "-at"))) == ["posts/rank/at-desc"]
    assert named(Query(Post, equal=("author",), between=("at", ">"), order=("at",))) == ["posts/author/at"]


def test_optional_filters_are_merged_by_the_database() -> None:
    query = Query(Post, equal=("author",), optional=("topic", "rank"), order=("-at",))
    assert named(query) == ["posts/author/at-desc", "posts/author/topic/at-desc", "posts/author/rank/at-desc"]
    assert named(Query(Post, optional=("topic", "rank"), order=("-at",))) == [
        "posts/topic/at-desc",
        "posts/rank/at-desc",
    ]


def test_with_a_range_or_an_array_each_combination_has_its_own() -> None:
    ranged = Query(Post, optional=("topic", "rank"), between=("at", "<"), order=("-at",))
    assert named(ranged) == ["posts/topic/at-desc", "posts/rank/at-desc", "posts/rank/topic/at-desc"]
    tagged = Query(Post, equal=("author",), optional=("topic", "rank"), contains="tags")
    assert named(tagged) == [
        "posts/tags-contains/author",
        "posts/tags-contains/author/topic",
        "posts/tags-contains/author/rank",
        "posts/tags-contains/author/rank/topic",
    ]


def test_what_is_declared_in_modules_is_written_for_terraform(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("declares")
    vars(module).update(
        Post=Post,
        ONE=Query(Post, equal=("author",), order=("-at",)),
        SAME=Query(Post, equal=("author",), order=("-at",)),
    )
    vars(module).update(TAGGED=Query(Post, equal=("author",), contains="tags"))
    monkeypatch.setattr(indexes, "modules", lambda: [module])
    assert indexes.generate() == {
        "firestore_indexes": {
            "posts/author/at-desc": {
                "collection": "posts",
                "fields": [
                    {"field_path": "author", "order": "ASCENDING"},
                    {"field_path": "at", "order": "DESCENDING"},
                ],
            },
            "posts/tags-contains/author": {
                "collection": "posts",
                "fields": [
                    {"field_path": "tags", "array_config": "CONTAINS"},
                    {"field_path": "author", "order": "ASCENDING"},
                ],
            },
        },
        "firestore_ttl": {"commits": "expires_at", "posts": "until"},
        "firestore_unindexed": {"commits": ["expires_at"], "posts": ["_commits", "text"]},
    }


def test_a_search_by_similarity_has_an_index_of_its_filters_and_the_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("declares")
    searches = {"TWO": Nearest(Passage, "vector", equal=("scope", "kind")), "ALL": Nearest(Passage, "vector")}
    vars(module).update(Passage=Passage, SAME=Nearest(Passage, "vector"), **searches)
    monkeypatch.setattr(indexes, "modules", lambda: [module])
    vector = {"field_path": "vector", "vector_config": {"dimension": 384, "flat": {}}}
    kind, scope = ({"field_path": name, "order": "ASCENDING"} for name in ("kind", "scope"))
    generated = indexes.generate()
    assert generated["firestore_indexes"] == {
        "passages/vector-nearest": {"collection": "passages", "fields": [vector]},
        "passages/kind/scope/vector-nearest": {"collection": "passages", "fields": [kind, scope, vector]},
    }
    assert generated["firestore_unindexed"]["passages"] == ["_commits", "text", "vector"]


def test_an_aggregate_has_an_index_of_what_it_asks_for_and_what_it_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("declares")
    vars(module).update(
        ALL=Aggregate(Post),
        OF_ONE=Aggregate(Post, equal=("author", "topic")),
        RANKS=Aggregate(Post, sums=("rank",)),
        BY_DAY=Aggregate(Post, within="at"),
        RANKS_BY_DAY=Aggregate(Post, equal=("topic", "author"), within="at", sums=("rank",)),
        TAGGED=Aggregate(Post, equal=("author",), contains="tags"),
    )
    monkeypatch.setattr(indexes, "modules", lambda: [module])
    assert set(indexes.generate()["firestore_indexes"]) == {
        "posts/author/topic/at/rank",
        "posts/tags-contains/author",
    }


def test_an_aggregate_is_refused_over_what_is_not_indexed() -> None:
    with pytest.raises(TypeError, match="unindexed"):
        Aggregate(Post, equal=("text",))
    with pytest.raises(TypeError, match="no field"):
        Aggregate(Post, sums=("price",))


def test_the_committed_file_is_what_the_queries_ask_for() -> None:
    assert indexes.main(["--check"]) == 0
    assert "messages/status/check_at" in indexes.generate()["firestore_indexes"]


def test_every_query_is_a_constant_of_its_module() -> None:
    """One that is made inside a function would be missing its index."""
    for file in (ROOT / "common").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        calls = {
            node
            for node in found
            if re.fullmatch(r"(\w+\.)*(Query|Nearest|Aggregate)(\[.*\])?", ast.unparse(node.func))
        }
        constants = {node.value for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)}
        if file == HOLDINGS:
            continue  # see the next test
        assert not calls - constants, f"{file.relative_to(ROOT)}: declare the query as a constant of the module"
    for main in (ROOT / "functions").rglob("*.py"):
        assert not {"Query(", "Nearest(", "Aggregate("} & set(re.findall(r"\w+\(", main.read_text(encoding="utf-8"))), (
            main
        )


def test_what_finds_a_learner_s_data_needs_no_index_besides_the_fields_own() -> None:
    """A holding makes its query of one field: those are the only ones that are no constants of a module."""
    assert [holding.name for holding in registry.HOLDINGS if holding.query and indexes.needed(holding.query)] == []


# What is deployed, held against what there is: found by other ways than the generator's ------------------------


@pytest.fixture(scope="module", name="written")
def _written() -> dict[str, Any]:
    said: dict[str, Any] = json.loads(indexes.FILE.read_text(encoding="utf-8"))
    return said


def every_document(model: type[Document] = Document) -> Iterator[type[Document]]:
    """Each kind of document that deployed code declares, however deep and in whichever module."""
    for one in model.__subclasses__():
        yield from every_document(one)
        if inspect.getfile(one).startswith((f"{ROOT}/common/", f"{ROOT}/functions/")):
            yield one


@pytest.fixture(scope="module", name="documents")
def _documents() -> list[type[Document]]:
    for file in sorted((ROOT / "common").rglob("*.py")):
        importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    discovery.discover()
    found = list(every_document())
    assert {"accounts", "messages", "chat_sessions", "ai_calls"} <= {one.collection for one in found}
    return found


def test_whatever_says_that_it_expires_is_deleted_by_the_database(
    documents: list[type[Document]], written: dict[str, Any]
) -> None:
    expiring = {(one.collection, one.expires) for one in documents if one.expires}
    marks = (MARKS, MARK_EXPIRES)
    assert set(written["firestore_ttl"].items()) == expiring | {marks}
    for one in documents:
        if one.expires:
            kind = str(one.model_fields[one.expires].annotation)
            assert "AwareDatetime" in kind, f"{one.__name__}.{one.expires}: the database looks at times only"


def test_of_two_kinds_of_document_in_one_collection_none_hides_the_others_expiry(
    documents: list[type[Document]],
) -> None:
    for collection in {one.collection for one in documents}:
        assert len({one.expires for one in documents if one.collection == collection} - {None}) <= 1, collection


def test_what_a_document_leaves_unindexed_is_exempt_and_no_query_of_its_collection_needs_it(
    documents: list[type[Document]], written: dict[str, Any]
) -> None:
    exempt = {collection: set(fields) for collection, fields in written["firestore_unindexed"].items()}
    for one in documents:
        assert {*one.unindexed, *vector_fields(one)} <= exempt[one.collection]
    queries, searches, _ = indexes.declared(indexes.modules())
    for query in queries:
        used = {*query.equal, *query.optional, *(field.lstrip("-") for field in query.order), query.contains}
        assert not used & exempt[query.model.collection], query.name
    for aggregate in indexes.aggregated(indexes.modules()):
        assert not set(aggregate.fields) & exempt[aggregate.model.collection], aggregate.name
    for search in searches:
        assert not set(search.equal) & exempt[search.model.collection], search.name


def test_every_query_and_search_of_the_code_is_served_by_the_deployed_indexes(written: dict[str, Any]) -> None:
    deployed: dict[str, list[list[tuple[str, str]]]] = {}
    for index in written["firestore_indexes"].values():
        deployed.setdefault(index["collection"], []).append([said(field) for field in index["fields"]])
    queries, searches, _ = indexes.declared(indexes.modules())
    in_the_text = sum(
        len(
            re.findall(r"^\w+(?:: .+)? = (?:Query|Nearest|Aggregate)\(", file.read_text(encoding="utf-8"), re.MULTILINE)
        )
        for file in (ROOT / "common").rglob("*.py")
    )
    aggregates = indexes.aggregated(indexes.modules())
    assert len(queries) + len(searches) + len(aggregates) == in_the_text, "one is declared where nobody looks, or twice"
    for query in queries:
        for some in chain_of_choices(query.optional):
            assert is_served(query, {*query.equal, *some}, deployed.get(query.model.collection, [])), query.name
    for aggregate in aggregates:
        plain = [*sorted(aggregate.equal), *([aggregate.within] if aggregate.within else []), *aggregate.sums]
        whole = [
            *([(aggregate.contains, "CONTAINS")] if aggregate.contains else []),
            *((one, "ASCENDING") for one in plain),
        ]
        is_plain = not (aggregate.contains or aggregate.within or aggregate.sums) or len(whole) == 1
        assert is_plain or whole in deployed[aggregate.model.collection], aggregate.name
    for search in searches:
        wanted = sorted([*((field, "ASCENDING") for field in search.equal), (search.field, "VECTOR")])
        assert wanted in [sorted(index) for index in deployed[search.model.collection]], search.name


def said(field: dict[str, Any]) -> tuple[str, str]:
    """A field of an index, and how it is held."""
    return field["field_path"], field.get("order") or field.get("array_config") or "VECTOR"


def chain_of_choices(optional: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every choice of optional filters that a caller can make."""
    return itertools.chain.from_iterable(itertools.combinations(optional, n) for n in range(len(optional) + 1))


def is_served(query: Query[Any], equal: set[str], deployed: list[list[tuple[str, str]]]) -> bool:
    """Whether Firestore answers it: by single fields, or by indexes that end in its order and share its equalities."""
    order = [(one.lstrip("-"), "DESCENDING" if one.startswith("-") else "ASCENDING") for one in query.order]
    contains = [(query.contains, "CONTAINS")] if query.contains else []
    if len(equal) + len(order) + len(contains) <= 1 or not (order or contains):
        return True
    usable = [
        {field for field, _ in index[: len(index) - len(order)]} - {query.contains}
        for index in deployed
        if index[len(index) - len(order) :] == order
        and index[: len(contains)] == contains
        and {field for field, _ in index[: len(index) - len(order)]} <= equal | {query.contains}
    ]
    if query.between or query.contains:
        return equal in usable
    return bool(usable) and set().union(*usable) == equal
