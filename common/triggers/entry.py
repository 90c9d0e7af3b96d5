"""The function that functions-framework calls: a real function of the declared name, with its declaration beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import perf_counter
from typing import Protocol, cast

from flask import Request, Response

from common import adapters, logs
from common.errors import Problem
from common.triggers import origins, problems, start
from common.triggers.declaration import NAME, Declaration

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
TRACE_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")

Serve = Callable[[Declaration, Request], Response]


class Endpoint(Protocol):
    """A deployed function: called with a Flask request, and able to say what it is."""

    declaration: Declaration
    __name__: str

    def __call__(self, request: Request) -> Response:
        """Answer one request."""


def endpoint(declaration: Declaration, serve: Serve) -> Endpoint:
    """The entry point of `declaration`, which `serve` answers; every fault becomes a problem, logged once."""
    if not NAME.fullmatch(declaration.name):
        raise TypeError(f"{declaration.name}: a function's name is 2 to 50 of a-z, 0-9 and _, beginning with a letter")
    start.judge_when_declared(declaration)
    loaded = False

    def entry(request: Request) -> Response:
        nonlocal loaded
        if not loaded:  # an instance loads what its function declares, and nothing else
            world = adapters.world()
            world.preload(declaration.adapters())
            logs.set_level(world.settings.log_level)
            loaded = True
        request_id = _request_id(request)
        with logs.context(function=declaration.name, request_id=request_id, **_trace(request)):
            response = _guarded(declaration, serve, request)
        response.headers["X-Request-Id"] = request_id
        if declaration.trigger == "http":
            origins.allow_origin(response, request, adapters.world().settings.cors_origins)
        return response

    entry.__name__ = entry.__qualname__ = declaration.name
    entry.__doc__ = declaration.routes[0].handler.__doc__ if declaration.routes else None
    made = cast(Endpoint, entry)
    made.declaration = declaration
    return made


def _guarded(declaration: Declaration, serve: Serve, request: Request) -> Response:
    started = perf_counter()
    try:
        response = serve(declaration, request)
    except Problem as problem:
        response = problems.response(problem)
    except Exception as error:  # noqa: BLE001 - the one place where the rest is caught
        logs.error("request.failed", exception=error)
        response = problems.unexpected()
    if response.is_streamed:
        return response  # logs its own end
    billed = request.environ.get("scholium.billed")
    costs = {"reads": billed.reads, "writes": billed.writes, "deletes": billed.deletes} if billed else {}
    message_id = request.environ.get("scholium.message_id")
    about = {"message_id": message_id} if message_id else {}
    ms = round(1e3 * (perf_counter() - started), 2)
    logs.info("request.done", method=request.method, status=response.status_code, ms=ms, **costs, **about)
    return response


def _request_id(request: Request) -> str:
    given = request.headers.get("X-Request-Id", "")
    return given if REQUEST_ID.fullmatch(given) else adapters.world().ids.new()


def _trace(request: Request) -> dict[str, str]:
    """The trace by W3C Trace Context, as Cloud Logging names it."""
    found = TRACE_PARENT.fullmatch(request.headers.get("traceparent", ""))
    project = adapters.world().settings.project
    return {logs.TRACE: f"projects/{project}/traces/{found[1]}"} if found and project else {}
