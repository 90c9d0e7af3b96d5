"""Progress and rewards over HTTP: whom they serve, and what becomes of a learner's first steps."""

from __future__ import annotations

import pytest

from tests.functions.local_api import LocalApi

ROUTES = [
    ("GET", "/v1/me/activity"),
    ("GET", "/v1/badges"),
    ("GET", "/v1/mastery"),
    ("GET", "/v1/leaderboard"),
    ("PUT", "/v1/leaderboard/listing"),
    ("GET", "/v1/progress"),
    ("GET", "/v1/progress/loops"),
    ("PUT", "/v1/progress/loops"),
    ("GET", "/v1/concepts"),
    ("GET", "/v1/concepts/loops"),
    ("PUT", "/v1/concepts/loops"),
    ("POST", "/v1/lessons/one/completions"),
    ("GET", "/v1/learning-sessions"),
    ("POST", "/v1/learning-sessions"),
    ("POST", "/v1/learning-sessions/one/end"),
    ("GET", "/v1/study-plan"),
    ("PUT", "/v1/study-plan"),
]
LOOPS = {
    "title": "Loops",
    "sections": [{"section_id": "for", "title": "For"}, {"section_id": "while", "title": "While"}],
}


@pytest.fixture(scope="module")
def learner(shared_api: LocalApi) -> str:
    shared_api.register("prg-ada")
    return str(shared_api.login("prg-ada")["access_token"])


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_is_served_without_credentials(shared_api: LocalApi, method: str, path: str):
    assert shared_api.call(method, path, None if method == "GET" else {}).status_code == 401


def test_a_learner_who_did_nothing_sees_empty_lists_and_what_there_is_to_earn(shared_api: LocalApi, learner: str):
    for path in ("/v1/me/activity", "/v1/progress", "/v1/learning-sessions"):
        answer = shared_api.call("GET", path, token=learner)
        assert (answer.status_code, answer.json) == (200, {"items": [], "next_page_token": None}), path
    assert not any(one["is_earned"] for one in shared_api.call("GET", "/v1/badges", token=learner).json["badges"])
    assert shared_api.call("GET", "/v1/leaderboard", token=learner).json["you"] == {
        "rank": None, "points": 0, "is_listed": True,
    }  # fmt: skip
    assert shared_api.call("GET", "/v1/study-plan", token=learner).json["code"] == "no_study_plan"


def test_only_teachers_define_concepts(shared_api: LocalApi, learner: str, admin: str):
    refused = shared_api.call("PUT", "/v1/concepts/prg-loops", LOOPS, learner)
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
    assert shared_api.call("PUT", "/v1/concepts/prg-loops", LOOPS, admin).status_code == 200
    assert shared_api.call("GET", "/v1/concepts/prg-loops", token=learner).json["title"] == "Loops"


def test_a_step_forward_is_told_and_its_activity_is_on_its_way(shared_api: LocalApi, learner: str, admin: str):
    shared_api.call("PUT", "/v1/concepts/prg-steps", LOOPS, admin)
    answer = shared_api.call("PUT", "/v1/progress/prg-steps", {"completed_sections": ["for"]}, learner)
    assert (answer.status_code, answer.json["status"], answer.json["percentage"]) == (200, "in_progress", 50)
    sent = [one for one in shared_api.read("messages") if one["kind"] == "ActivityHappened"]
    assert any("prg-steps" in one["payload"] for one in sent)


def test_leaving_the_leaderboards_is_told_to_the_caller(shared_api: LocalApi, learner: str):
    for is_listed in (False, True):
        answer = shared_api.call("PUT", "/v1/leaderboard/listing", {"is_listed": is_listed}, learner)
        assert (answer.status_code, answer.json) == (200, {"is_listed": is_listed})
        you = shared_api.call("GET", "/v1/leaderboard", token=learner).json["you"]
        assert you["is_listed"] == is_listed
    assert shared_api.call("PUT", "/v1/leaderboard/listing", {}, learner).status_code == 422
