"""The community over HTTP: who may do what, through everything that surrounds the functions."""

from __future__ import annotations

import re

import pytest

from common.triggers import authentication
from infrastructure.tools import discovery
from tests.functions.local_api import LocalApi, Reply

PEOPLE = ("author", "another", "outside", "teacher", "other_teacher", "deactivated")
WHO = ("nobody", "outside", "author", "another", "teacher", "other_teacher", "admin", "deactivated")
"""`outside` is a learner who is not in the course; `author`, `another` and `deactivated` are enrolled."""


class Town:
    """People with their tokens, a course, and fresh texts to try each route on."""

    def __init__(self, api: LocalApi, admin: str) -> None:
        self.api = api
        self.ids = ids = {name: api.register(f"com-{name}")["user_id"] for name in PEOPLE}
        for name in ("teacher", "other_teacher"):
            assert api.call("PATCH", f"/v1/users/{ids[name]}", {"role": "teacher"}, admin).status_code == 200
        self.tokens: dict[str, str | None] = {name: api.login(f"com-{name}")["access_token"] for name in PEOPLE}
        self.tokens |= {"admin": admin, "nobody": None}
        self.course_id = self.done("teacher", "POST", "/v1/courses", {"title": "Rings"})["course_id"]
        self.done("teacher", "PUT", f"/v1/courses/{self.course_id}/publication")
        for name in ("author", "another", "deactivated"):
            self.done(name, "POST", f"/v1/courses/{self.course_id}/enrollments")
        self.left_behind = self.done("deactivated", "POST", "/v1/posts", {"title": "T", "body": "Still here"})[
            "post_id"
        ]
        self.done("admin", "PATCH", f"/v1/users/{ids['deactivated']}", {"active": False})
        authentication._revoked._at = float("-inf")  # an instance learns of it within 15 s

    def ask(self, who: str, method: str, path: str, body: object = None) -> Reply:
        return self.api.call(method, path, body, self.tokens[who])

    def done(self, who: str, method: str, path: str, body: object = None) -> dict[str, str]:
        reply = self.ask(who, method, path, body)
        assert reply.status_code in (200, 201, 204), reply.text
        return dict(reply.json or {})

    def texts(self, place: str) -> dict[str, str]:
        """A new post of the author, there or in the course, with their comment; their new study group."""
        course_id = self.course_id if place == "course" else None
        sent = {"title": "T", "body": "B", "course_id": course_id}
        post_id = self.done("author", "POST", "/v1/posts", sent)["post_id"]
        made = self.ask("author", "POST", f"/v1/posts/{post_id}/comments", {"body": "C"}).json
        groups = f"/v1/courses/{self.course_id}/study-groups"
        group = self.ask("author", "POST", groups, {"name": "G"}).json["group"]["group_id"]
        return {
            "post": post_id,
            "comment": made["comment"]["comment_id"],
            "course": self.course_id,
            "group": group,
            "me": "me",
            "author": self.ids["author"],
            "where": f"?course_id={course_id}" if course_id else "",
        }


@pytest.fixture(scope="module")
def town(shared_api: LocalApi, admin: str) -> Town:
    return Town(shared_api, admin)


