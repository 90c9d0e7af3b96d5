"""Tasks that are killed at every call that leaves them, and what goes on beside them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Protocol

import pytest

from common import adapters
from common.ports import Query
from common.ports.queue import MessageRecord
from common.ports.store import D
from common.triggers.entry import Endpoint
from tests.triggers.processes import Process, SteppedDatabase, SteppedTasks, world_here
from tests.triggers.world import HandWorld, deliver

MESSAGES = Query(MessageRecord)


class Room(Protocol):
    """A world in the test's hands, and what is stored in it."""

    world: HandWorld

    def all(self, query: Query[D]) -> list[D]: ...


class Stepped:
    """Deliveries of a function in processes of their own; what else the test does lives in the room's world."""

    def __init__(self, room: Room, function: Endpoint, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._room, self._function, self._kind = room, function, kind
        monkeypatch.setattr(adapters, "world", self._here)

    def _here(self) -> HandWorld:
        try:
            return world_here()
        except AttributeError:
            return self._room.world

    def begin(self, message_id: str, ended: Callable[[Any], None]) -> Process:
        """One delivery, which waits before its first call."""
        return Process(self._make, lambda: deliver(self._function, message_id), ended)

    def _make(self, process: Process) -> HandWorld:
        shared = self._room.world
        world = HandWorld(shared.settings, SteppedDatabase(shared.database, process))
        world.clock, world.ids, world.files = shared.clock, shared.ids, shared.files
        world.tasks = SteppedTasks(lambda _: None, process)  # type: ignore[assignment]
        return world

    def records(self) -> list[MessageRecord]:
        """All messages of the kind."""
        return [one for one in self._room.all(MESSAGES) if one.kind == self._kind]

    def due(self) -> list[MessageRecord]:
        """Those that are to be delivered."""
        now = self._room.world.clock.now()
        return [one for one in self.records() if one.status == "PENDING" and one.due_at <= now]

    def work(self) -> None:
        """Deliver what is due until nothing is."""
        while due := self.due():
            assert deliver(self._function, due[0].message_id) == 200

    def work_killed(self) -> None:
        """The same, where each delivery dies at its first call, the next one at its second, and so on."""
        while due := self.due():
            self._killed(due[0].message_id)

    def _killed(self, message_id: str) -> None:
        for stops in count():
            self._room.world.clock.advance(seconds=1)
            statuses: list[object] = []
            process = self.begin(message_id, statuses.append)
            for _ in range(stops):
                process.go_on("go")
                if process.over:
                    assert statuses == [200]
                    return
            process.go_on("die" if stops % 2 else "die_after")
