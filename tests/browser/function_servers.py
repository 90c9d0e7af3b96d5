"""Each function behind a port of its own, over the folder of a local server: what the load balancer has behind it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from common.settings import Settings
from infrastructure.tools.discovery import Function
from infrastructure.tools.local_app import LocalApp
from infrastructure.tools.url_map import url_map


class FunctionServers:
    """Every HTTPS function alone: what comes to the wrong one finds no such path there."""

    def __init__(self, functions: Mapping[str, Function], settings: Settings) -> None:
        rules = url_map(functions)
        assert rules
        self._default, self._rules = str(rules["default"]), rules["rules"]
        self._servers: dict[str, BaseWSGIServer] = {
            name: _server(LocalApp({name: function}, settings))
            for name, function in functions.items()
            if function.declaration.trigger == "http"
        }
        self.asked: set[str] = set()
        """The functions that were asked for something."""

    def port(self, path: str, method: str) -> int:
        """Where a request goes, by the first rule of the URL map that matches."""
        parts = path.split("/")
        for rule in self._rules:
            wanted = rule["path"].split("/")
            fits = len(wanted) == len(parts) and all(map(_matches, wanted, parts))
            if fits and rule["method"] in (None, method):
                return self._port_of(str(rule["function"]))
        return self._port_of(self._default)

    def _port_of(self, name: str) -> int:
        self.asked.add(name)
        return self._servers[name].server_port

    def __enter__(self) -> FunctionServers:
        for server in self._servers.values():
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()


def _server(app: LocalApp) -> BaseWSGIServer:
    return make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)


def _matches(wanted: str, part: str) -> bool:
    return wanted in ("*", part)


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: a test tells what went wrong."""
