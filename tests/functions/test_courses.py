"""Courses over HTTP: who may do what, through everything that surrounds the functions."""

from __future__ import annotations

import re

import pytest

from common.triggers import authentication
from infrastructure.tools import discovery
from tests.functions.local_api import LocalApi, Reply

PEOPLE = ("owner", "another_teacher", "enrolled", "learner", "removed", "deactivated")
WHO = ("owner", "another_teacher", "admin", "enrolled", "learner", "deactivated", "nobody")
SECTIONS = [
    {"title": "S", "modules": [{"title": "M", "topics": [{"title": "T", "topic_id": "t", "body": "the lesson"}]}]}
]


class School:
    """People with their tokens and ids, and three courses of the owner: published, withdrawn, and a draft."""

    def __init__(self, api: LocalApi, admin: str) -> None:
        self.api = api
        self.ids = {name: api.register(f"crs-{name}")["user_id"] for name in PEOPLE}
        for name in ("owner", "another_teacher"):
            answer = api.call("PATCH", f"/v1/users/{self.ids[name]}", {"role": "teacher"}, admin)
            assert answer.status_code == 200, answer.text
        self.tokens: dict[str, str | None] = {name: self._token(name) for name in PEOPLE}
        self.tokens |= {"admin": admin, "nobody": None}
        answer = api.call("PATCH", f"/v1/users/{self.ids['deactivated']}", {"active": False}, admin)
        assert answer.status_code == 200, answer.text
        authentication._revoked._at = float("-inf")  # an instance learns of it within 15 s
        self.courses = {name: self.course(name, f"rights-{name}") for name in ("published", "withdrawn", "draft")}

    def _token(self, name: str) -> str:
        return str(self.api.login(f"crs-{name}")["access_token"])

    def course(self, state: str, number: str | None = None) -> str:
        """A course of the owner in this state, with one learner where it was published."""
        file = {"title": state, "sections": SECTIONS, "course_number": number}
        made = self.ask("owner", "POST", "/v1/courses/import", file)
        assert made.status_code == 201, made.text
        path = f"/v1/courses/{made.json['course']['course_id']}"
        if state != "draft":
            assert self.ask("owner", "PUT", f"{path}/publication").status_code == 200
            for name in ("enrolled", "removed"):
                assert self.ask(name, "POST", f"{path}/enrollments").status_code == 201
        if state == "withdrawn":
            assert self.ask("owner", "DELETE", f"{path}/publication").status_code == 204
        return path

    def ask(self, who: str, method: str, path: str, body: object = None) -> Reply:
        if body is None and method == "PUT" and path.endswith("/draft"):
            body = {"title": "anew"}
        return self.api.call(method, path, body, self.tokens[who])


@pytest.fixture(scope="module")
def school(shared_api: LocalApi, admin: str) -> School:
    return School(shared_api, admin)


