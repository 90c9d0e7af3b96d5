"""Accounts as clients meet them, through each function's entry point; what each request costs is asserted here."""
# ruff: noqa: RUF001 - letters that look like others are meant

from __future__ import annotations

import json
from typing import Any

import pytest

from common.adapters import World, world
from common.domain.accounts import admin
from common.triggers import authentication
from common.triggers.unit_of_work import UnitOfWork
from tests.functions.local_api import LocalApi, Reply

PASSWORD = "the-engine-weaves"


def costs(capsys: pytest.CaptureFixture[str]) -> tuple[int, int, int]:
    """Reads, writes and deletes that the last request was logged with."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    last = [line for line in lines if line["message"] == "request.done"][-1]
    return last["reads"], last["writes"], last["deletes"]


def an_admin(api: LocalApi, name: str = "root") -> str:
    """The access token of a new admin."""
    here: World = world()
    unit = UnitOfWork(here.database)
    made = admin.create_admin(unit, here.clock, here.ids, username=name, email=f"{name}@example.org")
    unit.commit(here.patience())
    return str(api.login(name, made.password or "")["access_token"])


def cookie(answer: Reply) -> str:
    """The Set-Cookie header's value."""
    return answer.headers["Set-Cookie"]


def test_registration_costs_no_read_and_five_writes(api: LocalApi, capsys: pytest.CaptureFixture[str]):
    """The account, its two unique names, the mail's message, and the exact limit of registrations an address.

    It is the least: see registration.register; the limit must be counted where every instance sees it.
    """
    api.register("ada")
    assert costs(capsys) == (0, 5, 0)


def test_a_login_costs_one_read_and_two_writes(api: LocalApi, capsys: pytest.CaptureFixture[str]):
    """The account once each way, and the exact limit of guesses at one name.

    It is the least: see sessions.begin; a limit that every instance kept for itself would grow with their number.
    """
    api.register("ada")
    api.login("ada")
    assert costs(capsys) == (1, 2, 0)


def test_a_refresh_and_a_logout_cost_one_read_and_one_write(api: LocalApi, capsys: pytest.CaptureFixture[str]):
    """The account once each way: who may go on is judged by it, and that a token was spent is written into it."""
    api.register("ada")
    answer = api.call("POST", "/v1/login/refresh", {"refresh_token": api.login("ada")["refresh_token"]})
    assert costs(capsys) == (1, 1, 0)
    assert api.call("POST", "/v1/logout", {"refresh_token": answer.json["refresh_token"]}).status_code == 204
    assert costs(capsys) == (1, 1, 0)


def test_a_profile_costs_two_reads(api: LocalApi, capsys: pytest.CaptureFixture[str]):
    """The account, and the standing; the revocations are read once in 15 s by an instance, not by a request."""
    api.register("ada")
    token = api.login("ada")["access_token"]
    api.call("GET", "/v1/me", token=token)
    capsys.readouterr()
    answer = api.call("GET", "/v1/me", token=token)
    assert costs(capsys) == (2, 0, 0)
    assert answer.json["username"] == "ada"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_forged_token_costs_nothing(api: LocalApi, capsys: pytest.CaptureFixture[str]):
    assert api.call("POST", "/v1/login/refresh", {"refresh_token": "a.b.c"}).status_code == 401
    assert costs(capsys) == (0, 0, 0)


def test_a_registration_answers_the_profile(shared_api: LocalApi):
    form = {
        "username": "Grace",
        "email": "Grace@Example.org",
        "password": PASSWORD,
        "country": "us",
        "level": "advanced",
    }
    answer = shared_api.call("POST", "/v1/users", form)
    assert answer.status_code == 201
    assert answer.json["display_name"] == "Grace" and answer.json["country"] == "US"
    assert "password" not in answer.text and answer.json["user_id"]
    for variant, code in (("GRACE", "username_taken"), ("ｇｒａｃｅ", "username_taken"), ("other", "email_taken")):
        taken = shared_api.call("POST", "/v1/users", {**form, "username": variant})
        assert (taken.status_code, taken.json["code"]) == (409, code)
    weak = shared_api.call("POST", "/v1/users", {**form, "username": "another", "password": "password1"})
    assert (weak.status_code, weak.json["code"], weak.json["errors"][0]["pointer"]) == (
        422,
        "weak_password",
        "/password",
    )


