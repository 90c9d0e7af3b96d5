"""Cloud Tasks consumers: `@task()` on a handler that takes one message.

The queue never gives up; attempts are counted here, and past the declared number the message becomes a dead letter.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Request, Response

from common import adapters, logs
from common.adapters import World
from common.ports import Increment
from common.ports.database import At, Database, DatabaseUnavailable, Exists, GuardFailed, Version, Write
from common.ports.queue import MessageRecord
from common.triggers import invocation
from common.triggers.declaration import Declaration, Route, read_route
from common.triggers.entry import Endpoint, endpoint
from common.triggers.unit_of_work import Billed, UnitOfWork, parse

DONE_KEPT = timedelta(days=2)
LEASE_MARGIN = timedelta(seconds=30)
BACKOFF_CAP = timedelta(minutes=10)


class _Settled(Exception):
    """Somebody else did it, or it was erased: there is nothing to do."""


def task(
    *,
    max_attempts: int = 8,
    max_dispatches_per_second: int = 50,
    max_concurrent: int = 20,
    memory: str = "512Mi",
    timeout: int = 60,
) -> Callable[[Callable[..., None]], Endpoint]:
    """Declare the one consumer of a message: how often it is tried, and how fast its queue runs.

    `timeout` in seconds. Delivered at least once, in no order; its effects come about exactly once.
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
        )
        return endpoint(declaration, consume)

    return declare


def consume(declaration: Declaration, request: Request) -> Response:
    """Answer one delivery: 200 done or never to be done, 409 busy, 500 failed and to be tried again."""
    world = adapters.world()
    try:
        message_id = str(request.get_json()["message_id"])
        retries = int(request.headers.get("X-CloudTasks-TaskRetryCount", "0"))
    except (KeyError, TypeError, ValueError):
        return Response(status=400)
    billed = Billed()
    delivery = Delivery(world, declaration, message_id, retries, billed)
    with logs.context(message_id=message_id):
        status = delivery.settle()
        logs.info("task.done", status=status, reads=billed.reads, writes=billed.writes, deletes=billed.deletes)
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
            if record.due_at > self._world.clock.now() + timedelta(seconds=5):
                return self._busy()  # a task that came before its time
            if self._attempt(record) > self._declaration.max_attempts:
                return self._bury(record, version, record.last_error or "the instance died")
            if self._route.outside:
                record, version = self._lease(record, version)
            return self._run(record, version)
        except _Settled:
            return 200
        except _Held:
            return self._busy()
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
        """Which attempt this is: by the queue's count, less the deliveries that found it busy."""
        return max(self._retries - record.busy, record.attempts) + 1

    def _lease(self, record: MessageRecord, version: Version) -> tuple[MessageRecord, Version]:
        now = self._world.clock.now()
        if record.lease_until is not None and now < record.lease_until:
            raise _Held
        until = now + timedelta(seconds=self._declaration.timeout) + LEASE_MARGIN
        leased = record.model_copy(update={"lease_until": until})
        try:
            guard = At(version)
            written = self._database.commit([Write("set", MessageRecord, self._message_id, guard, document=leased)])
        except GuardFailed:
            raise _Held from None
        self._billed.writes += 1
        return leased, written.versions[0]

    def _run(self, record: MessageRecord, version: Version) -> int:
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
            unit.fence(latest.model_copy(update=fields), at, None)

        try:
            message = model.model_validate_json(record.payload)
            invocation.run(self._world, self._route, {name: message}, self._billed, prepare=read_again, finish=done)
        except _Settled:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, it counts as one failed attempt
            return self._failed(record, error)
        return 200

    def _failed(self, record: MessageRecord, error: Exception) -> int:
        attempt = self._attempt(record)
        logs.error("task.failed", exception=error, attempt=attempt, of=self._declaration.max_attempts)
        if attempt >= self._declaration.max_attempts:
            latest, version = self._read()
            return self._bury(latest, version, type(error).__name__)
        check_at = self._world.clock.now() + invocation.LOST_AFTER + BACKOFF_CAP
        fields = {"attempts": Increment(1), "last_error": type(error).__name__, "lease_until": None}
        self._note({**fields, "check_at": check_at})
        return 500

    def _busy(self) -> int:
        self._note({"busy": Increment(1)})
        return 409

    def _note(self, fields: dict[str, Any]) -> None:
        try:
            write = Write("update", MessageRecord, self._message_id, Exists(), fields=fields)
            self._database.commit([write], exact=False)
            self._billed.writes += 1
        except (GuardFailed, DatabaseUnavailable):
            logs.warning("message.not_noted")

    def _bury(self, record: MessageRecord, version: Version, reason: str) -> int:
        dead = record.model_copy(update={"status": "DEAD", "last_error": reason, "lease_until": None})
        try:
            self._database.commit([Write("set", MessageRecord, self._message_id, At(version), document=dead)])
        except GuardFailed:
            return 500  # somebody is at work on it: look again
        self._billed.writes += 1
        logs.error("message.dead", kind=record.kind, reason=reason)
        return 200


class _Held(Exception):
    """Another delivery holds the lease."""
