"""Writes a handler's result as an HTTP answer: JSON, a cookie, a file, or a stream of events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from flask import Request, Response
from pydantic import BaseModel

from common import logs
from common.adapters import World
from common.errors import Conflict, Problem, Unavailable
from common.ports.database import DatabaseUnavailable
from common.ports.records import StoredAnswer
from common.triggers import assets, invocation, problems
from common.triggers.declaration import Asset, Route, SetCookie, Stream
from common.triggers.unit_of_work import Billed, Stale, UnitOfWork

EVENT_STREAM = "text/event-stream"


def text_of(route: Route, result: Any) -> str:
    """The JSON text of a result; empty where it has no body."""
    body = result.body if route.result.wrapper not in (None, Asset, Stream) else result
    return body.model_dump_json() if isinstance(body, BaseModel) else ""


def respond(world: World, route: Route, request: Request, result: Any, text: str) -> Response:
    """The answer as the route declares it; `text` is the result's."""
    if isinstance(result, Asset):
        return assets.respond(result, request)
    response = _json(route.result.status_of(result), text)
    if isinstance(result, SetCookie) and result.value is not None:
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


def replay(answer: StoredAnswer, route: Route, request: Request) -> Response:
    """The answer that was given to the same Idempotency-Key before; of a stream, its end alone."""
    if route.result.wrapper is Stream and _wants_events(request):
        response = _events([_event("done", answer.body)])
    else:
        response = _json(answer.status, answer.body)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _json(status: int, text: str) -> Response:
    response = Response(text, status=status, content_type="application/json") if text else Response(status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _wants_events(request: Request) -> bool:
    return EVENT_STREAM in request.headers.get("Accept", "")


def _events(text: Iterable[str]) -> Response:
    response = Response(text, content_type=EVENT_STREAM)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


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
    unit = UnitOfWork(world.late_database, billed)
    try:
        made: Stream[Any] = route.handler(**inputs, **invocation.bind(world, route, unit))
    except DatabaseUnavailable:
        fail()
        raise Unavailable(retry_after=2) from None
    except BaseException:
        fail()
        raise
    turn = _Turn(world, unit, made, finish, fail)
    if not _wants_events(request):
        return _json(route.result.status, turn.run_to_the_end())
    response = _events(turn.events())
    response.call_on_close(turn.close)
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
        self._state: Literal["new", "running", "over"] = "new"
        self._answer = ""

    def _next(self) -> tuple[str, BaseModel] | None:
        """The next delta; None when there are no more, and the commit has come about."""
        self._state = "running"
        try:
            name, delta = next(self._generator)
            return name, delta
        except StopIteration as end:
            result = end.value
        except BaseException as error:  # noqa: BLE001 - raised again
            raise self._given_up(error) from None
        try:
            self._commit(result)
        except BaseException as error:  # noqa: BLE001 - raised again
            raise self._given_up(error) from None
        return None

    def _commit(self, result: BaseModel) -> None:
        self._answer = result.model_dump_json()
        self._finish(self._unit, result)
        self._unit.commit(self._world.patience())
        self._state = "over"
        invocation.send(self._world, self._unit)
        billed = self._unit.billed
        logs.info("stream.done", reads=billed.reads, writes=billed.writes, deletes=billed.deletes)

    def _given_up(self, error: BaseException) -> BaseException:
        if self._state != "over":
            self._state = "over"
            self._fail()
        match error:
            case DatabaseUnavailable():
                return Unavailable(retry_after=2)
            case Stale():
                return Conflict(retry_after=1)
        return error

    def run_to_the_end(self) -> str:
        """The answer as JSON, after its commit."""
        with logs.context(**self._log):
            while self._next() is not None:
                pass
            return self._answer

    def events(self) -> Iterator[str]:
        """The whole stream as text."""
        while True:
            with logs.context(**self._log):
                event, is_last = self._next_event()
            yield event
            if is_last:
                return

    def _next_event(self) -> tuple[str, bool]:
        """A stream has begun: its only way to tell of a failure is an event."""
        try:
            delta = self._next()
        except Problem as problem:
            return _event("error", problems.response(problem).get_data(as_text=True)), True
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller learns that it failed
            logs.error("stream.failed", exception=error)
            return _event("error", problems.unexpected().get_data(as_text=True)), True
        if delta is None:
            return _event("done", self._answer), True
        name, said = delta
        return _event(name, said.model_dump_json()), False

    def close(self) -> None:
        """The connection has ended. Where the client left, the work is done and paid for, so it is kept."""
        if self._state == "new":
            self._state = "over"
            self._fail()
        while self._state == "running":
            with logs.context(**self._log):
                self._next_event()


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
