"""What the suites of the queue share: records, and a local queue that is running."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from common.adapters.local.dispatcher import Dispatcher, Target, TaskTarget
from common.adapters.local.sqlite import Sqlite
from common.ports.database import Write
from common.ports.queue import MessageRecord
from common.settings import Settings
from tests.emulators.receiver import Answer, Delivery, Receiver


def record(message_id: str, *, kind: str = "ActivityHappened", due_in: float = 0.0) -> MessageRecord:
    """A message that is due `due_in` seconds from now."""
    now = datetime.now(UTC)
    due_at = now + timedelta(seconds=due_in)
    return MessageRecord(
        message_id=message_id,
        kind=kind,
        payload='{"secret": "stays in the database"}',
        created_at=now,
        due_at=due_at,
        check_at=due_at + timedelta(minutes=10),
    )


def tasks(*kinds: str, rate: float = 500, concurrent: int = 50, timeout: float = 20) -> list[TaskTarget]:
    return [TaskTarget(kind, kind.lower(), f"/{kind}", 8, rate, concurrent, timeout) for kind in kinds]


class LocalQueue:
    """A database with a dispatcher at work, and the consumer that it delivers to.

    Like the edge, the consumer sets a message DONE when it answers 200.
    """

    def __init__(self, data: Path, targets: Sequence[Target], answer: Answer = lambda delivery: 200) -> None:
        self.settings = Settings(adapters="local", data=data)
        self.database = Sqlite(self.settings)
        self.targets = targets
        self._answer = answer
        self.receiver = Receiver(self._consume)

    def put(self, *records: MessageRecord) -> None:
        """Write messages, as the producers' commits do."""
        self.database.commit([Write("set", MessageRecord, each.message_id, document=each) for each in records])

    def _consume(self, delivery: Delivery) -> int | None:
        status = self._answer(delivery)
        if status == 200 and "message_id" in delivery.json:
            done = {"status": "DONE"}
            self.database.commit([Write("update", MessageRecord, str(delivery.json["message_id"]), fields=done)])
        return status

    @contextmanager
    def dispatching(self, *, workers: int = 2, address: str | None = None) -> Iterator[Dispatcher]:
        """A dispatcher in a thread of its own, until the end of the block."""
        dispatcher = Dispatcher(
            self.settings,
            self.database,
            self.targets,
            address=address or self.receiver.url,
            workers=workers,
            least_backoff=0.05,
        )
        thread = threading.Thread(target=dispatcher.run, daemon=True)
        thread.start()
        try:
            yield dispatcher
        finally:
            dispatcher.stop()
            thread.join(5.0)


@contextmanager
def local_queue(data: Path, targets: Sequence[Target], answer: Answer = lambda delivery: 200) -> Iterator[LocalQueue]:
    """A local queue whose consumer listens; nothing is dispatched yet."""
    queue = LocalQueue(data, targets, answer)
    with queue.receiver:
        yield queue
    queue.database.close()
