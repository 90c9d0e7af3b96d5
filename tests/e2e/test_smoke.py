"""`make smoke` finds nothing wrong with a server that works, and says what is wrong with one that does not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infrastructure.tools import smoke
from tests.e2e.local_server import LocalServer
from tests.e2e.walk import PASSWORD


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    with LocalServer(tmp_path_factory.mktemp("smoke") / "data", samples=False) as running:
        yield running


class _Anything(BaseHTTPRequestHandler):
    """Whatever it is asked, it is well."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps({"status": "ok"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _Anything)
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()
    listening.server_close()


def test_a_server_that_works_is_found_to_work(server: LocalServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke.main([server.url]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("smoke: 0 findings, ")
    assert said.err == ""


def test_an_account_that_was_made_for_it_logs_in_and_out(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"username": "smoke", "password": PASSWORD}
    assert server.client.post("/v1/users", {**named, "email": "smoke@example.org"}).status == 201
    monkeypatch.setenv("SMOKE_USERNAME", "smoke")
    monkeypatch.setenv("SMOKE_PASSWORD", PASSWORD)
    assert list(smoke.of_account(smoke.asker(server.url))) == []
    monkeypatch.setenv("SMOKE_PASSWORD", "another-one")
    assert list(smoke.of_account(smoke.asker(server.url))) == ["POST /v1/login: 401 instead of 200"]


def test_a_server_that_says_yes_to_everything_is_found_out(elsewhere: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke.main([elsewhere]) == 1
    said = capsys.readouterr().err
    assert "GET /v1/nothing-is-here: 200 instead of 404 with a problem" in said
    assert "describes another API than this source" in said
    assert "GET /v1/me: 200 instead of 401 without credentials" in said
    assert "OPTIONS /v1/users/smoke: allows " in said


def test_where_nobody_listens_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke.main(["http://127.0.0.1:9"]) == 1
    assert capsys.readouterr().err.startswith("no answer: ")
