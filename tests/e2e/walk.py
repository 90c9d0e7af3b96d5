"""The walk of a newcomer, the same on a laptop and on the Google Cloud wiring: register, log in, read, mail, leave."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.e2e.client import Client

PASSWORD = "the-engine-weaves"
ReadMails = Callable[[str, int], list[str]]
"""(address, how many there must be) -> the texts of the mails to it."""


def link_token(text: str) -> str:
    """The token of the link in a mail."""
    found = re.search(r"token=([A-Za-z0-9_.-]+)", text)
    assert found, f"no link in {text}"
    return found[1]


def walk(client: Client, mails: ReadMails) -> None:
    """Every account function in the order in which a newcomer meets them; asserts what each must answer."""
    registered = client.post(
        "/v1/users", {"username": "ada", "email": "Ada@Example.org", "password": PASSWORD, "time_zone": "Europe/London"}
    )
    assert registered.status == 201, registered
    user_id = registered.body["user_id"]
    assert client.post("/v1/users", {"username": "ADA", "email": "b@example.org", "password": PASSWORD}).status == 409
    assert client.post("/v1/login", {"username": "ada", "password": "wrong-wrong"}).status == 401

    tokens = client.post("/v1/login", {"username": "ada@example.org", "password": PASSWORD}).body
    me = client.with_token(tokens["access_token"])
    profile = me.get("/v1/me")
    assert profile.status == 200 and profile.body["user_id"] == user_id
    assert profile.body["email_verified"] is False
    changed = me.patch("/v1/me", {"display_name": "Ada Lovelace", "language": "en"})
    assert changed.status == 200 and changed.body["display_name"] == "Ada Lovelace"

    token = link_token(mails("ada@example.org", 1)[0])
    assert client.post("/v1/users/verification", {"token": token}).status == 204
    assert client.post("/v1/users/verification", {"token": token}).status in (204, 400, 409, 422)
    assert me.get("/v1/me").body["email_verified"] is True

    rotated = client.post("/v1/login/refresh", {"refresh_token": tokens["refresh_token"]})
    assert rotated.status == 200
    assert client.post("/v1/login/refresh", {"refresh_token": tokens["refresh_token"]}).status == 401  # reuse
    assert client.post("/v1/login/refresh", {"refresh_token": rotated.body["refresh_token"]}).status == 401  # family

    assert client.post("/v1/users/password-reset", {"email": "ada@example.org"}).status == 202
    reset = link_token(mails("ada@example.org", 2)[-1])
    assert client.post("/v1/users/password", {"token": reset, "new_password": "a-better-engine"}).status == 204
    assert client.post("/v1/users/password", {"token": reset, "new_password": "once-more-please"}).status >= 400
    assert client.post("/v1/login", {"username": "ada", "password": PASSWORD}).status == 401
    again = client.post("/v1/login", {"username": "ada", "password": "a-better-engine"})
    assert again.status == 200
    assert client.post("/v1/logout", {"refresh_token": again.body["refresh_token"]}).status == 204
    assert client.post("/v1/login/refresh", {"refresh_token": again.body["refresh_token"]}).status == 401

    assert client.with_token(again.body["access_token"]).get("/v1/users").status == 403
    assert client.get("/v1/me").status == 401
