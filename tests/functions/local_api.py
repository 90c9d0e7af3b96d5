"""All functions in this process, as the local server mounts them, over a data folder of the test."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from werkzeug.test import Client as WerkzeugClient
from werkzeug.test import TestResponse

from common import adapters
from common import settings as environment
from infrastructure.tools import discovery, serve
from infrastructure.tools.local_app import LocalApp


class Reply:
    """An answer; `json` is its body where that is JSON."""

    def __init__(self, response: TestResponse) -> None:
        is_zipped = response.headers.get("Content-Encoding") == "gzip"
        data = gzip.decompress(response.data) if is_zipped else response.data
        self.status_code, self.headers, self.text = response.status_code, response.headers, data.decode()
        self.content_type = response.content_type
        self.json: Any = json.loads(self.text) if response.is_json and self.text else None


class LocalApi:
    """Requests to the application, and what is in its database."""

    def __init__(self, data: Path, app: LocalApp) -> None:
        self.data, self.app = data, app
        self._client = WerkzeugClient(app, use_cookies=False)

    def call(self, method: str, path: str, body: object = None, token: str | None = None, **headers: str) -> Reply:
        """One request; `body` as JSON, or as it is when it is bytes."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        options: dict[str, Any] = {"headers": sent}
        if isinstance(body, bytes):
            options |= {"data": body, "content_type": sent.pop("Content-Type", "application/json")}
        elif body is not None:
            options |= {"data": json.dumps(body).encode(), "content_type": sent.pop("Content-Type", "application/json")}
        return Reply(self._client.open(path, method=method, **options))

    def stored(self) -> dict[str, int]:
        """How many documents each collection holds, without the buckets of the rate limits."""
        counts: dict[str, int] = {}
        file = self.data / "scholium.sqlite3"
        if not file.exists():
            return counts
        with closing(sqlite3.connect(file)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in tables:
                counts[name] = connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]
        counts.pop("rate_limits", None)
        return {name: count for name, count in counts.items() if count}

    def read(self, collection: str) -> list[dict[str, Any]]:
        """Every document of a collection."""
        with closing(sqlite3.connect(self.data / "scholium.sqlite3")) as connection:
            return [json.loads(row[0]) for row in connection.execute(f'SELECT content FROM "{collection}"')]

    def register(self, name: str, password: str = "the-engine-weaves") -> dict[str, Any]:
        """A new learner's profile."""
        answer = self.call(
            "POST", "/v1/users", {"username": name, "email": f"{name}@example.org", "password": password}
        )
        assert answer.status_code == 201, answer.text
        profile: dict[str, Any] = answer.json
        return profile

    def login(self, name: str, password: str = "the-engine-weaves") -> dict[str, Any]:
        """The tokens of a learner."""
        answer = self.call("POST", "/v1/login", {"username": name, "password": password})
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json
        return tokens


@contextmanager
def local_api(data: Path, **settings: str) -> Iterator[LocalApi]:
    """The application over `data`, with settings as variables; the environment is put back."""
    before = dict(os.environ)
    try:
        for name in [name for name in os.environ if name.startswith(("SCHOLIUM_", "OPENAI_"))]:
            del os.environ[name]
        os.environ.update({f"SCHOLIUM_{name.upper()}": value for name, value in settings.items()})
        functions = discovery.discover()
        serve.configure(serve.prepare_folder(data), "127.0.0.1", 8080)
        configured = serve.share(functions)
        adapters.world.cache_clear()
        yield LocalApi(data, LocalApp(functions, configured))
    finally:
        os.environ.clear()
        os.environ.update(before)
        environment.load.cache_clear()
        adapters.world.cache_clear()
