"""What belongs to somebody else is not there: every route of documents and chat, tried with another's ids."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

import pytest

from infrastructure.tools import discovery
from tests.functions.local_api import LocalApi, Reply
from tests.functions.material import keep

OWN = "The vault of the abbey opens with the phrase ultramarine nightingale."
TAUGHT = "The lantern of the lighthouse turns once in eleven seconds."
ASK_OWN, ASK_TAUGHT = "With which phrase does the vault of the abbey open?", "How often does the lantern turn?"
TELLS = ("nightingale", "eleven")


@dataclass(frozen=True)
class School:
    """Ada has a document and conversations; a course has one; Mia and Max learn in it, Leo did; Eve has nothing."""

    api: LocalApi
    tokens: dict[str, str]
    own: str
    taught: str
    course: str
    session: str
    sessions_token: str
    messages_token: str
    documents_token: str

    def call(self, who: str, method: str, path: str, body: object = None) -> Reply:
        return self.api.call(method, path, body, self.tokens[who])

    def ask(self, who: str, message: str, **more: Any) -> Any:
        answer = self.call(who, "POST", "/v1/chat", {"message": message, **more})
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture(scope="module")
def school(shared_api: LocalApi, admin: str) -> School:
    users = {name: shared_api.register(f"right-{name}")["user_id"] for name in ("ada", "mia", "max", "leo", "eve")}
    tokens = {name: str(shared_api.login(f"right-{name}")["access_token"]) for name in users} | {"root": admin}

    def done(who: str, method: str, path: str, body: object = None) -> Any:
        answer = shared_api.call(method, path, body, tokens[who])
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json

    course = str(done("root", "POST", "/v1/courses", {"title": "Lighthouses"})["course_id"])
    done("root", "PUT", f"/v1/courses/{course}/publication")
    for name in ("mia", "max", "leo"):
        done(name, "POST", f"/v1/courses/{course}/enrollments")
    own, taught = keep(users["ada"], "abbey", OWN), keep("root", "lighthouse", TAUGHT, course_id=course)
    keep(users["ada"], "abbey-2", "Monks copy books.")
    for _ in range(2):
        session = str(done("ada", "POST", "/v1/chat/sessions", {})["session_id"])
        done("ada", "POST", "/v1/chat", {"message": ASK_OWN, "session_id": session})
    lists = ("/v1/chat/sessions", f"/v1/chat/sessions/{session}/messages", "/v1/documents")
    pages = [str(done("ada", "GET", f"{path}?page_size=1")["next_page_token"]) for path in lists]
    return School(shared_api, tokens, own, taught, course, session, *pages)


def attempts(school: School) -> dict[str, list[tuple[str, object, int]]]:
    """Route: what somebody tries there who has no right to it: (path, body, the status that it gets)."""
    own, taught, course, session = school.own, school.taught, school.course, school.session
    ask = {"message": ASK_OWN}
    return {
        "POST /v1/chat": [
            ("", ask, 200),
            ("", {**ask, "session_id": session}, 404),
            ("", {**ask, "document_ids": [own]}, 404),
            ("", {**ask, "document_ids": [taught]}, 404),
            ("", {"message": "What is my name?", "session_id": session}, 404),
            ("", {"message": ASK_TAUGHT, "course_id": course}, 404),
            ("", {"message": ASK_TAUGHT, "course_id": course, "document_ids": [taught]}, 404),
        ],
        "GET /v1/chat/sessions": [("", None, 200), (f"?page_token={school.sessions_token}", None, 400)],
        "POST /v1/chat/sessions": [("", {"course_id": course}, 404)],
        "GET /v1/chat/sessions/current": [("", None, 200)],
        "POST /v1/chat/sessions/{session_id}/end": [(f"/v1/chat/sessions/{session}/end", None, 404)],
        "GET /v1/chat/sessions/{session_id}/messages": [
            (f"/v1/chat/sessions/{session}/messages", None, 404),
            (f"/v1/chat/sessions/{session}/messages?page_token={school.messages_token}", None, 404),
        ],
        "GET /v1/chat/tutors": [("", None, 200)],
        "GET /v1/documents": [
            ("", None, 200),
            (f"?course_id={course}", None, 404),
            (f"?page_token={school.documents_token}", None, 400),
        ],
        "POST /v1/documents": [
            ("", {"filename": "a.txt", "content_type": "text/plain", "size": 1, "course_id": course}, 404)
        ],
        "GET /v1/documents/search": [
            ("?q=phrase+vault+abbey+lantern", None, 200),
            (f"?q=phrase+vault+abbey&document_id={own}", None, 200),
            (f"?q=lantern&document_id={taught}", None, 200),
        ],
        **{
            f"{method} /v1/documents/{{document_id}}": [
                (f"/v1/documents/{one}", {"title": "Mine"} if method == "PATCH" else None, 404) for one in (own, taught)
            ]
            for method in ("GET", "PATCH", "DELETE")
        },
        "GET /v1/documents/{document_id}/pages/{page}": [
            (f"/v1/documents/{one}/pages/1", None, 404) for one in (own, taught)
        ],
    }


def test_every_route_of_documents_and_chat_is_tried(school: School):
    declared = {
        f"{route.method} {route.path}"
        for function in discovery.discover().values()
        if function.declaration.trigger == "http"
        for route in function.declaration.routes
        if route.path.startswith(("/v1/chat", "/v1/documents"))
    }
    assert attempts(school).keys() == declared


@pytest.mark.parametrize("who", ["eve", "leo"])
def test_whoever_has_no_right_gets_nothing(school: School, who: str):
    if who == "leo":
        assert TELLS[1] in school.ask("leo", ASK_TAUGHT)["answer"]  # while he was enrolled
        assert school.call("leo", "DELETE", f"/v1/courses/{school.course}/enrollments/me").status_code in (200, 204)
    for route, tried in attempts(school).items():
        method, _, declared = route.partition(" ")
        for path, body, status in tried:
            answer = school.call(who, method, path if path.startswith("/") else declared + path, body)
            assert answer.status_code == status, (route, path, body, answer.text)
            own = who == "leo" and route in ("GET /v1/chat/sessions", "GET /v1/chat/sessions/current")
            hidden = (*TELLS, *(() if own else (school.session, '"abbey"', '"lighthouse"')))
            assert not [one for one in hidden if one in answer.text], (route, path, answer.text)
    assert school.call("ada", "GET", f"/v1/documents/{school.own}").json["title"] == "abbey"
    assert school.call("mia", "GET", f"/v1/documents/{school.taught}").json["title"] == "lighthouse"


def test_a_token_of_another_list_and_a_forged_one_are_refused(school: School):
    session = str(school.call("eve", "POST", "/v1/chat/sessions", {}).json["session_id"])
    path = f"/v1/chat/sessions/{session}/messages"
    for token in (school.messages_token, school.sessions_token, school.documents_token):
        assert school.call("eve", "GET", f"{path}?page_token={token}").status_code == 400
    padded = school.messages_token + "=" * (-len(school.messages_token) % 4)
    parts = json.loads(base64.urlsafe_b64decode(padded))
    for at, value in ((0, 99), (1, "0" * 12), (2, [[]]), (3, {"$ne": 1})):
        forged = base64.urlsafe_b64encode(json.dumps([*parts[:at], value, *parts[at + 1 :]]).encode()).decode()
        answer = school.call("ada", "GET", f"/v1/chat/sessions/{school.session}/messages?page_token={forged}")
        assert answer.status_code == 400, (at, answer.text)


def test_a_cached_answer_of_a_course_is_for_those_who_learn_in_it(school: School):
    first, again = (school.ask(name, ASK_TAUGHT, course_id=school.course) for name in ("mia", "max"))
    assert (first["served_by"], again["served_by"]) == ("offline", "cache")
    assert TELLS[1] in again["answer"]
    for who in ("eve", "ada"):
        unknown = school.ask(who, ASK_TAUGHT)
        assert (unknown["route"], unknown["served_by"]) == ("not_found", "offline")
        assert TELLS[1] not in json.dumps(unknown)


def test_who_left_a_course_is_not_answered_from_it_by_the_cache_either(school: School):
    begun = school.call("max", "POST", "/v1/chat/sessions", {"course_id": school.course}).json["session_id"]
    asked = [school.ask("max", ASK_TAUGHT), school.ask("max", ASK_TAUGHT)]
    assert [TELLS[1] in one["answer"] for one in asked] == [True, True]
    assert asked[1]["served_by"] == "cache"
    assert school.call("max", "DELETE", f"/v1/courses/{school.course}/enrollments/me").status_code in (200, 204)
    for more in ({"course_id": school.course}, {"session_id": begun}):
        answer = school.call("max", "POST", "/v1/chat", {"message": ASK_TAUGHT, **more})
        assert answer.status_code == 404 and TELLS[1] not in answer.text, (more, answer.text)
    assert school.call("max", "GET", "/v1/chat/sessions/current").json["has_session"] is False
    answer = school.ask("max", ASK_TAUGHT)  # another conversation begins, which is of no course
    assert (answer["route"], answer["sources"], answer["session_id"] == begun) == ("not_found", [], False)