def test_a_reused_refresh_token_ends_the_session_for_good(shared_api: LocalApi):
    shared_api.register("reuser")
    first = shared_api.login("reuser")["refresh_token"]
    second = shared_api.call("POST", "/v1/login/refresh", {"refresh_token": first}).json["refresh_token"]
    reused = shared_api.call("POST", "/v1/login/refresh", {"refresh_token": first})
    assert (reused.status_code, reused.json["code"]) == (401, "session_reused")
    assert shared_api.call("POST", "/v1/login/refresh", {"refresh_token": second}).status_code == 401


def test_a_cookie_session_keeps_its_token_from_scripts(shared_api: LocalApi):
    shared_api.register("browser")
    begun = shared_api.call("POST", "/v1/login", {"username": "browser", "password": PASSWORD, "session": "cookie"})
    assert begun.json["refresh_token"] is None and begun.json["access_token"]
    for part in ("scholium_refresh=ey", "HttpOnly", "SameSite=Strict", "Path=/v1/login", "Max-Age=2592000"):
        assert part in cookie(begun)
    kept = cookie(begun).partition(";")[0]
    renewed = shared_api.call("POST", "/v1/login/refresh", {}, Cookie=kept)
    assert renewed.status_code == 200 and renewed.json["refresh_token"] is None
    newer = cookie(renewed).partition(";")[0]
    assert newer != kept
    left = shared_api.call("DELETE", "/v1/login", Cookie=newer)
    assert left.status_code == 204 and "Max-Age=0" in cookie(left)
    assert shared_api.call("POST", "/v1/login/refresh", {}, Cookie=newer).status_code == 401
    assert shared_api.call("POST", "/v1/login/refresh", {}).status_code == 401


def test_a_session_in_the_body_sets_no_cookie(shared_api: LocalApi):
    shared_api.register("program")
    answer = shared_api.call("POST", "/v1/login", {"username": "program", "password": PASSWORD})
    assert "Set-Cookie" not in answer.headers and answer.json["refresh_token"]


def test_a_login_is_never_replayed(shared_api: LocalApi):
    shared_api.register("repeater")
    body = {"username": "repeater", "password": PASSWORD}
    assert shared_api.call("POST", "/v1/login", body, Idempotency_Key="k1").status_code == 200
    again = shared_api.call("POST", "/v1/login", body, Idempotency_Key="k1")
    assert (again.status_code, again.json["code"]) == (409, "replay_withheld")
    assert "eyJ" not in json.dumps([claim["answer"] for claim in shared_api.read("claims")])


def test_a_class_of_forty_registers_at_once_from_one_address(api: LocalApi):
    for number in range(40):
        api.register(f"pupil-{number}")


def test_guessing_one_name_is_slowed_and_others_log_in(api: LocalApi):
    api.register("ada")
    api.register("grace")
    answers = [
        api.call("POST", "/v1/login", {"username": "ada", "password": "wrong-wrong"}) for _ in range(21)
    ]  # two windows at most
    assert {answer.status_code for answer in answers} == {401, 429}
    assert all(int(answer.headers["Retry-After"]) <= 60 for answer in answers if answer.status_code == 429)
    assert api.login("grace")


