"""What each request bills: reads, writes and deletes, the same however much was written and liked."""

from datetime import timedelta

import pytest

from common.domain.community.models import PostCard
from tests.domain.community.square import Square

Cost = tuple[int, int, int]


def costs(square: Square, course_id: str | None = None) -> dict[str, Cost]:
    """What the life of a post costs, request by request."""
    found: dict[str, Cost] = {}

    def ask(name: str, who: str, method: str, path: str, body: object = None) -> dict[str, str]:
        reply = square.call(who, method, path, body)
        assert reply.status in (200, 201, 204), (name, reply.json)
        found[name] = reply.cost
        square.world.clock.advance(seconds=1)
        return reply.json or {}

    sent = {"title": "T", "body": "B", "tags": ["t"], "course_id": course_id}
    path = f"/v1/posts/{ask('post', 'lin', 'POST', '/v1/posts', sent)['post_id']}"
    made = square.call("sam", "POST", f"{path}/comments", {"body": "first"})
    found["comment"] = made.cost
    comment_id = made.json["comment"]["comment_id"]
    ask("answer", "lin", "POST", f"{path}/comments", {"body": "second", "parent_id": comment_id})
    ask("like", "sam", "PUT", f"{path}/like")
    ask("like again", "sam", "PUT", f"{path}/like")
    ask("show to its author, with two comments", "lin", "GET", path)
    ask("comments", "sam", "GET", f"{path}/comments")
    ask("unlike", "sam", "DELETE", f"{path}/like")
    ask("edit", "lin", "PATCH", path, {"body": "C"})
    ask("edits, one a page", "lin", "GET", f"{path}/edits?page_size=1")
    ask("report", "sam", "POST", f"{path}/reports", {"reason": "spam"})
    ask("report again", "sam", "POST", f"{path}/reports", {"reason": "spam"})
    ask("decide", "root", "POST", f"{path}/decisions", {"action": "remove"})
    ask("decide anew", "root", "POST", f"{path}/decisions", {"action": "keep"})
    ask("edit a comment", "sam", "PATCH", f"{path}/comments/{comment_id}", {"body": "third"})
    ask("delete a comment", "sam", "DELETE", f"{path}/comments/{comment_id}")
    ask("delete", "lin", "DELETE", path)
    return found


EXPECTED: dict[str, Cost] = {
    "post": (1, 3, 0),
    "comment": (2, 2, 0),
    "answer": (3, 2, 0),
    "like": (2, 2, 0),
    "like again": (2, 0, 0),
    "show to its author, with two comments": (5, 0, 0),
    "comments": (3, 0, 0),
    "unlike": (2, 2, 1),
    "edit": (3, 3, 0),
    "edits, one a page": (2, 0, 0),
    "report": (3, 2, 0),
    "report again": (2, 0, 0),
    "decide": (2, 3, 0),
    "decide anew": (2, 3, 0),
    "edit a comment": (2, 2, 0),
    "delete a comment": (1, 2, 2),
    "delete": (1, 2, 2),
}


def test_each_request_costs_what_is_said(square: Square):
    assert costs(square) == EXPECTED


def test_in_a_course_each_costs_its_rights_besides(square: Square):
    def rights(name: str) -> int:
        """Its teacher's and admins' cost one; what is one's own is deleted without any."""
        return {"decide": 1, "delete": 0}.get(name.split(maxsplit=1)[0], 2)

    found = {name: (reads + rights(name), writes, deletes) for name, (reads, writes, deletes) in EXPECTED.items()}
    assert costs(square, "algebra") == found


def test_it_costs_the_same_with_many_posts_comments_and_likes(square: Square):
    for number in range(20):
        post_id = square.post("lin", tags=["t"])
        square.comment("sam", post_id)
        square.done(f"fan-{number}", "PUT", f"/v1/posts/{post_id}/like")
    assert costs(square) == EXPECTED


@pytest.mark.parametrize("query", ["sort=new", "sort=top", "sort=new&tag=t", "sort=top&tag=t&author_id=ada"])
def test_of_ten_thousand_posts_a_page_costs_its_size_and_one(square: Square, query: str):
    start = square.world.clock.now()
    for batch in range(20):
        unit = square.unit()
        for number in range(batch * 500, batch * 500 + 500):
            unit.create(
                PostCard(
                    post_id=f"post-{number:05d}", listed_in="everybody", user_id="ada", author_name="Ada", title="T",
                    excerpt="E", tags=("t",), likes=number % 97, created_at=start + timedelta(seconds=number),
                )
            )  # fmt: skip
        unit.commit(square.world.patience())
    path: str | None = f"/v1/posts?{query}&page_size=20"
    seen: list[str] = []
    for _ in range(3):
        reply = square.call("lin", "GET", str(path))
        assert reply.cost == (21, 0, 0)
        seen += [one["post_id"] for one in reply.json["items"]]
        path = f"/v1/posts?{query}&page_size=20&page_token={reply.json['next_page_token']}"
    assert len(set(seen)) == 60
    if "new" in query:
        assert seen == [f"post-{9999 - number:05d}" for number in range(60)]
