"""What may be sent to the tutor, and what it is answered: nothing that is sent breaks it."""

from __future__ import annotations

import json

import pytest

from tests.functions.local_api import LocalApi


@pytest.fixture(scope="module")
def token(shared_api: LocalApi) -> str:
    shared_api.register("sends-all")
    return str(shared_api.login("sends-all")["access_token"])


def message(text: str) -> bytes:
    return json.dumps({"message": text}).encode()


BODIES: dict[str, tuple[bytes, int]] = {
    "a NUL": (message("Why?\x00"), 422),
    "a lone surrogate": (b'{"message": "Why \\ud800?"}', 400),
    "half a character": (b'{"message": "Why \xe2\x82?"}', 400),
    "nothing": (message(""), 422),
    "spaces": (message(" \t\n "), 422),
    "4,000 characters": (message("why? " * 799 + "why!!"), 200),
    "4,000 wide characters": (message("\U0001f600" * 4000), 200),
    "4,001 characters": (message("a" * 4001), 422),
    "500 kB": (message("a" * 500_000), 413),
    "emoji": (message("\U0001f600\U0001f600"), 200),
    "punctuation": (message("!!! ??? ..."), 200),
    "what nobody sees": (message("\u200b\u2060\ufeff"), 200),
    "turned around": (message("\u202eyhW"), 200),
    "a format": (message("my name is {name}"), 200),
    "another's field": (b'{"message": "Why?", "user_id": "x"}', 422),
    "eleven documents": (json.dumps({"message": "Why?", "document_ids": ["x"] * 11}).encode(), 422),
    "an id with a slash": (b'{"message": "Why?", "session_id": "a/b"}', 422),
    "no persona": (b'{"message": "Why?", "tutor": "wizard"}', 422),
    "no language": (b'{"message": "Why?", "language": "<b>"}', 422),
    "no object": (b'["Why?"]', 422),
    "no JSON": (b"Why?", 400),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_whatever_is_sent_has_a_defined_answer(shared_api: LocalApi, token: str, accept: str, body: bytes, status: int):
    before = shared_api.stored()
    answer = shared_api.call("POST", "/v1/chat", body, token, Accept=accept)
    assert answer.status_code == status, answer.text
    if status == 200:
        assert "<" not in answer.text
        assert answer.content_type.startswith(accept)
    else:
        assert answer.content_type == "application/problem+json"
        assert shared_api.stored() == before
