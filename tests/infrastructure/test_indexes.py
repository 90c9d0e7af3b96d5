"""The composite indexes are derived from the queries, and from nothing else."""

import ast
import re
from types import ModuleType

import pytest

from common.ports.store import Document, Nearest, Query, Time, Vector
from infrastructure.tools import indexes
from infrastructure.tools.discovery import ROOT


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


def test_the_committed_file_is_what_the_queries_ask_for() -> None:
    assert indexes.main(["--check"]) == 0
    assert "messages/status/check_at" in indexes.generate()["firestore_indexes"]


def test_every_query_is_a_constant_of_its_module() -> None:
    """One that is made inside a function would be missing its index."""
    for file in (ROOT / "common").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        calls = {node for node in found if ast.unparse(node.func) in ("Query", "Nearest")}
        constants = {node.value for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)}
        assert not calls - constants, f"{file.relative_to(ROOT)}: declare the query as a constant of the module"
    for main in (ROOT / "functions").rglob("*.py"):
        assert not {"Query(", "Nearest("} & set(re.findall(r"\w+\(", main.read_text(encoding="utf-8"))), main