ROUTES: dict[str, tuple[str, str, object]] = {
    "list": ("GET", "/v1/courses", None),
    "list drafts": ("GET", "/v1/courses?status=draft", None),
    "create": ("POST", "/v1/courses", {"title": "Mine"}),
    "import": ("POST", "/v1/courses/import", {"title": "Mine"}),
    "own enrollments": ("GET", "/v1/me/enrollments", None),
    "schema": ("GET", "/v1/courses/schema.json", None),
}
OPEN = dict.fromkeys(WHO, 200)
TEACHERS = {"owner": 201, "another_teacher": 201, "admin": 201, "enrolled": 403, "learner": 403}
SIGNED_IN = {"deactivated": 401, "nobody": 401}
OF_ALL: dict[str, dict[str, int]] = {
    "list": OPEN | SIGNED_IN,
    "list drafts": OPEN | SIGNED_IN | {"enrolled": 403, "learner": 403},
    "create": TEACHERS | SIGNED_IN,
    "import": TEACHERS | SIGNED_IN,
    "own enrollments": OPEN | SIGNED_IN,
    "schema": OPEN,
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", ROUTES)
def test_who_may_use_what_is_of_no_one_course(school: School, name: str, who: str):
    assert school.ask(who, *ROUTES[name]).status_code == OF_ALL[name][who]


COURSE_ROUTES: dict[str, tuple[str, str, object]] = {
    "show": ("GET", "", None),
    "topic": ("GET", "/topics/{topic}", None),
    "draft": ("GET", "/draft", None),
    "version": ("GET", "/versions/{first}", None),
    "export": ("GET", "/export", None),
    "learners": ("GET", "/enrollments", None),
    "save": ("PUT", "/draft", {"title": "anew", "sections": SECTIONS}),
    "change": ("PATCH", "", {"course_order": 1}),
}
SEES = {"owner": 200, "admin": 200, "another_teacher": 200, "enrolled": 200, "learner": 200}
MEMBERS = {"owner": 200, "admin": 200, "another_teacher": 404, "enrolled": 200, "learner": 404}
MANAGERS = {"owner": 200, "admin": 200, "another_teacher": 403, "enrolled": 403, "learner": 403}
UNSEEN = {"owner": 200, "admin": 200, "another_teacher": 404, "enrolled": 403, "learner": 403}
NO_VERSION = {"owner": 404, "admin": 404, "another_teacher": 404, "enrolled": 403, "learner": 403}
OF_COURSE: dict[str, dict[str, dict[str, int]]] = {
    "published": {"show": SEES, "topic": MEMBERS},
    "withdrawn": {"show": MEMBERS, "topic": MEMBERS},
    "draft": {
        "show": MEMBERS | {"enrolled": 404},
        "topic": dict.fromkeys(SEES, 404),
        "version": NO_VERSION,
    },
}
OTHERWISE = {"published": MANAGERS, "withdrawn": UNSEEN, "draft": UNSEEN}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", COURSE_ROUTES)
@pytest.mark.parametrize("state", OF_COURSE)
def test_who_may_use_what_is_of_a_course(school: School, state: str, name: str, who: str):
    method, rest, body = COURSE_ROUTES[name]
    answer = school.ask(who, method, school.courses[state] + rest.format(topic="t", first=1), body)
    expected = (OF_COURSE[state].get(name, OTHERWISE[state]) | SIGNED_IN)[who]
    assert answer.status_code == expected, answer.text
    if expected >= 400:
        assert "the lesson" not in answer.text


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("state", OF_COURSE)
def test_a_number_shows_a_course_to_those_who_see_it_by_its_id(school: School, state: str, who: str):
    answer = school.ask(who, "GET", f"/v1/course-numbers/RIGHTS-{state}")
    assert answer.status_code == (OF_COURSE[state]["show"] | SIGNED_IN)[who]
    if answer.status_code == 200:
        assert answer.json == school.ask(who, "GET", school.courses[state]).json


CHANGES: dict[str, tuple[str, str, object, dict[str, int]]] = {
    "publish": ("PUT", "/publication", None, MANAGERS),
    "withdraw": ("DELETE", "/publication", None, MANAGERS | {"owner": 204, "admin": 204}),
    "enroll": (
        "POST", "/enrollments", None,
        {"owner": 409, "admin": 201, "another_teacher": 201, "enrolled": 409, "learner": 201},
    ),
    "leave": (
        "DELETE", "/enrollments/{me}", None,
        {"owner": 404, "admin": 404, "another_teacher": 404, "enrolled": 204, "learner": 404},
    ),
    "remove a learner": ("DELETE", "/enrollments/{removed}", None, MANAGERS | {"owner": 204, "admin": 204}),
    "give away": ("PATCH", "", "another_teacher", MANAGERS | {"owner": 403}),
    "delete": ("DELETE", "", None, MANAGERS | {"owner": 409, "admin": 409}),
}  # fmt: skip


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", CHANGES)
def test_who_may_change_what_of_a_published_course(school: School, name: str, who: str):
    method, rest, teacher, expected = CHANGES[name]
    body = None if teacher is None else {"teacher_id": school.ids[str(teacher)]}
    path = school.course("published") + rest.format(me="me", removed=school.ids["removed"])
    answer = school.ask(who, method, path, body)
    assert answer.status_code == (expected | SIGNED_IN)[who], answer.text


def nameless(route: str) -> str:
    """A route without its query and the names of its parameters."""
    return re.sub(r"\{\w+\}", "{}", route.partition("?")[0])


def test_every_route_of_courses_is_tried():
    functions = ("courses", "course_content", "course_drafts", "course_exchange", "enrollments")
    declared = {
        nameless(f"{route.method} {route.path}")
        for name, function in discovery.discover().items()
        if name in functions
        for route in function.declaration.routes
    }
    of_one = [f"{method} /v1/courses/{{}}{rest}" for method, rest, *_ in (*COURSE_ROUTES.values(), *CHANGES.values())]
    of_all = [f"{method} {path}" for method, path, _ in ROUTES.values()]
    assert {*map(nameless, (*of_one, *of_all)), "GET /v1/course-numbers/{}"} == declared


@pytest.mark.parametrize("who", WHO)
def test_a_draft_is_deleted_and_published_by_its_teacher_and_admins(school: School, who: str):
    allowed = who in ("owner", "admin")
    hidden = {"another_teacher": 404, "enrolled": 403, "learner": 403} | SIGNED_IN
    path = school.course("draft")
    assert school.ask(who, "PUT", f"{path}/publication").status_code == (200 if allowed else hidden[who])
    path = school.course("draft")
    assert school.ask(who, "DELETE", path).status_code == (204 if allowed else hidden[who])
    assert school.ask("owner", "GET", path).status_code == (404 if allowed else 200)


def test_a_teacher_who_is_one_no_longer_loses_the_course(school: School, shared_api: LocalApi, admin: str):
    user_id = shared_api.register("crs-former")["user_id"]
    shared_api.call("PATCH", f"/v1/users/{user_id}", {"role": "teacher"}, admin)
    token = str(shared_api.login("crs-former")["access_token"])
    path = f"/v1/courses/{shared_api.call('POST', '/v1/courses', {'title': 'Mine'}, token).json['course_id']}"
    shared_api.call("PATCH", f"/v1/users/{user_id}", {"role": "learner"}, admin)
    token = str(shared_api.login("crs-former")["access_token"])
    assert shared_api.call("PATCH", path, {"course_order": 1}, token).status_code == 403
    assert shared_api.call("GET", path, token=token).status_code == 404
    shared_api.call("PUT", f"{path}/publication", token=admin)
    assert shared_api.call("POST", f"{path}/enrollments", token=token).status_code == 201, "as every learner may"