def test_a_token_of_a_deactivated_user_is_refused(api: LocalApi, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(authentication, "REVOCATIONS_KEPT", -1.0)  # as if 15 s had gone by
    root = an_admin(api)
    user_id = api.register("ada")["user_id"]
    token = api.login("ada")["access_token"]
    assert api.call("PATCH", f"/v1/users/{user_id}", {"active": False}, token=root).json["active"] is False
    refused = api.call("GET", "/v1/me", token=token)
    assert refused.status_code == 401 and refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_only_admins_see_others(shared_api: LocalApi):
    shared_api.register("curious")
    token = shared_api.login("curious")["access_token"]
    for path in ("/v1/users", "/v1/users/x", "/v1/api-keys", "/v1/audit-log"):
        assert shared_api.call("GET", path, token=token).status_code == 403
        assert shared_api.call("GET", path).status_code == 401


def test_an_admin_who_was_demoted_is_one_no_longer(shared_api: LocalApi):
    first, second = an_admin(shared_api, "first-admin"), an_admin(shared_api, "second-admin")
    me = shared_api.call("GET", "/v1/me", token=second).json["user_id"]
    own = shared_api.call("PATCH", f"/v1/users/{me}", {"role": "learner"}, token=second)
    assert (own.status_code, own.json["code"]) == (409, "own_account")
    assert shared_api.call("PATCH", f"/v1/users/{me}", {"role": "learner"}, token=first).status_code == 200
    assert shared_api.call("GET", "/v1/users", token=second).status_code in (401, 403)
    log = shared_api.call("GET", f"/v1/audit-log?action=user.role_changed&subject_id={me}", token=first).json
    assert [entry["details"] for entry in log["items"]] == [{"before": "admin", "after": "learner"}]


def test_an_api_key_does_what_its_scopes_say(shared_api: LocalApi):
    root = an_admin(shared_api, "key-admin")
    wished: dict[str, Any] = {"name": "LMS", "scopes": ["users:read", "profile:write"], "role": "admin"}
    made = shared_api.call("POST", "/v1/api-keys", wished, token=root)
    assert made.status_code == 201
    key, key_id = made.json["api_key"], made.json["key"]["key_id"]
    assert shared_api.call("GET", "/v1/users", token=key).status_code == 200
    assert shared_api.call("GET", "/v1/audit-log", token=key).status_code == 403
    assert shared_api.call("POST", "/v1/api-keys", wished, token=key).status_code == 403
    change = {"password": PASSWORD, "new_password": "a-better-engine"}
    assert shared_api.call("POST", "/v1/me/password", change, token=key).status_code == 403
    assert key not in shared_api.call("GET", "/v1/api-keys", token=root).text
    assert shared_api.call("DELETE", f"/v1/api-keys/{key_id}", token=root).status_code == 204
    assert shared_api.call("GET", "/v1/users", token=key).status_code == 401
    assert shared_api.call("DELETE", f"/v1/api-keys/{key_id}", token=root).status_code == 404


def test_a_changed_password_keeps_this_session_and_ends_the_others(api: LocalApi):
    api.register("ada")
    mine, other = api.login("ada"), api.login("ada")
    change = {"password": PASSWORD, "new_password": "a-better-engine"}
    assert api.call("POST", "/v1/me/password", change, token=mine["access_token"]).status_code == 204
    assert api.call("GET", "/v1/me", token=mine["access_token"]).status_code == 200
    assert api.call("POST", "/v1/login/refresh", {"refresh_token": other["refresh_token"]}).status_code == 401
    assert api.call("POST", "/v1/login/refresh", {"refresh_token": mine["refresh_token"]}).status_code == 200
    assert api.call("POST", "/v1/login", {"username": "ada", "password": PASSWORD}).status_code == 401


def test_a_reset_is_promised_to_everybody(shared_api: LocalApi):
    shared_api.register("forgetful")
    known = shared_api.call("POST", "/v1/users/password-reset", {"email": "forgetful@example.org"})
    unknown = shared_api.call("POST", "/v1/users/password-reset", {"email": "nobody@example.org"})
    assert (known.status_code, known.text) == (202, unknown.text)
    for path, body in (("/v1/users/verification", {}), ("/v1/users/password", {"new_password": "a-better-engine"})):
        refused = shared_api.call("POST", path, {"token": "x.y.z", **body})
        assert (refused.status_code, refused.json["code"]) == (422, "invalid_link")
