"""The WSGI application of the local server: every function as the functions-framework application it is deployed as.

Public paths are routed as the load balancer does it: by path and method, literal segments before parameters; OPTIONS
and unknown methods of a path go to its first function. Tasks, schedules and events have a path of their own, open
only to the dispatcher.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from functions_framework import create_app
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from common.adapters.local.files_app import LocalFilesApp
from common.adapters.local.keys import local_key
from common.settings import Settings
from infrastructure.tools.discovery import Function

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
        self._map, self._first = _routing(functions)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"] = environ.get("PATH_INFO") or "/"
        if path.startswith(DISPATCH_PREFIX):
            return self._dispatched(path.removeprefix(DISPATCH_PREFIX), environ, start_response)
        if path.startswith(FILES_PREFIX):
            return self._files(environ, start_response)
        return self._apps[self._function(path, environ["REQUEST_METHOD"])](environ, start_response)

    def _dispatched(self, name: str, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        given = environ.get(DISPATCH_HEADER, "")
        if name not in self._behind or not hmac.compare_digest(given.encode("latin-1"), self._dispatch_key.encode()):
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        environ["PATH_INFO"] = "/"
        return self._apps[name](environ, start_response)

    def _function(self, path: str, method: str) -> str:
        """Whose request this is; what no function has goes to the first, whose answer is 404."""
        try:
            name, _ = self._map.bind("").match(path.encode("latin-1").decode(errors="replace"), method)
            return str(name)
        except MethodNotAllowed as error:
            methods = sorted(error.valid_methods or ())
            name, _ = self._map.bind("").match(path.encode("latin-1").decode(errors="replace"), methods[0])
            return str(name)
        except (NotFound, RequestRedirect):
            return self._first


def _routing(functions: Mapping[str, Function]) -> tuple[Map, str]:
    rules = []
    public = sorted(name for name, function in functions.items() if function.declaration.trigger == "http")
    for name in public:
        for route in functions[name].declaration.routes:
            rule = Rule(route.path.replace("{", "<").replace("}", ">"), methods=[route.method], endpoint=name)
            if rule.methods:
                rule.methods.discard("HEAD")
            rules.append(rule)
    return Map(rules, merge_slashes=False, redirect_defaults=False), public[0]