ROUTES: dict[str, tuple[str, str, object]] = {
    "list": ("GET", "/v1/posts{where}", None),
    "show": ("GET", "/v1/posts/{post}", None),
    "edit": ("PATCH", "/v1/posts/{post}", {"body": "D"}),
    "delete": ("DELETE", "/v1/posts/{post}", None),
    "comments": ("GET", "/v1/posts/{post}/comments", None),
    "comment": ("POST", "/v1/posts/{post}/comments", {"body": "E"}),
    "edit a comment": ("PATCH", "/v1/posts/{post}/comments/{comment}", {"body": "F"}),
    "delete a comment": ("DELETE", "/v1/posts/{post}/comments/{comment}", None),
    "like": ("PUT", "/v1/posts/{post}/like", None),
    "unlike": ("DELETE", "/v1/posts/{post}/like", None),
    "edits": ("GET", "/v1/posts/{post}/edits", None),
    "report": ("POST", "/v1/posts/{post}/reports", {"reason": "spam"}),
    "decide": ("POST", "/v1/posts/{post}/decisions", {"action": "remove"}),
    "report a comment": ("POST", "/v1/posts/{post}/reports", {"reason": "spam", "comment_id": "{comment}"}),
    "decide on a comment": ("POST", "/v1/posts/{post}/decisions", {"action": "remove", "comment_id": "{comment}"}),
    "a comment's edits": ("GET", "/v1/posts/{post}/edits?comment_id={comment}", None),
    "queue": ("GET", "/v1/moderation{where}", None),
}
Statuses = tuple[int, int, int, int, int, int, int]
"""In the order of WHO, but for the deactivated, who may do nothing."""
EVERYBODYS: dict[str, Statuses] = {
    "list": (401, 200, 200, 200, 200, 200, 200),
    "show": (401, 200, 200, 200, 200, 200, 200),
    "edit": (401, 403, 200, 403, 403, 403, 403),
    "delete": (401, 403, 204, 403, 403, 403, 403),
    "comments": (401, 200, 200, 200, 200, 200, 200),
    "comment": (401, 201, 201, 201, 201, 201, 201),
    "edit a comment": (401, 403, 200, 403, 403, 403, 403),
    "delete a comment": (401, 403, 204, 403, 403, 403, 403),
    "like": (401, 204, 204, 204, 204, 204, 204),
    "unlike": (401, 204, 204, 204, 204, 204, 204),
    "edits": (401, 403, 200, 403, 403, 403, 200),
    "report": (401, 204, 409, 204, 204, 204, 204),
    "decide": (401, 403, 403, 403, 403, 403, 200),
    "report a comment": (401, 204, 409, 204, 204, 204, 204),
    "decide on a comment": (401, 403, 403, 403, 403, 403, 200),
    "a comment's edits": (401, 403, 200, 403, 403, 403, 200),
    "queue": (401, 403, 403, 403, 403, 403, 200),
}
IN_A_COURSE: dict[str, Statuses] = {
    "list": (401, 404, 200, 200, 200, 404, 200),
    "show": (401, 404, 200, 200, 200, 404, 200),
    "edit": (401, 404, 200, 403, 403, 404, 403),
    "delete": (401, 404, 204, 403, 403, 404, 403),
    "comments": (401, 404, 200, 200, 200, 404, 200),
    "comment": (401, 404, 201, 201, 201, 404, 201),
    "edit a comment": (401, 404, 200, 403, 403, 404, 403),
    "delete a comment": (401, 404, 204, 403, 403, 404, 403),
    "like": (401, 404, 204, 204, 204, 404, 204),
    "unlike": (401, 404, 204, 204, 204, 404, 204),
    "edits": (401, 404, 200, 403, 200, 404, 200),
    "report": (401, 404, 409, 204, 204, 404, 204),
    "decide": (401, 403, 403, 403, 200, 404, 200),
    "report a comment": (401, 404, 409, 204, 204, 404, 204),
    "decide on a comment": (401, 403, 403, 403, 200, 404, 200),
    "a comment's edits": (401, 404, 200, 403, 200, 404, 200),
    "queue": (401, 403, 403, 403, 200, 404, 200),
}
BY_PLACE = {"everybody": EVERYBODYS, "course": IN_A_COURSE}


@pytest.mark.parametrize("place", BY_PLACE)
@pytest.mark.parametrize("name", ROUTES)
def test_who_may_do_what_with_a_text(town: Town, place: str, name: str):
    method, path, body = ROUTES[name]
    statuses = []
    for who in WHO:
        texts = town.texts(place)
        sent = {key: value.format(**texts) for key, value in body.items()} if isinstance(body, dict) else None
        statuses.append(town.ask(who, method, path.format(**texts), sent).status_code)
    assert tuple(statuses) == (*BY_PLACE[place][name], 401)


