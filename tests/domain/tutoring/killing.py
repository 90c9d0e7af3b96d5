"""Tasks that are killed at every call that leaves them, and what goes on beside them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from common import adapters
from common.ports import Query
from common.ports.queue import MessageRecord
from common.triggers.entry import Endpoint
from tests.domain.tutoring.lectern import Lectern
from tests.triggers.processes import Process, SteppedDatabase, SteppedTasks, world_here
from tests.triggers.world import HandWorld, deliver

MESSAGES = Query(MessageRecord)


class Stepped:
    """Deliveries of a function in processes of their own; what else the test does lives in the lectern's world."""

    def __init__(self, lectern: Lectern, function: Endpoint, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._lectern, self._function, self._kind = lectern, function, kind
        monkeypatch.setattr(adapters, "world", self._here)

    def _here(self) -> HandWorld:
        try:
            return world_here()
        except AttributeError:
            return self._lectern.world

    def begin(self, message_id: str, ended: Callable[[Any], None]) -> Process:
        """One delivery, which waits before its first call."""
        return Process(self._make, lambda: deliver(self._function, message_id), ended)

    def _make(self, process: Process) -> HandWorld:
        shared = self._lectern.world
        world = HandWorld(shared.settings, SteppedDatabase(shared.database, process))
        world.clock, world.ids, world.files = shared.clock, shared.ids, shared.files
        world.tasks = SteppedTasks(lambda _: None, process)  # type: ignore[assignment]
        return world

    def records(self) -> list[MessageRecord]:
        """All messages of the kind."""
        return [one for one in self._lectern.all(MESSAGES) if one.kind == self._kind]

    def due(self) -> list[MessageRecord]:
        """Those that are to be delivered."""
        now = self._lectern.world.clock.now()
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
            self._lectern.world.clock.advance(seconds=1)
            statuses: list[object] = []
            process = self.begin(message_id, statuses.append)
            for _ in range(stops):
                process.go_on("go")
                if process.over:
                    assert statuses == [200]
                    return
            process.go_on("die" if stops % 2 else "die_after")
