"""The console works where every function is a service of its own behind one address that routes by path and method."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Error

from common import settings as environment
from infrastructure.tools import discovery
from infrastructure.tools.local_app import FILES_PREFIX
from tests.browser.function_servers import FunctionServers
from tests.browser.test_the_journey import journey
from tests.browser.visit import PASSWORD, Visit
from tests.e2e.load_balancer import LoadBalancer
from tests.e2e.local_server import LocalServer
from tests.functions.local_api import local_api

CALL = """async ([method, url, body, token]) => {
  const headers = { "X-Request-Id": "from-elsewhere", ...(token && { Authorization: `Bearer ${token}` }) };
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  return [answer.status, answer.status === 204 ? null : await answer.json(), answer.headers.get("X-Request-Id")];
}"""


class _EmptyPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The origin of somebody else's front end: an empty page."""
    with HTTPServer(("127.0.0.1", 0), _EmptyPage) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, elsewhere: str) -> Iterator[tuple[str, FunctionServers]]:
    """The load balancer's URL, and the functions behind it. Tasks and files are the local server's, as on a laptop."""
    data = tmp_path_factory.mktemp("balanced") / "data"
    behind: dict[str, Any] = {}

    def port(path: str, method: str) -> int:
        if path.startswith(FILES_PREFIX):  # the bucket's own address, which no URL map knows
            return int(behind["files"])
        found: int = behind["functions"].port(path, method)
        return found

    with ExitStack() as stack:
        front = stack.enter_context(LoadBalancer(port))
        public = {"public_url": front.url, "cors_origins": json.dumps([elsewhere]), "rate_limit_factor": "1000"}
        said = {f"SCHOLIUM_{name.upper()}": value for name, value in public.items()}
        behind["files"] = stack.enter_context(LocalServer(data, environment=said)).port
        stack.enter_context(local_api(data, **public))
        servers = FunctionServers(discovery.discover(), environment.load())
        behind["functions"] = stack.enter_context(servers)
        yield front.url, servers


def test_the_whole_journey_passes_behind_a_router_by_path_and_method(
    chromium: Browser, address: tuple[str, FunctionServers]
):
    url, servers = address
    with Visit(chromium, url) as visit:
        journey(visit, "ada-balanced")
        assert (visit.faults, visit.strangers) == ([], set())
    assert {"console", "register", "login", "document_upload", "documents", "chat", "quiz_submit"} <= servers.asked
    assert len(servers.asked) > 15


def test_a_page_of_an_allowed_origin_calls_every_method_after_its_preflight(
    chromium: Browser, address: tuple[str, FunctionServers], elsewhere: str
):
    url, _ = address
    context = chromium.new_context()
    page = context.new_page()
    page.goto(elsewhere)

    def call(method: str, path: str, body: object = None, token: str | None = None) -> Any:
        return page.evaluate(CALL, [method, f"{url}{path}", body, token])

    assert call("POST", "/v1/users", {"username": "eve", "email": "eve@example.org", "password": PASSWORD})[0] == 201
    status, tokens, request_id = call("POST", "/v1/login", {"username": "eve", "password": PASSWORD})
    assert (status, request_id) == (200, "from-elsewhere")
    token = tokens["access_token"]
    wished = {"filename": "a.txt", "content_type": "text/plain", "size": 1}
    made = call("POST", "/v1/documents", wished, token)
    document = f"/v1/documents/{made[1]['document_id']}"
    assert made[0] == 201
    assert call("GET", "/v1/documents", token=token)[0] == 200  # the same path, and another function
    assert call("PATCH", "/v1/me", {"display_name": "Eve"}, token)[1]["display_name"] == "Eve"
    assert call("PUT", "/v1/leaderboard/listing", {"is_listed": False}, token)[0] == 200
    assert call("DELETE", document, token=token)[0] == 204
    assert call("GET", document, token=token)[:2][0] == 404
    context.close()


def test_a_page_of_another_origin_is_refused_by_the_browser(chromium: Browser, address: tuple[str, FunctionServers]):
    url, _ = address
    context = chromium.new_context()
    page = context.new_page()
    with HTTPServer(("127.0.0.1", 0), _EmptyPage) as stranger:
        Thread(target=stranger.serve_forever, args=(0.05,), daemon=True).start()
        page.goto(f"http://127.0.0.1:{stranger.server_port}")
        with pytest.raises(Error, match="Failed to fetch"):
            page.evaluate(CALL, ["GET", f"{url}/v1/status", None, None])
        stranger.shutdown()
    context.close()
