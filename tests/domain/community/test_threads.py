"""Comments: read as a thread in whatever order they come, and each keeps its place."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.domain.community import comments
from common.domain.community.models import Comment, TextEdit, edit_id
from tests.domain.community.square import Square


def test_a_thread_is_read_with_each_comment_before_its_answers(square: Square):
    post_id = square.post("ada")
    first = square.comment("lin", post_id, "first")
    second = square.comment("sam", post_id, "second")
    answer = square.comment("ada", post_id, "to the first", first)
    deeper = square.comment("sam", post_id, "to that", answer)
    late = square.comment("sam", post_id, "to the first, late", first)
    thread = square.thread("lin", post_id)
    assert [one["comment_id"] for one in thread] == [first, answer, deeper, late, second]
    assert [one["depth"] for one in thread] == [0, 1, 2, 1, 0]
    assert [one["parent_id"] for one in thread] == [None, first, answer, first, None]
    assert square.shown("lin", post_id)["comments"] == 5


def test_a_post_is_shown_with_the_first_of_its_comments_and_the_list_goes_on(square: Square):
    post_id = square.post("ada")
    made = [square.comment("lin", post_id, str(number)) for number in range(23)]
    seen = square.done("sam", "GET", f"/v1/posts/{post_id}")["comments"]
    token = seen["next_page_token"]
    rest = square.done("sam", "GET", f"/v1/posts/{post_id}/comments?page_token={token}")
    assert [one["comment_id"] for one in (*seen["items"], *rest["items"])] == made
    assert (len(seen["items"]), rest["next_page_token"]) == (20, None)


TREES = st.lists(st.integers(min_value=-1, max_value=30), max_size=14)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(answers=TREES, size=st.integers(1, 5), is_later=st.booleans())
def test_any_tree_is_read_depth_first_while_it_grows(square: Square, answers: list[int], size: int, is_later: bool):
    post_id = square.post("ada")
    made: list[str] = []
    children: dict[str | None, list[str]] = {}
    depths: dict[str | None, int] = {None: -1}
    for wanted in answers:
        parent = made[wanted % len(made)] if made and wanted >= 0 else None
        if depths[parent] + 1 >= comments.MOST_DEPTH:
            continue
        comment_id = square.comment("lin", post_id, "x", parent)
        made.append(comment_id)
        children.setdefault(parent, []).append(comment_id)
        depths[comment_id] = depths[parent] + 1

    def walk(parent: str | None) -> list[str]:
        return [one for child in children.get(parent, []) for one in (child, *walk(child))]

    expected, passed = walk(None), list[str]()
    for page in square.pages("sam", f"/v1/posts/{post_id}/comments", size):
        passed += [one["comment_id"] for one in page]
        if is_later and len(passed) < 40:
            square.comment("sam", post_id, "meanwhile", None)
            square.comment("sam", post_id, "meanwhile", made[0] if made else None)
    assert [one for one in passed if one in set(made)] == expected
    assert len(set(passed)) == len(passed)


def test_answers_go_so_deep_and_no_deeper(square: Square):
    post_id = square.post("ada")
    above: str | None = None
    for _ in range(comments.MOST_DEPTH):
        above = square.comment("lin", post_id, "deeper", above)
    reply = square.call("lin", "POST", f"/v1/posts/{post_id}/comments", {"body": "x", "parent_id": above})
    assert (reply.status, reply.code) == (409, "thread_too_deep")


def test_an_answer_belongs_to_a_comment_of_its_post(square: Square):
    one, other = square.post("ada"), square.post("ada")
    comment_id = square.comment("lin", one)
    for parent in (comment_id, "none"):
        sent = {"body": "x", "parent_id": parent}
        assert square.call("lin", "POST", f"/v1/posts/{other}/comments", sent).status == 404
    for method, body in (("PATCH", {"body": "x"}), ("DELETE", None)):
        assert square.call("lin", method, f"/v1/posts/{other}/comments/{comment_id}", body).status == 404


def test_a_deleted_comment_keeps_its_place_and_says_nothing(square: Square):
    post_id = square.post("ada")
    above = square.comment("lin", post_id, "a secret")
    square.done("lin", "PATCH", f"/v1/posts/{post_id}/comments/{above}", {"body": "a secret still"})
    answer = square.comment("sam", post_id, "an answer", above)
    square.done("lin", "DELETE", f"/v1/posts/{post_id}/comments/{above}")
    thread = square.thread("lin", post_id)
    assert [(one["comment_id"], one["html"], one["author"] is None) for one in thread] == [
        (above, "", True), (answer, "<p>an answer</p>\n", False),
    ]  # fmt: skip
    stored = square.world.stored(Comment, above)
    assert stored is not None and (stored.body, stored.user_id, stored.author_name) == ("", None, None)
    assert square.world.stored(TextEdit, edit_id(above, 0)) is None
    assert square.shown("lin", post_id)["comments"] == 1
    again: Any = square.call("lin", "DELETE", f"/v1/posts/{post_id}/comments/{above}")
    assert again.status == 404
    closed = square.call("sam", "POST", f"/v1/posts/{post_id}/comments", {"body": "x", "parent_id": above})
    assert closed.code == "text_closed"


def test_an_author_edits_a_comment(square: Square):
    post_id = square.post("ada")
    comment_id = square.comment("lin", post_id, "one")
    path = f"/v1/posts/{post_id}/comments/{comment_id}"
    assert square.done("lin", "PATCH", path, {"body": "*two*"})["comment"]["html"] == "<p><em>two</em></p>\n"
    unchanged = square.call("lin", "PATCH", path, {"body": "*two*"})
    assert (unchanged.status, unchanged.cost[1]) == (200, 0)
    (seen,) = square.thread("sam", post_id)
    assert (seen["html"], seen["body"], seen["edited_at"] is None) == ("<p><em>two</em></p>\n", None, False)
    assert square.thread("lin", post_id)[0]["body"] == "*two*"


@pytest.mark.parametrize("body", ["", " \n ", "x" * 5_001, "\x07"])
def test_what_is_no_comment_is_refused(square: Square, body: str):
    post_id = square.post("ada")
    assert square.call("lin", "POST", f"/v1/posts/{post_id}/comments", {"body": body}).status == 422
