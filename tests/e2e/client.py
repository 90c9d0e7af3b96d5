"""A client of the API, as a front end would write it: urllib, JSON, and the problem of a refusal."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """Status, headers in lower case, and the JSON body (None where there is none)."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Client:
    """Requests to one base URL, with a bearer token once there is one."""

    url: str
    token: str | None = None
    timeout: float = 30.0

    def request(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=self.timeout)
        sent = {"Connection": "close", **(headers or {})}
        data: bytes | None = None
        if isinstance(body, bytes):
            data = body
        elif body is not None:
            data = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        try:
            connection.request(method, path, data, sent)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        is_json = "json" in (response.headers.get("Content-Type") or "")
        named = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, named, json.loads(text) if text and is_json else text or None)

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.request("POST", path, body, headers)

    def patch(self, path: str, body: object) -> Answer:
        return self.request("PATCH", path, body)

    def with_token(self, token: str) -> Client:
        return Client(self.url, token, self.timeout)
