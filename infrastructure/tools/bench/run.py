"""What every section is given: how long to measure, where to keep data, and a local server when it needs one."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.adapters import World
from common.domain.documents.models import StoredDocument
from common.ports.queue import DUE, MessageRecord
from common.ports.store import Cursor, Query, Scalar
from common.triggers.unit_of_work import parse
from infrastructure.tools.bench import learners, processes
from infrastructure.tools.bench.processes import Process

IN_STATE = Query(StoredDocument, equal=("status",))


@dataclass(frozen=True)
class Effort:
    """How much is measured: rounds, seconds a round, spawns of a function, and seconds in all for these."""

    rounds: int = 3
    seconds: float = 4.0
    learners: int = 400
    spawns: int = 4
    spawning: float = 75.0
    pages: int = 50
    """Of the document that is uploaded."""
    functions: int | None = None
    """Only so many functions' cold starts."""


QUICK = Effort(rounds=1, seconds=0.5, learners=20, spawns=1, pages=4, functions=3)


@dataclass
class Bench:
    """One run of the benchmark."""

    effort: Effort
    folder: Path
    """Of its own, removed afterwards."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_folder(self) -> Path:
        """A data folder that does not exist yet."""
        return self.folder / f"data-{next(self._numbers)}"

    @contextmanager
    def server(self) -> Iterator[Server]:
        """A local server over an empty data folder, with learners in it."""
        data = self.new_folder()
        made = learners.make(data, self.effort.learners)
        with processes.local_server(data) as process:
            process.first_answer(processes.STATUS)
            server = Server(process, data, list(made), list(made.values()))
            server.rest()
            yield server


@dataclass
class Server:
    """A running local server, and what its data folder tells."""

    process: Process
    data: Path
    user_ids: list[str]
    tokens: list[str]

    def __post_init__(self) -> None:
        self.world = World(learners.settings_of(self.data))
        self.tokens_file = self.data / "bench-tokens"
        self.tokens_file.write_text("\n".join(self.tokens) + "\n")

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return self.process.port

    def count(self, status: str) -> int:
        """Messages that are PENDING or DONE."""
        return self.world.database.count(DUE, {"status": status, "due_at": self.world.clock.now()})

    def rest(self, patience: float = 60.0) -> None:
        """Wait until the sample documents of the first start are taken in, so that they are no part of any figure."""
        until = time.monotonic() + patience
        while any(self.world.database.count(IN_STATE, {"status": one}) for one in ("uploaded", "processing")):
            if time.monotonic() > until:
                raise TimeoutError("the sample documents are not taken in")
            time.sleep(0.05)
        self.drain()

    def drain(self, patience: float = 60.0) -> float:
        """Wait until the chain has nothing left to do; how many seconds that took (infinite: not in time)."""
        started = time.monotonic()
        while time.monotonic() - started < patience:
            if self.count("PENDING") == 0:
                return time.monotonic() - started
            time.sleep(0.05)
        return float("inf")

    def done(self) -> Iterator[MessageRecord]:
        """Every message that is done."""
        after: Cursor | None = None
        while True:
            where: dict[str, Scalar] = {"status": "DONE", "due_at": self.world.clock.now()}
            page = [parse(MessageRecord, one) for one in self.world.database.query(DUE, where, 1000, after)]
            yield from page
            if len(page) < 1000:
                return
            after = Cursor.at(DUE, page[-1])

    def log(self) -> Iterator[dict[str, Any]]:
        """What the server logged, an event at a time."""
        with (self.data / "logs" / "server.jsonl").open() as lines:
            for line in lines:
                yield json.loads(line)
