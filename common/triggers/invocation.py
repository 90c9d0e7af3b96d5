"""One invocation is one commit: ports are bound to one unit of work, the handler stages, the edge commits and sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from common import logs, ports
from common.adapters import World
from common.errors import Conflict, Problem, Unavailable
from common.ports.database import Absent, At, DatabaseUnavailable, Guard, GuardFailed, Write
from common.ports.queue import Message, MessageRecord
from common.ports.records import OutsideNote
from common.triggers.budget import DailyBudget
from common.triggers.declaration import Parameter, Route
from common.triggers.rate_limit import ExactRateLimit
from common.triggers.unit_of_work import Billed, Stale, UnitOfWork, parse

LOST_AFTER = timedelta(minutes=10)
"""A message that is still pending so long after it was due is sent again."""
MOST_DELAY = timedelta(days=30)
NOTES_KEPT = timedelta(days=40)


class StagingQueue:
    """The Queue port: stages message records in the unit of work."""

    def __init__(self, world: World, unit: UnitOfWork) -> None:
        self._world, self._unit = world, unit

    def stage(self, message: Message, *, at: datetime | None = None) -> None:
        """Stage a message, due now or `at`; ValueError when that is over 30 days ahead."""
        now = self._world.clock.now()
        due = max(at or now, now)
        if due - now > MOST_DELAY:
            raise ValueError(f"{type(message).__name__} is due in {due - now}: a queue holds 30 days")
        derived = message.derived_id()
        record = MessageRecord(
            message_id=derived or self._world.ids.new(),
            kind=type(message).__name__,
            payload=message.model_dump_json(),
            user_id=getattr(message, "user_id", None),
            created_at=now,
            due_at=due,
            check_at=due + LOST_AFTER,
            trace=logs.trace(),
        )
        self._unit.stage_message(record, derived=derived is not None)


class CommittedNotes:
    """The Outside port: a note that is committed before the effect."""

    def __init__(self, world: World, billed: Billed) -> None:
        self._world, self._billed = world, billed

    def begin(self, key: str) -> bool:
        """True when nobody began this before. Bills one write."""
        return self._write(key, Absent()) or self._write_over_expired(key)

    def _write(self, key: str, guard: Guard) -> bool:
        note = OutsideNote(note_id=key, expires_at=self._world.clock.now() + NOTES_KEPT)
        try:
            self._world.database.commit([Write("set", OutsideNote, key, guard, document=note)])
        except GuardFailed:
            return False
        self._billed.writes += 1
        return True

    def _write_over_expired(self, key: str) -> bool:
        stored = self._world.database.get_many(OutsideNote, [key])[0]
        self._billed.reads += 1
        if stored is None or parse(OutsideNote, stored).expires_at > self._world.clock.now():
            return False
        return self._write(key, At(stored.version))

    def withdraw(self, key: str) -> None:
        """Forget the note. Bills one delete."""
        self._world.database.commit([Write("delete", OutsideNote, key)])
        self._billed.deletes += 1


class BoundSecret:
    """The Secret port: one secret's values, read when first used."""

    def __init__(self, world: World, name: str) -> None:
        self._world, self._name = world, name

    @property
    def value(self) -> str:
        """The value in use."""
        return self.values[0]

    @property
    def values(self) -> tuple[str, ...]:
        """All accepted values, the one in use first."""
        return self._world.secrets.read(self._name)


def bind(world: World, route: Route, unit: UnitOfWork) -> dict[str, Any]:
    """The value of each port that a handler declares, over one unit of work."""
    return {port.name: _bound(world, port, unit) for port in route.ports}


def _bound(world: World, need: Parameter, unit: UnitOfWork) -> Any:  # noqa: C901, PLR0911, PLR0912 - one line a port
    argument: Any = need.argument
    match need.port:
        case ports.Store | ports.StoreReader | ports.AllQueues:
            return unit
        case ports.Queue:
            return StagingQueue(world, unit)
        case ports.Clock:
            return world.clock
        case ports.Ids:
            return world.ids
        case ports.Deployment:
            return world.deployment
        case ports.Secret:
            return BoundSecret(world, argument.name)
        case ports.Files | ports.FilesReader | ports.UploadSigner | ports.DownloadSigner:
            return world.files.bucket(argument.name)
        case ports.Remains:
            return world.remains
        case ports.Mailer:
            return world.mailer
        case ports.TextModel:
            return world.text_model
        case ports.Embedder:
            return world.embedder
        case ports.Moderator:
            return world.moderator
        case ports.Budget:
            return DailyBudget(world.database, world.clock, unit.billed)
        case ports.RateLimit:
            return ExactRateLimit(world.database, world.clock, world.settings.rate_limit_factor, unit.billed)
        case ports.Outside:
            return CommittedNotes(world, unit.billed)
        case _:
            raise TypeError(f"{need.name}: no adapter for {need.port}")


def run(
    world: World,
    route: Route,
    inputs: Mapping[str, Any],
    billed: Billed,
    prepare: Callable[[UnitOfWork], None] | None = None,
    finish: Callable[[UnitOfWork, Any], None] | None = None,
) -> Any:
    """Run the handler and commit what it staged, again and again while what it read has changed.

    `prepare` and `finish` stage the edge's own writes before and after the handler. A handler with outside effects
    runs once; its caller gets a Conflict instead. A Problem that `commits` is raised after the commit.
    """
    patience = world.patience()
    while True:
        unit = UnitOfWork(world.late_database, billed)
        result: Any = None
        refused: Problem | None = None
        try:
            if prepare:
                prepare(unit)
            result = route.handler(**inputs, **bind(world, route, unit))
        except DatabaseUnavailable:
            raise Unavailable(retry_after=2) from None
        except Problem as problem:
            if not (problem.commits and route.method):  # a message that was not done has no effects
                raise
            refused = problem
        if finish and refused is None:
            finish(unit, result)
        try:
            unit.commit(world.patience())  # its own: a call to a model may have taken longer than all patience
        except Stale as stale:
            if route.outside or not patience.wait():
                logs.warning("commit.conflict", collection=str(stale))
                raise Conflict(retry_after=1) from None
            continue
        send(world, unit)
        if refused is not None:
            raise refused
        return result


def send(world: World, unit: UnitOfWork) -> None:
    """Hand committed messages to their queues. What fails here is sent by the sweeper: the commit stands."""
    by_mark: dict[str, list[MessageRecord]] = {}
    for record, mark in unit.outbox:
        by_mark.setdefault(mark, []).append(record)
    for mark, records in by_mark.items():
        try:
            world.tasks.send(records, again=mark)
        except Exception as error:  # noqa: BLE001 - any failure of the queue has the same remedy
            logs.error("message.unsent", exception=error, count=len(records))
