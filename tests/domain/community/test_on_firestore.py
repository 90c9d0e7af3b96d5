"""The community over Firestore: lists, threads and likes that come at once, as over SQLite."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.adapters.gcp.firestore import Firestore
from common.adapters.system import JitteredPatience
from common.settings import Settings
from tests.domain.community.square import Square


@pytest.fixture
def on_firestore(bare_square: Square, firestore_project: str) -> Iterator[Square]:
    database = Firestore(Settings(adapters="gcp", project=firestore_project, token_public_keys={"key": "unused"}))
    bare_square.world.database, bare_square.world.patience = database, JitteredPatience
    bare_square.settle()
    yield bare_square
    database.close()


def test_likes_that_come_at_once_are_counted_exactly(on_firestore: Square):
    square = on_firestore
    post_id = square.post("ada")
    path = f"/v1/posts/{post_id}/like"
    with ThreadPoolExecutor(8) as pool:
        many = list(pool.map(lambda number: square.call(f"fan-{number}", "PUT", path).status, range(16)))
        same = list(pool.map(lambda _: square.call("lin", "PUT", path).status, range(8)))
    assert Counter(many + same) == {204: 24}
    assert square.shown("sam", post_id)["likes"] == 17


def test_lists_and_threads_work_the_same(on_firestore: Square):
    square = on_firestore
    made = [square.post("ada", title=str(number), tags=["rings"]) for number in range(5)]
    square.done("lin", "PUT", f"/v1/posts/{made[1]}/like")
    for query, expected in (
        ("sort=new", made[::-1]),
        ("sort=top&tag=rings&author_id=ada", [made[1], made[4], made[3], made[2], made[0]]),
        ("sort=new&tag=none", []),
    ):
        found = [one["post_id"] for page in square.pages("lin", f"/v1/posts?{query}", 2) for one in page]
        assert found == expected
    first = square.comment("lin", made[0], "first")
    second = square.comment("sam", made[0], "second")
    answer = square.comment("ada", made[0], "answer", first)
    square.done("lin", "DELETE", f"/v1/posts/{made[0]}/comments/{first}")
    thread = square.thread("sam", made[0], size=1)
    assert [(one["comment_id"], one["html"]) for one in thread] == [
        (first, ""), (answer, "<p>answer</p>\n"), (second, "<p>second</p>\n"),
    ]  # fmt: skip
    assert square.shown("sam", made[0])["comments"] == 2


def test_queues_versions_and_groups_work_the_same(on_firestore: Square):
    square = on_firestore
    post_id = square.post("ada", "forbidden")
    reported = square.post("ada")
    square.done("lin", "POST", f"/v1/posts/{reported}/reports", {"reason": "spam"})
    waiting = [case["post_id"] for page in square.pages("root", "/v1/moderation", 1) for case in page]
    assert waiting == [post_id, reported]
    square.done("root", "POST", f"/v1/posts/{post_id}/decisions", {"action": "keep"})
    assert [case["post_id"] for case in square.done("root", "GET", "/v1/moderation")["items"]] == [reported]
    square.done("ada", "PATCH", f"/v1/posts/{post_id}", {"body": "Two"})
    assert [one["number"] for one in square.done("ada", "GET", f"/v1/posts/{post_id}/edits")["items"]] == [0]
    groups = "/v1/courses/algebra/study-groups"
    group_id = square.done("lin", "POST", groups, {"name": "Rings"})["group"]["group_id"]
    square.done("sam", "PUT", f"/v1/study-groups/{group_id}/members/me")
    for path in (groups, "/v1/me/study-groups"):
        assert [one["taken"] for one in square.done("sam", "GET", path)["items"]] == [2]
