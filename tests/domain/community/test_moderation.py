"""Moderation: what the filter flags is held, learners report, and moderators decide."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from common.adapters.system import JitteredPatience
from common.domain.community.models import ModerationCase, Post
from tests.domain.community.square import Square


def waiting(square: Square, who: str = "root", query: str = "") -> list[Any]:
    return list(square.done(who, "GET", f"/v1/moderation{query}")["items"])


def decide(square: Square, who: str, post_id: str, action: str, comment_id: str | None = None) -> Any:
    sent = {"action": action, "comment_id": comment_id}
    return square.done(who, "POST", f"/v1/posts/{post_id}/decisions", sent)


def earned(square: Square) -> list[str]:
    return [one["subject_id"] for one in square.messages() if one["kind"] == "post_created"]


def test_a_flagged_post_is_held_and_its_author_told_kindly(square: Square):
    made = square.done("ada", "POST", "/v1/posts", {"title": "T", "body": "forbidden words"})
    assert (made["status"], made["notice"][:21]) == ("held", "Thank you for writing")
    assert square.shown("ada", made["post_id"])["status"] == "held", "its author sees it"
    for who in ("lin", "toni"):
        assert square.call(who, "GET", f"/v1/posts/{made['post_id']}").status == 404
    assert square.done("lin", "GET", "/v1/posts")["items"] == []
    assert earned(square) == []
    (case,) = waiting(square)
    assert (case["post_id"], case["categories"], case["body"]) == (made["post_id"], ["harassment"], "forbidden words")


def test_who_may_not_be_well_is_told_where_help_is(square: Square):
    made = square.done("ada", "POST", "/v1/posts", {"title": "T", "body": "I want to hurt myself"})
    assert "crisis line" in made["notice"]


def test_a_held_post_that_a_moderator_keeps_is_shown_and_counts_once(square: Square):
    post_id = square.post("ada", "forbidden")
    for _ in range(2):
        decided = decide(square, "root", post_id, "keep")
        assert (decided["case_status"], decided["text_status"]) == ("kept", "shown")
    assert square.shown("lin", post_id)["html"] == "<p>forbidden</p>\n"
    assert [one["post_id"] for one in square.done("lin", "GET", "/v1/posts")["items"]] == [post_id]
    assert earned(square) == [post_id]
    assert waiting(square) == []


def test_what_a_moderator_removes_is_seen_by_its_author_alone(square: Square):
    post_id = square.post("ada")
    decide(square, "root", post_id, "remove")
    assert square.call("lin", "GET", f"/v1/posts/{post_id}").status == 404
    assert square.done("lin", "GET", "/v1/posts")["items"] == []
    seen = square.shown("ada", post_id)
    assert (seen["status"], "moderator" in seen["notice"]) == ("removed", True)
    assert square.call("ada", "PATCH", f"/v1/posts/{post_id}", {"body": "x"}).code == "text_closed"
    assert square.call("ada", "PUT", f"/v1/posts/{post_id}/like").code == "text_closed"
    case = square.world.stored(ModerationCase, post_id)
    assert case is not None and (case.decided_by, case.status) == ("root", "removed")
    decide(square, "root", post_id, "keep")
    assert square.shown("lin", post_id)["status"] == "shown"


def test_a_held_comment_keeps_its_place_and_counts_when_it_is_shown(square: Square):
    post_id = square.post("ada")
    made = square.done("lin", "POST", f"/v1/posts/{post_id}/comments", {"body": "forbidden"})
    comment_id = made["comment"]["comment_id"]
    assert made["notice"].startswith("Thank you")
    views = {who: square.thread(who, post_id)[0] for who in ("lin", "sam", "root")}
    assert {who: (seen["html"], seen["author"] is None) for who, seen in views.items()} == {
        "lin": ("<p>forbidden</p>\n", False), "sam": ("", True), "root": ("<p>forbidden</p>\n", False),
    }  # fmt: skip
    assert square.shown("sam", post_id)["comments"] == 0
    answer = {"body": "x", "parent_id": comment_id}
    assert square.call("sam", "POST", f"/v1/posts/{post_id}/comments", answer).code == "text_closed"
    decide(square, "root", post_id, "keep", comment_id)
    assert (square.shown("sam", post_id)["comments"], square.thread("sam", post_id)[0]["status"]) == (1, "shown")
    decide(square, "root", post_id, "remove", comment_id)
    assert (square.shown("sam", post_id)["comments"], square.thread("sam", post_id)[0]["html"]) == (0, "")


def test_an_edit_that_is_flagged_is_held_and_one_that_is_not_stays_held(square: Square):
    post_id = square.post("ada")
    comment_id = square.comment("lin", post_id)
    square.done("ada", "PATCH", f"/v1/posts/{post_id}", {"body": "forbidden"})
    assert square.call("lin", "GET", f"/v1/posts/{post_id}").status == 404
    still = square.done("ada", "PATCH", f"/v1/posts/{post_id}", {"body": "polite"})
    assert still["status"] == "held"
    decide(square, "root", post_id, "keep")
    path = f"/v1/posts/{post_id}/comments/{comment_id}"
    assert square.done("lin", "PATCH", path, {"body": "forbidden"})["comment"]["status"] == "held"
    assert square.shown("sam", post_id)["comments"] == 0


def test_what_the_filter_cannot_judge_is_shown_and_a_moderator_asked(square: Square):
    square.moderator.is_down = True
    post_id = square.post("ada")
    assert square.shown("lin", post_id)["status"] == "shown"
    (case,) = waiting(square)
    assert (case["post_id"], case["is_unjudged"], case["text_status"]) == (post_id, True, "shown")


def test_reports_are_counted_once_a_learner_and_say_not_who(square: Square):
    post_id = square.post("ada")
    comment_id = square.comment("lin", post_id, "rude")
    path = f"/v1/posts/{post_id}/reports"
    for who, reason in (("sam", "spam"), ("sam", "hate"), ("tara", "spam"), ("toni", "other")):
        square.done(who, "POST", path, {"reason": reason})
    square.world.clock.advance(seconds=1)
    square.done("sam", "POST", path, {"reason": "harassment", "comment_id": comment_id})
    on_post, on_comment = waiting(square)
    assert on_post["reasons"] == [{"reason": "other", "count": 1}, {"reason": "spam", "count": 2}]
    assert (on_comment["comment_id"], on_comment["body"]) == (comment_id, "rude")
    assert "sam" not in str(on_post) + str(on_comment)
    assert square.shown("lin", post_id)["status"] == "shown", "reports alone hide nothing"
    assert square.call("ada", "POST", path, {"reason": "spam"}).code == "own_text"
    assert square.call("sam", "POST", path, {"reason": "dull"}).status == 422


def test_reports_that_come_at_once_are_all_counted(square: Square):
    post_id = square.post("ada")
    square.world.patience = JitteredPatience
    sent = {"reason": "spam"}
    with ThreadPoolExecutor(8) as pool:
        replies = pool.map(
            lambda n: square.call(f"fan-{n % 8}", "POST", f"/v1/posts/{post_id}/reports", sent), range(16)
        )
    assert Counter(reply.status for reply in replies) == {204: 16}
    assert waiting(square)[0]["reasons"] == [{"reason": "spam", "count": 8}]


def test_a_decided_text_that_is_reported_again_waits_again(square: Square):
    post_id = square.post("ada")
    decide(square, "root", post_id, "keep")
    square.done("sam", "POST", f"/v1/posts/{post_id}/reports", {"reason": "spam"})
    assert [case["post_id"] for case in waiting(square)] == [post_id]


def test_what_its_author_deletes_waits_for_nobody(square: Square):
    post_id = square.post("ada", "forbidden")
    square.done("ada", "DELETE", f"/v1/posts/{post_id}")
    assert waiting(square) == []
    sent = {"action": "keep"}
    assert square.call("root", "POST", f"/v1/posts/{post_id}/decisions", sent).code == "nothing_to_decide"
    assert square.call("sam", "POST", f"/v1/posts/{post_id}/reports", {"reason": "spam"}).status == 404


def test_a_courses_teacher_moderates_it_and_no_other(square: Square):
    post_id = square.post("lin", "forbidden", course_id="algebra")
    query = "?course_id=algebra"
    assert [case["post_id"] for case in waiting(square, "toni", query)] == [post_id]
    assert waiting(square, "root") == [], "a board has a queue of its own"
    assert square.call("tara", "GET", f"/v1/moderation{query}").status == 404
    assert square.call("toni", "GET", "/v1/moderation").status == 403
    assert square.call("tara", "POST", f"/v1/posts/{post_id}/decisions", {"action": "keep"}).status == 404
    decide(square, "toni", post_id, "keep")
    stored = square.world.stored(Post, post_id)
    assert stored is not None and stored.status == "shown"


def test_a_course_has_one_queue_with_its_study_groups(square: Square):
    made = square.done("lin", "POST", "/v1/courses/algebra/study-groups", {"name": "Rings"})
    group_id = made["group"]["group_id"]
    of_group = square.post("lin", "forbidden", group_id=group_id)
    of_course = square.post("sam", "forbidden", course_id="algebra")
    stands = square.post("lin", "A ring.", group_id=group_id)
    square.done("toni", "POST", f"/v1/posts/{stands}/reports", {"reason": "cheating"})
    cases = waiting(square, "toni", "?course_id=algebra")
    assert [(case["post_id"], case["group_id"]) for case in cases] == [
        (of_group, group_id), (of_course, None), (stands, group_id),
    ]  # fmt: skip
    assert [case["post_id"] for case in waiting(square, "toni", f"?group_id={group_id}")] == [of_group, stands]
    assert waiting(square, "root") == []


def test_the_queue_is_paged_the_oldest_first_at_two_reads_a_case(square: Square):
    made = [square.post("ada", "forbidden", title=str(number)) for number in range(7)]
    reply = square.call("root", "GET", "/v1/moderation?page_size=3")
    assert ([case["post_id"] for case in reply.json["items"]], reply.cost) == (made[:3], (7, 0, 0))
    passed = [case["post_id"] for page in square.pages("root", "/v1/moderation", 3) for case in page]
    assert passed == made


@pytest.mark.parametrize("who", ["ada", "root"])
def test_what_a_text_said_before_is_for_its_author_and_moderators(square: Square, who: str):
    post_id = square.post("ada", "*One*")
    for body in ("Two", "Three"):
        square.done("ada", "PATCH", f"/v1/posts/{post_id}", {"body": body})
    versions = [one for page in square.pages(who, f"/v1/posts/{post_id}/edits", 1) for one in page]
    assert [(one["number"], one["html"]) for one in versions] == [(1, "<p>Two</p>\n"), (0, "<p><em>One</em></p>\n")]
    for other in ("lin", "toni"):
        assert square.call(other, "GET", f"/v1/posts/{post_id}/edits").status == 403


def test_the_versions_of_a_comment_are_asked_for_with_its_id(square: Square):
    post_id = square.post("ada")
    comment_id = square.comment("lin", post_id, "One")
    square.done("lin", "PATCH", f"/v1/posts/{post_id}/comments/{comment_id}", {"body": "Two"})
    path = f"/v1/posts/{post_id}/edits?comment_id={comment_id}"
    assert [one["html"] for one in square.done("lin", "GET", path)["items"]] == ["<p>One</p>\n"]
    assert square.call("ada", "GET", path).status == 403
