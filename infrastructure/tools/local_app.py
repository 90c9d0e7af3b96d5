"""The WSGI application of the local server: every function as the functions-framework application it is deployed as.

Public paths are routed as the load balancer does it. Tasks, schedules and events have a path of their own, open only
to the dispatcher.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from functions_framework import create_app

from common.adapters.local.files_app import LocalFilesApp
from common.adapters.local.keys import local_key
from common.settings import Settings
from infrastructure.tools.discovery import Function
from infrastructure.tools.routing import Routing

DISPATCH_PREFIX = "/_functions/"
FILES_PREFIX = "/_local/files/"
DISPATCH_HEADER = "HTTP_X_SCHOLIUM_DISPATCH"

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class LocalApp:
    """All functions on one port."""

    def __init__(self, functions: Mapping[str, Function], settings: Settings) -> None:
        self._apps: dict[str, Application] = {
            name: create_app(name, str(function.folder / "main.py"), "http")  # type: ignore[no-untyped-call]
            for name, function in functions.items()
        }
        self._files = LocalFilesApp(settings)
        self._dispatch_key = local_key(settings.data, "dispatch").hex()
        self._behind = {name for name, function in functions.items() if function.declaration.trigger != "http"}
        self._routing = Routing(functions)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"] = environ.get("PATH_INFO") or "/"
        environ.setdefault("HTTP_FUNCTION_EXECUTION_ID", secrets.token_hex(6))  # as Google's front end sends it
        if path.startswith(DISPATCH_PREFIX):
            return self._dispatched(path.removeprefix(DISPATCH_PREFIX), environ, start_response)
        if path.startswith(FILES_PREFIX):
            return self._files(environ, start_response)
        said = path.encode("latin-1").decode(errors="replace")
        return self._apps[self._routing.function(said, environ["REQUEST_METHOD"])](environ, start_response)

    def _dispatched(self, name: str, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        given = environ.get(DISPATCH_HEADER, "")
        if name not in self._behind or not hmac.compare_digest(given.encode("latin-1"), self._dispatch_key.encode()):
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        environ["PATH_INFO"] = "/"
        return self._apps[name](environ, start_response)
