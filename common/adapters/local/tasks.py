"""The local queue: there is nothing to send."""

from collections.abc import Sequence

from common.ports.queue import MessageRecord
from common.settings import Settings


class LocalTasks:
    """TaskSender of the local server.

    The message that the producer's commit wrote is the task: the dispatcher, a process of its own, finds PENDING
    messages that are due in the same database and delivers them until one answer is 2xx. A second durable copy
    could only be lost, or disagree. It looks whenever somebody commits, so sending needs no signal either; a
    record that is re-sent is found again because its `check_at` has moved.
    """

    def __init__(self, settings: Settings) -> None:
        pass

    def send(self, records: Sequence[MessageRecord], *, again: str = "") -> None:
        """Nothing: the commit did it."""
