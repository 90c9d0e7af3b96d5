"""Drives one document through one schedule of faults, chosen by a seed, and judges what came of it.

Events, deliveries, sweeps and a deletion are processes of their own. The seed chooses who goes on, who is begun
besides, who dies before or after a call, whom the database, the queue or the model refuses, and when the clock jumps.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from common.adapters.local.files import FolderFiles
from common.domain.documents.models import Chunk, DocumentPage, StoredDocument
from common.ports.ai import Embeddings, Kind, ModelUnavailable
from common.ports.database import Database
from common.ports.queue import MessageRecord
from common.settings import Settings
from common.triggers.unit_of_work import parse
from functions.document_ingest.main import document_ingest
from functions.document_sweep.main import document_sweep
from functions.documents.main import documents
from functions.outbox_flush.main import outbox_flush
from tests.domain.documents.shelf import CHUNKS, CONSUMERS, DOCUMENTS, MESSAGES, PAGES, HandEmbedder
from tests.triggers.processes import Fate, Process, SteppedDatabase, SteppedTasks
from tests.triggers.world import CountedIds, HandClock, HandWorld, deliver, send

FAULTS = 5
"""Fewer than the attempts of any task: no schedule may end in a dead letter."""


class SteppedEmbedder(HandEmbedder):
    """A model that its process stops before each use of."""

    def __init__(self, process: Process) -> None:
        super().__init__()
        self._process = process

    def embed(self, texts: Sequence[str], kind: Kind) -> Embeddings:
        return self._process.call(lambda: HandEmbedder.embed(self, texts, kind), ModelUnavailable)


class Chaos:
    """One schedule: faults for a while, then peace until everything is settled."""

    def __init__(self, seed: int, settings: Settings, database: Database, document: StoredDocument) -> None:
        self._random = random.Random(seed)
        self._settings, self._database, self._document = settings, database, document
        self._files = FolderFiles(settings)
        self._clock, self._ids = HandClock(), CountedIds()
        self._processes: list[Process] = []
        self._faults = self._random.randint(0, FAULTS)
        self._jumps = self._random.randint(0, 2)
        self.is_deleted = False
        self._may_delete = self._random.random() < 0.3
        self._told = False
        self._failures: Counter[str] = Counter()
        self._queue: list[str] = []

    def _world(self, process: Process) -> HandWorld:
        world = HandWorld(self._settings, SteppedDatabase(self._database, process))
        world.clock, world.ids = self._clock, self._ids
        world.tasks = SteppedTasks(self._queue.append, process)  # type: ignore[assignment]
        world.files, world.embedder = self._files, SteppedEmbedder(process)
        return world

    def _begin(self, work: Callable[[], Any], ended: Callable[[Any], None] = lambda _: None) -> Process:
        process = Process(self._world, work, ended)
        self._processes.append(process)
        return process

    # What can be begun -----------------------------------------------------------------------------------------

    def _tell(self) -> Process:
        info = self._files.bucket("uploads").info(self._document.file)
        generation, size = (info.generation, info.size) if info else (1, 1)
        body = {"bucket": "uploads", "name": self._document.file, "generation": generation, "size": size}
        headers = {"ce-type": "google.cloud.storage.object.v1.finalized"}

        def ended(answer: Any) -> None:
            self._told = self._told or (answer is not None and answer.status_code == 200)

        return self._begin(lambda: send(document_ingest, "POST", "/", body, headers), ended)

    def _deliver(self, message_id: str) -> Process:
        stored = self._database.get_many(MessageRecord, [message_id])[0]
        assert stored is not None
        function = CONSUMERS[parse(MessageRecord, stored).kind]

        def ended(status: Any) -> None:
            if status != 200:
                self._failures[message_id] += 1
                assert status in (None, 409, 500), status

        return self._begin(lambda: deliver(function, message_id, self._failures[message_id]), ended)

    def _sweep(self) -> Process:
        headers = {"X-CloudScheduler-ScheduleTime": self._clock.now().isoformat()}
        function = self._random.choice([document_sweep, outbox_flush])
        return self._begin(lambda: send(function, "POST", "/", None, headers))

    def _delete(self) -> Process:
        path = f"/v1/documents/{self._document.document_id}"

        def ended(answer: Any) -> None:
            self.is_deleted = self.is_deleted or (answer is not None and answer.status_code in (204, 404))

        self._may_delete = True
        return self._begin(lambda: send(documents, "DELETE", path), ended)

    # Chaos, and peace ------------------------------------------------------------------------------------------

    def chaos(self, steps: int) -> None:
        """Begin and step processes in any order, with faults."""
        for _ in range(steps):
            self._processes = [one for one in self._processes if not one.over]
            choice = self._random.random()
            if self._jumps and choice < 0.02:
                self._jumps -= 1
                self._clock.advance(minutes=self._random.choice([2, 15, 100]))
            elif len(self._processes) < 4 and (choice < 0.25 or not self._processes):
                self._begin_any()
            elif self._processes:
                self._random.choice(self._processes).go_on(self._fate())

    def _begin_any(self) -> None:
        choice = self._random.random()
        if self._queue and choice < 0.8:
            self._deliver(self._random.choice(self._queue))
        elif choice < 0.9:
            self._tell()
        elif choice < 0.97 or not self._may_delete:
            self._sweep()
        else:
            self._delete()

    def _fate(self) -> Fate:
        if self._faults and self._random.random() < 0.06:
            self._faults -= 1
            return self._random.choice(["die", "die_after", "refused"])
        return "go"

    def peace(self) -> None:
        """Let everybody come to an end, then repeat what was not acknowledged until nothing is left to do."""
        while self._processes:
            self._to_the_end(self._random.choice(self._processes))
        for _ in range(60):
            if self._is_settled():
                return
            self._clock.advance(minutes=25)
            if not self._told:
                self._to_the_end(self._tell())
            if self._may_delete and not self.is_deleted:
                self._to_the_end(self._delete())
            for _ in range(3):
                self._to_the_end(self._sweep())
            for message in self._pending():
                self._to_the_end(self._deliver(message.message_id))
        raise AssertionError(f"never settled: {self._pending()} {self.all(DOCUMENTS)}")

    def _to_the_end(self, process: Process) -> None:
        while not process.over:
            process.go_on("go")
        self._processes.remove(process)

    def _is_settled(self) -> bool:
        if self._pending() or not self._told or (self._may_delete and not self.is_deleted):
            return False
        found = self.all(DOCUMENTS)
        return not found or found[0].embedding_model is not None or found[0].status == "failed"

    def _pending(self) -> list[MessageRecord]:
        return [one for one in self.all(MESSAGES) if one.status == "PENDING"]

    def all(self, query: Any) -> list[Any]:
        return [parse(query.model, stored) for stored in self._database.query(query, {}, 1000, None)]

    # Judgement -------------------------------------------------------------------------------------------------

    def judge(self, chunks: list[Chunk], pages: list[DocumentPage]) -> None:
        """The same chunks, once; or nothing at all, where it was deleted."""
        assert {one.status for one in self.all(MESSAGES)} <= {"DONE"}
        if self.is_deleted:
            assert (self.all(DOCUMENTS), self.all(CHUNKS), self.all(PAGES)) == ([], [], [])
            assert self._files.bucket("uploads").info(self._document.file) is None
            return
        (document,) = self.all(DOCUMENTS)
        assert (document.status, document.failure, document.chunks) == ("ready", None, len(chunks))
        assert document.pages == document.pages_done == len(pages)
        assert sorted(self.all(CHUNKS), key=lambda chunk: chunk.chunk_id) == chunks
        assert sorted(self.all(PAGES), key=lambda page: page.page_id) == pages
