"""Posts: stored as written, shown safely, found by what they are about, edited and deleted by their authors."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from common.domain.community import authors
from common.domain.community.models import Post, PostCard, TextEdit, edit_id
from common.domain.courses.models import LearnerCourses
from common.ports.ai import Verdict
from tests.domain.community.square import Square


def test_a_post_is_stored_as_written_and_shown_safely(square: Square):
    body = "A *ring* <script>alert(1)</script>\r\n"
    post_id = square.post("ada", body, tags=["Algebra", "algebra", "Rings"])
    stored = square.world.stored(Post, post_id)
    assert stored is not None and stored.body == body
    seen = square.shown("lin", post_id)
    assert seen["html"] == "<p>A <em>ring</em> &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    assert (seen["body"], seen["tags"], seen["status"]) == (None, ["algebra", "rings"], "shown")
    assert seen["author"] == {"user_id": "ada", "display_name": "Ada"}
    assert square.shown("ada", post_id)["body"] == body, "for its author, to edit"


def test_a_post_counts_for_its_author_once(square: Square):
    post_id = square.post("lin", course_id="algebra")
    said = [one for one in square.messages() if one["kind"] == "post_created"]
    assert [(one["user_id"], one["subject_id"], one["course_id"]) for one in said] == [("lin", post_id, "algebra")]


def test_posts_are_listed_the_newest_first_or_the_most_liked(square: Square):
    first, second, third = (square.post("ada", title=str(number)) for number in range(3))
    for who in ("lin", "sam"):
        square.done(who, "PUT", f"/v1/posts/{second}/like")
    square.done("lin", "PUT", f"/v1/posts/{first}/like")
    listed = {sort: square.done("sam", "GET", f"/v1/posts?sort={sort}")["items"] for sort in ("new", "top")}
    assert [one["post_id"] for one in listed["new"]] == [third, second, first]
    assert [(one["post_id"], one["likes"]) for one in listed["top"]] == [(second, 2), (first, 1), (third, 0)]


def test_posts_are_found_by_tag_author_and_course(square: Square):
    ring = square.post("lin", tags=["Rings"])
    field = square.post("sam", tags=["rings", "fields"])
    other = square.post("sam")
    in_course = square.post("lin", course_id="algebra", tags=["rings"])

    def found(query: str) -> list[str]:
        return [one["post_id"] for one in square.done("lin", "GET", f"/v1/posts?{query}")["items"]]

    for sort in ("new", "top"):
        assert found(f"sort={sort}&tag=RINGS") == [field, ring]
        assert found(f"sort={sort}&author_id=sam") == [other, field]
        assert found(f"sort={sort}&author_id=sam&tag=fields") == [field]
        assert found(f"sort={sort}&course_id=algebra") == [in_course]
        assert found(f"sort={sort}&course_id=algebra&tag=rings&author_id=lin") == [in_course]
        assert found(f"sort={sort}&tag=none") == []


def test_a_card_tells_the_beginning_as_plain_text(square: Square):
    square.post("ada", "# A ring\n\n**is** <b>x</b>" + " and more" * 200)
    (card,) = square.done("lin", "GET", "/v1/posts")["items"]
    assert card["excerpt"].startswith("A ring is <b>x</b> and more")
    assert len(card["excerpt"]) <= 280
    assert "html" not in card and "body" not in card


@pytest.mark.parametrize("size", [1, 3, 7])
def test_paging_while_posts_arrive_neither_repeats_nor_skips(square: Square, size: int):
    there = [square.post("ada", title=str(number)) for number in range(15)]
    passed: list[str] = []
    for page in square.pages("lin", "/v1/posts", size):
        passed += [one["post_id"] for one in page]
        square.post("sam", title="meanwhile")
        square.post("ada", title="meanwhile")
    assert passed == there[::-1]


def test_paging_goes_on_when_the_post_it_stopped_at_is_deleted(square: Square):
    there = [square.post("ada") for _ in range(6)]
    pages = square.pages("lin", "/v1/posts", 2)
    first = [one["post_id"] for one in next(pages)]
    square.done("ada", "DELETE", f"/v1/posts/{first[-1]}")
    rest = [one["post_id"] for page in pages for one in page]
    assert first + rest == there[::-1]


def test_posts_of_the_same_instant_are_all_passed_once(square: Square):
    made = [square.done("ada", "POST", "/v1/posts", {"title": str(n), "body": "x"})["post_id"] for n in range(7)]
    assert sorted(one["post_id"] for page in square.pages("lin", "/v1/posts", 2) for one in page) == sorted(made)


def test_an_author_edits_and_what_it_said_is_kept(square: Square):
    post_id = square.post("ada", "One", tags=["a"])
    square.done("ada", "PATCH", f"/v1/posts/{post_id}", {"body": "Two"})
    square.done("ada", "PATCH", f"/v1/posts/{post_id}", {"title": "Anew", "tags": []})
    seen = square.shown("lin", post_id)
    assert (seen["title"], seen["html"], seen["tags"], seen["edits"]) == ("Anew", "<p>Two</p>\n", [], 2)
    card = square.world.stored(PostCard, post_id)
    assert card is not None and (card.title, card.excerpt, card.tags) == ("Anew", "Two", ())
    versions = [square.world.stored(TextEdit, edit_id(post_id, number)) for number in range(3)]
    assert [version and (version.title, version.body) for version in versions] == [
        ("A question", "One"), ("A question", "Two"), None,
    ]  # fmt: skip


def test_an_edit_that_changes_nothing_keeps_no_version(square: Square):
    post_id = square.post("ada", "One")
    for change in ({}, {"body": "One"}, {"title": None}):
        reply = square.call("ada", "PATCH", f"/v1/posts/{post_id}", change)
        assert (reply.status, reply.json["edits"], reply.cost[1]) == (200, 0, 0)


def test_a_text_is_edited_so_many_times_and_no_more(square: Square):
    post_id = square.post("ada")
    for number in range(authors.MOST_EDITS):
        square.done("ada", "PATCH", f"/v1/posts/{post_id}", {"body": f"Version {number}"})
    assert square.call("ada", "PATCH", f"/v1/posts/{post_id}", {"body": "More"}).code == "too_many_edits"
    gone = square.call("ada", "DELETE", f"/v1/posts/{post_id}")
    assert (gone.status, gone.cost[2]) == (204, authors.MOST_EDITS + 1), "its versions, and what a case would be"


def test_likes_do_not_disturb_an_edit(square: Square):
    post_id = square.post("ada")
    told = square.world.moderator.check

    def like_meanwhile(text: str) -> Verdict:
        square.world.moderator.check = told  # type: ignore[method-assign]
        square.done("lin", "PUT", f"/v1/posts/{post_id}/like")
        return told(text)

    square.world.moderator.check = like_meanwhile  # type: ignore[method-assign]
    square.done("ada", "PATCH", f"/v1/posts/{post_id}", {"body": "Two"})
    assert (square.shown("sam", post_id)["likes"], square.shown("sam", post_id)["html"]) == (1, "<p>Two</p>\n")


def test_what_an_author_deletes_is_gone_and_its_thread_stays(square: Square):
    post_id = square.post("ada", "A secret", title="Secret", tags=["secret"])
    square.done("ada", "PATCH", f"/v1/posts/{post_id}", {"body": "A secret still"})
    comment_id = square.comment("lin", post_id, "I agree")
    square.done("ada", "DELETE", f"/v1/posts/{post_id}")
    seen = square.done("lin", "GET", f"/v1/posts/{post_id}")
    assert (seen["post"]["status"], seen["post"]["title"], seen["post"]["html"]) == ("deleted", "", "")
    assert (seen["post"]["author"], seen["post"]["tags"]) == (None, [])
    assert [one["comment_id"] for one in seen["comments"]["items"]] == [comment_id]
    assert square.done("lin", "GET", "/v1/posts")["items"] == []
    assert "secret" not in stored_text(square)
    assert square.call("ada", "DELETE", f"/v1/posts/{post_id}").status == 404
    assert square.call("lin", "PUT", f"/v1/posts/{post_id}/like").code == "text_closed"
    assert square.call("lin", "POST", f"/v1/posts/{post_id}/comments", {"body": "x"}).code == "text_closed"
    assert square.call("ada", "PATCH", f"/v1/posts/{post_id}", {"body": "x"}).status == 403


def test_who_left_a_course_takes_back_what_they_wrote_there(square: Square):
    post_id = square.post("lin", "secret", course_id="algebra")
    theirs = square.post("toni", course_id="algebra")
    comment_id = square.comment("lin", theirs, "secret")
    unit = square.unit()
    unit.put(LearnerCourses(user_id="lin"))
    unit.commit(square.world.patience())
    assert square.call("lin", "GET", f"/v1/posts/{post_id}").status == 404
    assert square.call("lin", "DELETE", f"/v1/posts/{theirs}").status == 404
    assert square.call("lin", "DELETE", f"/v1/posts/{post_id}/comments/{comment_id}").status == 404
    square.done("lin", "DELETE", f"/v1/posts/{post_id}")
    square.done("lin", "DELETE", f"/v1/posts/{theirs}/comments/{comment_id}")
    assert "secret" not in stored_text(square)
    assert square.call("lin", "DELETE", f"/v1/posts/{post_id}").status == 404
    assert square.shown("sam", theirs)["comments"] == 0


def test_ones_own_posts_are_listed_whatever_became_of_them(square: Square):
    shown, held, gone = square.post("lin"), square.post("lin", "forbidden"), square.post("lin")
    of_course = square.post("lin", course_id="algebra")
    square.post("sam")
    square.done("root", "POST", f"/v1/posts/{shown}/decisions", {"action": "remove"})
    square.done("lin", "DELETE", f"/v1/posts/{gone}")
    unit = square.unit()
    unit.put(LearnerCourses(user_id="lin"))
    unit.commit(square.world.patience())
    reply = square.call("lin", "GET", "/v1/me/posts")
    assert [(one["post_id"], one["status"], one["course_id"]) for one in reply.json["items"]] == [
        (of_course, "shown", "algebra"), (held, "held", None), (shown, "removed", None),
    ]  # fmt: skip
    assert [one["notice"] is None for one in reply.json["items"]] == [True, False, False]
    assert reply.cost == (6, 0, 0), "there is no other page: a card and a post each"
    assert [one["post_id"] for page in square.pages("lin", "/v1/me/posts", 1) for one in page] == [
        of_course, held, shown,
    ]  # fmt: skip


def test_a_comment_is_taken_back_though_its_post_was_taken_off(square: Square):
    post_id = square.post("ada")
    comment_id = square.comment("lin", post_id)
    square.done("root", "POST", f"/v1/posts/{post_id}/decisions", {"action": "remove"})
    square.done("lin", "DELETE", f"/v1/posts/{post_id}/comments/{comment_id}")
    assert [one["status"] for one in square.thread("ada", post_id)] == ["deleted"]


def stored_text(square: Square) -> str:
    """All that the community holds, in small letters."""
    return "".join(_dump(square, table) for table in ("posts", "post_cards", "comments", "text_edits")).lower()


def _dump(square: Square, collection: str) -> str:
    with sqlite3.connect(square.world.settings.data / "scholium.sqlite3") as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if collection not in tables:
            return ""
        return str(connection.execute(f'SELECT content FROM "{collection}"').fetchall())


BAD_POSTS: list[dict[str, Any]] = [
    {"body": "x"}, {"title": "x"}, {"title": " ", "body": "x"}, {"title": "x", "body": " \n"},
    {"title": "x" * 201, "body": "x"}, {"title": "x", "body": "x" * 20_001}, {"title": "x\u202e", "body": "x"},
    {"title": "x", "body": "\u200b\u2060"}, {"title": "x", "body": "\u200d \u202e"},
    {"title": "\u0958" * 200, "body": "x"}, {"title": "x", "body": "x", "tags": ["\u00df" * 40]},
    {"title": "x", "body": "x\x00"}, {"title": "x", "body": "x", "tags": ["a"] * 6},
    {"title": "x", "body": "x", "tags": [""]}, {"title": "x", "body": "x", "tags": ["a" * 41]},
    {"title": "x", "body": "x", "course_id": "algebra", "group_id": "g"},
    {"title": "x", "body": "x", "user_id": "eve"}, {"title": "x", "body": "x", "status": "shown"},
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(BAD_POSTS)))
def test_what_is_no_post_is_refused(square: Square, number: int):
    assert square.call("ada", "POST", "/v1/posts", BAD_POSTS[number]).status == 422


def test_the_longest_post_is_taken_in_any_script(square: Square):
    body = "\U0001f9d1" * 20_000
    assert square.shown("lin", square.post("ada", body))["html"] == f"<p>{body}</p>\n"


def looks(square: Square, post_id: str, count: int) -> Iterator[tuple[int, int, int]]:
    for _ in range(count):
        yield square.call("lin", "GET", f"/v1/posts/{post_id}").cost


def test_looks_are_counted_about_and_cost_writes_one_time_in_ten(square: Square):
    post_id = square.post("ada")
    costs = list(looks(square, post_id, 300))
    written = sum(writes > 0 for _, writes, _ in costs)
    assert {writes for _, writes, _ in costs} == {0, 2}
    assert 15 < written < 50, "30 of 300 on average"
    for _ in range(30):
        square.done("ada", "GET", f"/v1/posts/{post_id}")  # an author's own looks count nothing
    assert square.shown("ada", post_id)["views"] == 10 * written
