"""Cloud Tasks consumers: `@task()` on a handler that takes one message.

The queue never gives up; attempts are counted here, and past the declared number the message becomes a dead letter.
What never began is no attempt: a database that is down, a task that came early, a delivery that found another at work.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Request, Response

from common import adapters, logs
from common.adapters import World
from common.ports.database import At, Database, DatabaseUnavailable, GuardFailed, Version, Write
from common.ports.queue import MessageRecord
from common.triggers import invocation
from common.triggers.declaration import Declaration, Route
from common.triggers.entry import Endpoint, endpoint
from common.triggers.signature import read_route
from common.triggers.unit_of_work import Billed, UnitOfWork, parse

DONE_KEPT = timedelta(days=2)
LEASE_MARGIN = timedelta(seconds=30)
BACKOFF_CAP = timedelta(minutes=10)
EARLY = timedelta(seconds=5)
"""Clocks of two machines may differ so much."""


class _Settled(Exception):
    """Somebody else did it, or it was erased: there is nothing to do."""


class _Held(Exception):
    """Another delivery is at work on it, or has taken it over."""


def task(
    *,
    max_attempts: int = 8,
    max_dispatches_per_second: int = 50,
    max_concurrent: int = 20,
    memory: str = "512Mi",
    timeout: int = 60,
    internet: bool = True,
) -> Callable[[Callable[..., None]], Endpoint]:
    """Declare the one consumer of a message: how often it is tried, and how fast its queue runs.

    `timeout` in seconds; `internet` as in http.resource. Delivered at least once, in no order; its effects come about
    exactly once.
    """

    def declare(handler: Callable[..., None]) -> Endpoint:
        route = read_route(handler, "task", {})
        declaration = Declaration(
            handler.__name__,
            "task",
            [route],
            memory=memory,
            timeout=timeout,
            max_attempts=max_attempts,
            max_dispatches_per_second=max_dispatches_per_second,
            max_concurrent=max_concurrent,
            internet=internet,
        )
        return endpoint(declaration, consume)

    return declare


def consume(declaration: Declaration, request: Request) -> Response:
    """Answer one delivery: 200 done or never to be done, 409 busy, 500 failed and to be tried again."""
    world = adapters.world()
    body: Any = request.get_json(silent=True)
    try:
        message_id = str(body["message_id"])
        retries = int(request.headers.get("X-CloudTasks-TaskRetryCount", "0"))
    except (KeyError, TypeError, ValueError):
        logs.error("task.unreadable")  # it names no message, and the queue would bring it back for ever
        return Response(status=200)
    billed = request.environ["scholium.billed"] = Billed()
    request.environ["scholium.message_id"] = message_id
    with logs.context(message_id=message_id):
        status = Delivery(world, declaration, message_id, retries, billed).settle()
    return Response(status=status)


class Delivery:
    """One delivery of one message to its consumer."""

    def __init__(self, world: World, declaration: Declaration, message_id: str, retries: int, billed: Billed) -> None:
        self._world, self._declaration, self._retries, self._billed = world, declaration, retries, billed
        self._message_id = message_id
        self._route: Route = declaration.routes[0]
        self._database: Database = world.database

    def settle(self) -> int:
        """Run the handler and commit its effects with DONE, or say what became of the message; an HTTP status."""
        try:
            record, version = self._read()
            now = self._world.clock.now()
            if record.due_at > now + EARLY:
                return self._came_early(record, version)
            attempt = self._attempt(record)
            is_last = attempt > self._declaration.max_attempts
            is_held = record.lease_until is not None and now < record.lease_until
            if is_held and (is_last or self._route.outside):
                raise _Held
            if is_last:
                return self._bury(record, version, record.last_error or "the instance died")
            if attempt > 1 or self._route.outside:
                record, version = self._begin(record, version, attempt)
            return self._run(record, version, attempt)
        except _Settled:
            return 200
        except _Held:
            return 409
        except DatabaseUnavailable:
            return 500

    def _read(self) -> tuple[MessageRecord, Version]:
        stored = self._database.get_many(MessageRecord, [self._message_id])[0]
        self._billed.reads += 1
        if stored is None:
            raise _Settled
        record = parse(MessageRecord, stored)
        if record.status != "PENDING":
            raise _Settled
        return record, stored.version

    def _attempt(self, record: MessageRecord) -> int:
        """Which attempt this is.

        Each is written down when it begins, but for the first of a handler without outside effects: that saves a
        write for every message, and the queue's count of failures tells when the first one died.
        """
        first_died = not self._route.outside and self._retries > record.busy
        return max(record.attempts, int(first_died)) + 1

    def _begin(self, record: MessageRecord, version: Version, attempt: int) -> tuple[MessageRecord, Version]:
        """Write the attempt down, with its lease; whoever held the message before can commit nothing any more."""
        until = self._world.clock.now() + timedelta(seconds=self._declaration.timeout) + LEASE_MARGIN
        begun = {"attempts": attempt, "lease_until": until, "check_at": until + invocation.LOST_AFTER}
        return self._write(record.model_copy(update=begun), version)

    def _run(self, record: MessageRecord, version: Version, attempt: int) -> int:
        model = self._route.message
        if model is None:
            raise TypeError(f"{self._declaration.name}: a task consumes a message")
        name = next(p.name for p in self._route.parameters if p.source == "message")
        current = (record, version)
        first = True

        def read_again(_: UnitOfWork) -> None:
            nonlocal current, first
            if not first:  # something that the handler read has changed: perhaps this very message
                current = self._read()
            first = False

        def done(unit: UnitOfWork, _: Any) -> None:
            latest, at = current
            fields = {"status": "DONE", "lease_until": None, "expires_at": self._world.clock.now() + DONE_KEPT}
            unit.fence(latest.model_copy(update=fields), at, _Held() if self._route.outside else None)

        try:
            message = model.model_validate_json(record.payload)
            invocation.run(self._world, self._route, {name: message}, self._billed, prepare=read_again, finish=done)
        except (_Settled, _Held):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, it counts as one failed attempt
            logs.error("task.failed", exception=error, attempt=attempt, of=self._declaration.max_attempts)
            return self._failed(*current, attempt, type(error).__name__)
        return 200

    def _failed(self, record: MessageRecord, version: Version, attempt: int, reason: str) -> int:
        if attempt >= self._declaration.max_attempts:
            return self._bury(record, version, reason)
        check_at = self._world.clock.now() + invocation.LOST_AFTER + BACKOFF_CAP
        fields = {"attempts": max(attempt, record.attempts), "last_error": reason, "lease_until": None}
        return self._note(record.model_copy(update={**fields, "check_at": check_at}), version, 500)

    def _came_early(self, record: MessageRecord, version: Version) -> int:
        """Not an attempt, though the queue will count it."""
        return self._note(record.model_copy(update={"busy": record.busy + 1}), version, 409)

    def _bury(self, record: MessageRecord, version: Version, reason: str) -> int:
        dead = record.model_copy(update={"status": "DEAD", "last_error": reason, "lease_until": None})
        self._write(dead, version)
        logs.error("message.dead", kind=record.kind, reason=reason)
        return 200

    def _note(self, record: MessageRecord, version: Version, status: int) -> int:
        """Write down what is good to know; where it does not succeed, the answer stays the same."""
        try:
            self._write(record, version)
        except (_Held, DatabaseUnavailable):
            logs.warning("message.not_noted")
        return status

    def _write(self, record: MessageRecord, version: Version) -> tuple[MessageRecord, Version]:
        """Replace the record that was read; _Held when somebody else was quicker."""
        try:
            write = Write("set", MessageRecord, self._message_id, At(version), document=record)
            written = self._database.commit([write])
        except GuardFailed:
            raise _Held from None
        self._billed.writes += 1
        return record, written.versions[0]
