"""Flashcards over HTTP, as they are deployed: made, asked, answered, and nobody else's."""

from __future__ import annotations

import pytest

from tests.functions.local_api import LocalApi


@pytest.fixture(scope="module")
def tokens(shared_api: LocalApi) -> dict[str, str]:
    found = {}
    for name in ("card-ada", "card-eve"):
        shared_api.register(name)
        found[name] = str(shared_api.login(name)["access_token"])
    return found


@pytest.fixture
def ada(tokens: dict[str, str]) -> str:
    return tokens["card-ada"]


@pytest.fixture
def eve(tokens: dict[str, str]) -> str:
    return tokens["card-eve"]


def test_a_card_is_made_asked_answered_and_its_activity_recorded(shared_api: LocalApi, ada: str):
    made = shared_api.call("POST", "/v1/flashcards", {"front": "Who?", "back": "Ada"}, ada)
    assert made.status_code == 201
    card_id = made.json["card_id"]
    assert [item["card_id"] for item in shared_api.call("GET", "/v1/flashcards/due", token=ada).json["items"]] == [
        card_id
    ]
    told = shared_api.call("POST", f"/v1/flashcards/{card_id}/reviews", {"rating": "easy", "duration_ms": 2000}, ada)
    assert (told.status_code, told.json["card_id"], told.json["state"]) == (201, card_id, "review")
    assert shared_api.call("GET", "/v1/flashcards/due", token=ada).json["items"] == []
    said = [one["payload"] for one in shared_api.read("messages") if one["kind"] == "ActivityHappened"]
    assert any(told.json["review_id"] in payload for payload in said)


def test_a_card_is_its_owners_alone(shared_api: LocalApi, ada: str, eve: str):
    card_id = shared_api.call("POST", "/v1/flashcards", {"front": "Who?", "back": "Ada"}, ada).json["card_id"]
    path = f"/v1/flashcards/{card_id}"
    for method, where, body in (
        ("GET", path, None),
        ("PATCH", path, {"front": "Mine"}),
        ("DELETE", path, None),
        ("POST", f"{path}/reviews", {"rating": "good"}),
        ("POST", f"{path}/undo", None),
    ):
        assert shared_api.call(method, where, body, eve).status_code == 404
    assert shared_api.call("GET", "/v1/flashcards", token=eve).json["items"] == []
    assert shared_api.call("GET", path, token=ada).json["reviews"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/flashcards"),
        ("POST", "/v1/flashcards"),
        ("POST", "/v1/flashcards/bulk"),
        ("GET", "/v1/flashcards/x"),
        ("PATCH", "/v1/flashcards/x"),
        ("DELETE", "/v1/flashcards/x"),
        ("GET", "/v1/flashcards/due"),
        ("GET", "/v1/flashcards/statistics"),
        ("GET", "/v1/flashcards/settings"),
        ("PUT", "/v1/flashcards/settings"),
        ("POST", "/v1/flashcards/x/reviews"),
        ("POST", "/v1/flashcards/x/undo"),
        ("POST", "/v1/flashcards/imports"),
        ("GET", "/v1/flashcards/jobs/x"),
        ("GET", "/v1/flashcards/export"),
        ("POST", "/v1/flashcards/mistakes"),
        ("POST", "/v1/flashcards/generate"),
    ],
)
def test_nobody_is_served_without_credentials(shared_api: LocalApi, method: str, path: str):
    assert shared_api.call(method, path, {}).status_code == 401