OF_GROUPS: dict[str, tuple[str, str, object, Statuses]] = {
    "post": ("POST", "/v1/posts", {"title": "T", "body": "B"}, (401, 201, 201, 201, 201, 201, 201)),
    "found": ("POST", "/v1/courses/{course}/study-groups", {"name": "H"}, (401, 404, 201, 201, 201, 404, 201)),
    "groups": ("GET", "/v1/courses/{course}/study-groups", None, (401, 404, 200, 200, 200, 404, 200)),
    "own posts": ("GET", "/v1/me/posts", None, (401, 200, 200, 200, 200, 200, 200)),
    "own groups": ("GET", "/v1/me/study-groups", None, (401, 200, 200, 200, 200, 200, 200)),
    "group": ("GET", "/v1/study-groups/{group}", None, (401, 404, 200, 200, 200, 404, 200)),
    "join": ("PUT", "/v1/study-groups/{group}/members/{me}", None, (401, 404, 200, 200, 200, 404, 200)),
    "leave": ("DELETE", "/v1/study-groups/{group}/members/{me}", None, (401, 404, 204, 404, 404, 404, 404)),
    "take out": (
        "DELETE",
        "/v1/study-groups/{group}/members/{author}",
        None,
        (401, 404, 204, 404, 204, 404, 204),
    ),
    "its posts": ("GET", "/v1/posts?group_id={group}", None, (401, 404, 200, 404, 200, 404, 200)),
    "its queue": ("GET", "/v1/moderation?group_id={group}", None, (401, 403, 403, 403, 200, 404, 200)),
}


@pytest.mark.parametrize("name", OF_GROUPS)
def test_who_may_do_what_with_a_study_group(town: Town, name: str):
    method, path, body, expected = OF_GROUPS[name]
    statuses = tuple(town.ask(who, method, path.format(**town.texts("everybody")), body).status_code for who in WHO)
    assert statuses == (*expected, 401)


def nameless(route: str) -> str:
    """A route without its query and the names of its parameters."""
    return re.sub(r"\{\w+\}", "{}", re.sub(r"\{where\}|\?.*", "", route))


def test_every_route_of_the_community_is_tried():
    declared = {
        nameless(f"{route.method} {route.path}")
        for function in discovery.discover().values()
        if function.declaration.trigger == "http"
        for route in function.declaration.routes
        if route.path.startswith(("/v1/posts", "/v1/me/posts", "/v1/moderation")) or "/study-groups" in route.path
    }
    assert {nameless(f"{method} {path}") for method, path, *_ in (*ROUTES.values(), *OF_GROUPS.values())} == declared


def test_what_somebody_wrote_stands_when_their_account_is_deactivated(town: Town):
    shown = town.ask("another", "GET", f"/v1/posts/{town.left_behind}").json["post"]
    assert (shown["author"]["user_id"], shown["html"]) == (town.ids["deactivated"], "<p>Still here</p>\n")
    listed = town.ask("another", "GET", f"/v1/posts?author_id={town.ids['deactivated']}").json["items"]
    assert [one["post_id"] for one in listed] == [town.left_behind]


@pytest.mark.parametrize("where", [{"course_id": "{course}"}, {"group_id": "{group}"}, {"course_id": "none"}])
def test_who_may_not_read_a_board_may_not_post_there(town: Town, where: dict[str, str]):
    texts = town.texts("everybody")
    sent = {"title": "T", "body": "B"} | {name: value.format(**texts) for name, value in where.items()}
    statuses = [town.ask(who, "POST", "/v1/posts", sent).status_code for who in ("outside", "other_teacher", "author")]
    assert statuses == [404, 404, 404 if where.get("course_id") == "none" else 201]


def test_a_post_counts_as_activity_and_its_text_stands_in_no_log(town: Town, capfd: pytest.CaptureFixture[str]):
    sent = {"title": "Canary title", "body": "canary body"}
    made = town.done("another", "POST", "/v1/posts", sent)
    messages = [one["payload"] for one in town.api.read("messages") if one["kind"] == "ActivityHappened"]
    assert any(made["post_id"] in payload for payload in messages)
    said = capfd.readouterr()
    assert "canary" not in (said.out + said.err).lower()
