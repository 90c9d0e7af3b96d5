"""Bad input gets a problem that says what is wrong, and stores nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.functions.local_api import LocalApi

GOOD: dict[str, Any] = {"username": "grace", "email": "grace@example.org", "password": "the-engine-weaves"}


def _with(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


UNREADABLE = {
    "malformed": b'{"username": ',
    "empty": b"",
    "not UTF-8": b'{"username": "\xff\xfe"}',
    "a lone surrogate": b'{"username": "\\ud800abc", "email": "a@example.org", "password": "the-engine-weaves"}',
    "a raw NUL": b'{"username": "gr\x00ace"}',
    "1,000 deep": b'{"username": ' + b"[" * 1000 + b"]" * 1000 + b"}",
    "trailing text": _with() + b"x",
}
WRONG = {
    "no object": b"[]",
    "null": b"null",
    "a missing field": json.dumps({"username": "grace"}).encode(),
    "an extra field": _with(role="admin"),
    "a wrong type": _with(username=7),
    "an array for text": _with(email=["grace@example.org"]),
    "an escaped NUL": _with(username="gr\x00ace"),
    "an escaped NUL in an optional field": _with(display_name="Grace\x00"),
    "2**70": _with(display_name=2**70),
    "NaN": _with()[:-1] + b', "level": NaN}',
    "an empty name": _with(username=""),
    "an empty password": _with(password=""),
    "a short password": _with(password="short"),
    "a name of 300 characters": _with(username="g" * 300),
    "a name with a space": _with(username="grace hopper"),
    "a name of two scripts": _with(username="gr\u0430ce"),
    "a name with a bidirectional override": _with(username="gra\u202ece"),
    "no e-mail address": _with(email="grace"),
    "a password that is the name": _with(password="gracegrace", username="gracegrace"),
    "an unknown country": _with(country="ZZ"),
    "an unknown time zone": _with(time_zone="Mars/Olympus"),
    "an unknown level": _with(level="wizard"),
}


def _is_problem(answer: Any, status: int) -> bool:
    body = answer.json
    return (
        answer.status_code == status
        and answer.content_type == "application/problem+json"
        and body["status"] == status
        and body["request_id"] == answer.headers["X-Request-Id"]
        and bool(body["title"] and body["code"] and body["detail"] and body["type"])
    )


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_json_is_a_bad_request_and_stores_nothing(shared_api: LocalApi, body: bytes) -> None:
    before = shared_api.stored()
    answer = shared_api.call("POST", "/v1/users", body)
    assert _is_problem(answer, 400), answer.text
    assert shared_api.stored() == before


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG.keys())
def test_wrong_content_is_told_by_pointer_and_stores_nothing(shared_api: LocalApi, body: bytes) -> None:
    before = shared_api.stored()
    answer = shared_api.call("POST", "/v1/users", body)
    if answer.status_code == 400:  # NaN is no JSON
        assert b"NaN" in body
    else:
        assert _is_problem(answer, 422), answer.text
        assert answer.json["errors"] and all("pointer" in fault and fault["detail"] for fault in answer.json["errors"])
    assert shared_api.stored() == before


def test_a_refusal_never_repeats_what_was_sent(shared_api: LocalApi) -> None:
    answer = shared_api.call("POST", "/v1/users", _with(password="hunter2", username=["canary"]))
    assert answer.status_code == 422
    assert "hunter2" not in answer.text and "canary" not in answer.text


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_unsupported(shared_api: LocalApi, content_type: str) -> None:
    before = shared_api.stored()
    answer = shared_api.call("POST", "/v1/users", _with(), **{"Content-Type": content_type})
    assert _is_problem(answer, 415), answer.text
    assert shared_api.stored() == before


def test_a_body_of_ten_megabytes_is_too_large(shared_api: LocalApi) -> None:
    before = shared_api.stored()
    assert _is_problem(shared_api.call("POST", "/v1/users", _with(display_name="x" * 10_000_000)), 413)
    assert shared_api.stored() == before


TAKEN = [
    "LOVELACE",
    "Lovelace",
    "\uff4c\uff4f\uff56\uff45\uff4c\uff41\uff43\uff45",  # fullwidth
    "l\u043evelace",  # a Cyrillic o
    "lovelac\u0435",  # a Cyrillic e
    "\u217covelace",  # a Roman numeral fifty
]


@pytest.mark.parametrize("name", TAKEN)
def test_a_variant_of_a_taken_name_is_refused(shared_api: LocalApi, name: str) -> None:
    if not any(one["username"] == "lovelace" for one in _accounts(shared_api)):
        shared_api.register("lovelace")
    before = shared_api.stored()
    answer = shared_api.call("POST", "/v1/users", {**GOOD, "username": name, "email": "other@example.org"})
    assert _is_problem(answer, 409) or _is_problem(answer, 422), answer.text
    assert shared_api.stored() == before


def _accounts(api: LocalApi) -> list[dict[str, Any]]:
    return api.read("accounts") if api.stored().get("accounts") else []


@pytest.mark.parametrize(
    "path", ["/v1/users/" + "x" * 300, "/v1/users/%00", "/v1/users/a%20b", "/v1/nothing", "/v1/me/", "/V1/me"]
)
def test_what_cannot_be_an_identifier_does_not_exist(shared_api: LocalApi, admin: str, path: str) -> None:
    assert _is_problem(shared_api.call("GET", path, token=admin), 404)


@pytest.mark.parametrize("size", ["-1", "0", "101", str(10**30), "many", "", "1.5", "%00"])
def test_a_page_has_one_to_a_hundred_items(shared_api: LocalApi, admin: str, size: str) -> None:
    assert _is_problem(shared_api.call("GET", f"/v1/users?page_size={size}", token=admin), 400)


@pytest.mark.parametrize(
    "token", ["x", "!!!!", "e30", "W10", "WzEsImFiYyIsW10sIngiXQ", "%00", "a" * 5000, "WyJcdWQ4MDAiXQ"]
)
def test_a_forged_page_token_is_refused(shared_api: LocalApi, admin: str, token: str) -> None:
    assert _is_problem(shared_api.call("GET", f"/v1/users?page_token={token}", token=admin), 400)


def test_a_page_token_of_another_list_is_refused(shared_api: LocalApi, admin: str) -> None:
    for number in range(3):
        shared_api.register(f"paged{number}")
    page = shared_api.call("GET", "/v1/users?page_size=1", token=admin).json
    foreign = page["next_page_token"]
    assert _is_problem(shared_api.call("GET", f"/v1/users?role=learner&page_token={foreign}", token=admin), 400)
    assert _is_problem(shared_api.call("GET", f"/v1/audit-log?page_token={foreign}", token=admin), 400)
    assert shared_api.call("GET", f"/v1/users?page_size=1&page_token={foreign}", token=admin).status_code == 200


def test_an_unknown_query_parameter_is_refused(shared_api: LocalApi, admin: str) -> None:
    answer = shared_api.call("GET", "/v1/users?rolle=admin", token=admin)
    assert _is_problem(answer, 400) and answer.json["errors"][0]["parameter"] == "rolle"


def test_an_unknown_method_is_told_what_the_path_takes(shared_api: LocalApi) -> None:
    answer = shared_api.call("DELETE", "/v1/users")
    assert _is_problem(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST", "OPTIONS"}


@pytest.mark.parametrize("key", ["", "x" * 256, "caf\u00e9"])
def test_an_idempotency_key_is_printable_and_short(shared_api: LocalApi, key: str) -> None:
    before = shared_api.stored()
    answer = shared_api.call("POST", "/v1/users", _with(), **{"Idempotency-Key": key})
    assert _is_problem(answer, 400)
    assert shared_api.stored() == before
