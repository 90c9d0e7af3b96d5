"""Writes a handler's result as an HTTP answer: JSON, a cookie, a file, or a stream of events."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Request, Response
from pydantic import BaseModel

from common import logs
from common.adapters import World
from common.errors import Conflict, Problem
from common.triggers import invocation, problems
from common.triggers.declaration import Asset, Route, SetCookie, Stream
from common.triggers.records import StoredAnswer
from common.triggers.unit_of_work import Billed, Stale, UnitOfWork

ROOT = Path(__file__).resolve().parents[2]
EVENT_STREAM = "text/event-stream"
PREFLIGHT_SECONDS = "600"
REQUEST_HEADERS = "Authorization, Content-Type, Idempotency-Key, X-Request-Id"
EXPOSED_HEADERS = "X-Request-Id, Retry-After, Idempotency-Replayed"


def body_of(route: Route, result: Any) -> tuple[int, str]:
    """The status and the JSON text of a result; no text where it has no body."""
    body = result.body if route.result.wrapper not in (None, Asset, Stream) else result
    return route.result.status, body.model_dump_json() if isinstance(body, BaseModel) else ""


def respond(world: World, route: Route, result: Any) -> Response:
    """The answer as the route declares it."""
    if isinstance(result, Asset):
        return _asset(result)
    status, text = body_of(route, result)
    response = _json(status, text)
    if isinstance(result, SetCookie):
        response.set_cookie(
            result.name,
            result.value,
            max_age=result.max_age if result.value else 0,
            path=result.path,
            secure=world.settings.public_url.startswith("https:"),
            httponly=True,
            samesite="Strict",
        )
    return response


def replay(answer: StoredAnswer) -> Response:
    """The answer that was given to the same Idempotency-Key before."""
    response = _json(answer.status, answer.body)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _json(status: int, text: str) -> Response:
    response = Response(text, status=status, content_type="application/json") if text else Response(status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _asset(asset: Asset) -> Response:
    path = ROOT / asset.path
    response = Response(path.read_bytes(), content_type=asset.content_type or mimetypes.guess_type(path.name)[0])
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def preflight(methods: list[str]) -> Response:
    """OPTIONS: which methods a path has; the origin is judged where every answer's is."""
    response = Response(status=204)
    response.headers["Allow"] = response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
    response.headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
    response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response


def allow_origin(response: Response, request: Request, origins: tuple[str, ...]) -> None:
    """Let pages of an allowed origin read the answer (Fetch standard, CORS)."""
    origin = request.headers.get("Origin")
    if origins:
        response.headers.add("Vary", "Origin")
    if origin in origins:
        response.headers["Access-Control-Allow-Origin"] = str(origin)
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS


def stream(
    world: World,
    route: Route,
    request: Request,
    inputs: dict[str, Any],
    billed: Billed,
    finish: Callable[[UnitOfWork, Any], None],
    fail: Callable[[], None],
) -> Response:
    """A Stream as Server-Sent Events, or its answer alone as JSON where the caller accepts no event stream."""
    unit = UnitOfWork(world.database, billed)
    try:
        made: Stream[Any] = route.handler(**inputs, **invocation.bind(world, route, unit))
    except BaseException:
        fail()
        raise
    turn = _Turn(world, unit, made, finish, fail)
    if EVENT_STREAM not in request.headers.get("Accept", ""):
        answer = turn.run_to_the_end()
        return _json(*body_of(route, answer))
    response = Response(turn.events(), content_type=EVENT_STREAM)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


class _Turn:
    """One stream: its deltas, then its commit, then its end; the commit comes about though the client leaves."""

    def __init__(
        self,
        world: World,
        unit: UnitOfWork,
        made: Stream[Any],
        finish: Callable[[UnitOfWork, Any], None],
        fail: Callable[[], None],
    ) -> None:
        self._world, self._unit, self._finish, self._fail = world, unit, finish, fail
        self._generator = made.events()
        self._log = logs.fields()  # the text is made after the request's own context has ended

    def _next(self) -> tuple[str, BaseModel] | None:
        """The next delta; None when there are no more, and the commit has come about."""
        with logs.context(**self._log):
            try:
                delta: tuple[str, BaseModel] = next(self._generator)
                return delta
            except StopIteration as end:
                self.answer = end.value
                self._commit()
                return None
            except BaseException:
                self._fail()
                raise

    def _commit(self) -> None:
        try:
            self._finish(self._unit, self.answer)
            self._unit.commit(self._world.patience())
        except Stale:
            self._fail()
            raise Conflict(retry_after=1) from None
        except BaseException:
            self._fail()
            raise
        invocation.send(self._world, self._unit)
        billed = self._unit.billed
        logs.info("stream.done", reads=billed.reads, writes=billed.writes, deletes=billed.deletes)

    def run_to_the_end(self) -> Any:
        """The answer, after its commit."""
        while self._next() is not None:
            pass
        return self.answer

    def events(self) -> Iterator[str]:
        """The whole stream as text."""
        try:
            while (delta := self._next()) is not None:
                name, model = delta
                yield _event(name, model.model_dump_json())
            yield _event("done", self.answer.model_dump_json())
        except GeneratorExit:  # the client left: the work is done and paid for, so it is kept
            if not hasattr(self, "answer"):
                self.run_to_the_end()
            raise
        except Problem as problem:
            with logs.context(**self._log):
                yield _event("error", problems.response(problem).get_data(as_text=True))
        except Exception as error:  # noqa: BLE001 - a stream has begun: its only way to say so is an event
            with logs.context(**self._log):
                logs.error("stream.failed", exception=error)
                yield _event("error", problems.unexpected().get_data(as_text=True))


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
