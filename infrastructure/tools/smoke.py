"""`python -m infrastructure.tools smoke URL` (make smoke URL=...) asks every endpoint of a deployment.

It changes nothing and needs no account. Each path is asked with OPTIONS, which wakes its function and shows that the
load balancer leads there; each route that wants credentials is asked without, and must refuse. With SMOKE_USERNAME and
SMOKE_PASSWORD it logs in too, reads that account, and logs out.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from infrastructure.tools import openapi

PATIENCE = 60.0
"""Seconds for one answer: the first one of a function waits for its start."""
UNKNOWN = "/v1/nothing-is-here"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, or None where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


Ask = Callable[..., Answer]


def main(arguments: list[str]) -> int:
    """Print a line a finding and how much was asked; 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="smoke", description="Asks a deployment whether it works.")
    parser.add_argument("url", help="where its clients reach it: https://scholium.example.org")
    ask, began = asker(parser.parse_args(arguments).url), time.monotonic()
    described = json.loads(openapi.FILE.read_text(encoding="utf-8"))
    try:
        findings = [*of_status(ask), *of_release(ask, described), *of_routes(ask, described), *of_account(ask)]
    except OSError as error:
        findings = [f"no answer: {error}"]
    for finding in findings:
        print(finding, file=sys.stderr)
    count = sum(len(operations) for operations in described["paths"].values())
    print(f"smoke: {len(findings)} findings, {count} routes, {time.monotonic() - began:.1f} s")
    return 1 if findings else 0


def asker(url: str) -> Ask:
    """Requests to one deployment; an https certificate that does not hold is an OSError."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection

    def ask(method: str, path: str, body: object = None, token: str = "") -> Answer:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        connection = kind(parts.netloc, timeout=PATIENCE)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, named, response.read())
        finally:
            connection.close()

    return ask


def of_status(ask: Ask) -> Iterator[str]:
    """Whether it is up, and says so in our words."""
    answer = ask("GET", "/v1/status")
    if answer.status != 200 or (answer.json or {}).get("status") != "ok":
        yield f"GET /v1/status: {answer.status} instead of 200 and ok"
    unknown = ask("GET", UNKNOWN)
    if unknown.status != 404 or "problem+json" not in unknown.headers.get("content-type", ""):
        yield f"GET {UNKNOWN}: {unknown.status} instead of 404 with a problem"


def of_release(ask: Ask, described: dict[str, Any]) -> Iterator[str]:
    """Whether the API that is deployed is the one of this source."""
    served = ask("GET", "/openapi.json")
    if (served.json or {}).get("paths") != described["paths"]:
        yield "GET /openapi.json: describes another API than this source: another release is deployed"


def of_routes(ask: Ask, described: dict[str, Any]) -> Iterator[str]:
    """Whether every path has its function, and every route that wants credentials refuses who has none."""
    for path, operations in described["paths"].items():
        place = re.sub(r"\{\w+\}", "smoke", path)
        known = {method.upper() for method in operations}
        allowed = set(ask("OPTIONS", place).headers.get("allow", "").split(", "))
        if not known <= allowed:
            yield f"OPTIONS {place}: allows {', '.join(sorted(allowed))}, not {', '.join(sorted(known - allowed))}"
        for method, operation in operations.items():
            if operation.get("security"):
                refused = ask(method.upper(), place)
                if refused.status != 401 or (refused.json or {}).get("code") != "unauthenticated":
                    yield f"{method.upper()} {place}: {refused.status} instead of 401 without credentials"


def of_account(ask: Ask) -> Iterator[str]:
    """Whether an account that was made for this logs in and out; nothing is asked where none is named."""
    username, password = os.environ.get("SMOKE_USERNAME", ""), os.environ.get("SMOKE_PASSWORD", "")
    if not username:
        return
    login = ask("POST", "/v1/login", {"username": username, "password": password})
    if login.status != 200:
        yield f"POST /v1/login: {login.status} instead of 200"
        return
    me = ask("GET", "/v1/me", token=login.json["access_token"])
    if me.status != 200 or me.json["username"] != username:
        yield f"GET /v1/me: {me.status} instead of 200 and {username}"
    out = ask("POST", "/v1/logout", {"refresh_token": login.json["refresh_token"]})
    if out.status != 204:
        yield f"POST /v1/logout: {out.status} instead of 204"
