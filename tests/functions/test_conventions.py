"""What every HTTPS function does alike: request ids, origins, and problems that say nothing of the inside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.domain.accounts import profile
from tests.functions.local_api import LocalApi, local_api

SCHOOL = "https://learn.example.org"


@pytest.fixture
def open_api(tmp_path: Path) -> Iterator[LocalApi]:
    """The functions, with one allowed origin."""
    with local_api(tmp_path / "data", cors_origins=f'["{SCHOOL}"]') as made:
        yield made


def test_a_request_id_is_given_back_or_made(shared_api: LocalApi) -> None:
    assert (
        shared_api.call("GET", "/v1/status", **{"X-Request-Id": "trace-me-12345"}).headers["X-Request-Id"]
        == "trace-me-12345"
    )
    for unsafe in ("short", "a" * 65, 'x"y{z}12345'):
        assert shared_api.call("GET", "/v1/status", **{"X-Request-Id": unsafe}).headers["X-Request-Id"] != unsafe


def test_an_allowed_origin_may_ask_and_read(open_api: LocalApi) -> None:
    preflight = open_api.call("OPTIONS", "/v1/users", Origin=SCHOOL)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == SCHOOL
    assert set(preflight.headers["Access-Control-Allow-Methods"].split(", ")) == {"GET", "POST", "OPTIONS"}
    refused = open_api.call("GET", "/v1/me", Origin=SCHOOL)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, SCHOOL)
    assert refused.headers["Vary"] == "Origin"


def test_another_origin_is_told_nothing(open_api: LocalApi) -> None:
    for origin in ("https://evil.example.org", "null", SCHOOL + ".evil.org"):
        assert "Access-Control-Allow-Origin" not in open_api.call("GET", "/v1/status", Origin=origin).headers


def test_a_fault_of_ours_says_nothing_of_itself_and_is_readable_by_the_page(
    open_api: LocalApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    open_api.register("ada")
    token = open_api.login("ada")["access_token"]

    def broken(*_: object) -> None:
        raise RuntimeError("-".join(("the", "canary")))

    monkeypatch.setattr(profile, "show", broken)
    answer = open_api.call("GET", "/v1/me", token=token, Origin=SCHOOL)
    assert answer.status_code == 500 and answer.json["code"] == "internal_error"
    assert answer.headers["Access-Control-Allow-Origin"] == SCHOOL
    assert "the-canary" not in answer.text and "the-canary" not in capsys.readouterr().out


def test_no_credentials_are_asked_for_by_name(shared_api: LocalApi) -> None:
    answer = shared_api.call("GET", "/v1/me")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")
