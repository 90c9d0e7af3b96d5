"""Task: archives a page of idle conversations."""

from common.domain.tutoring import archiving
from common.domain.tutoring.messages import ArchiveSessions
from common.ports import Clock, Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=5, max_concurrent=1)
def chat_archive(message: ArchiveSessions, store: Store, archives: Queue[ArchiveSessions], clock: Clock) -> None:
    """Archive what was found; the rest, where there is more, goes on as a chain."""
    archiving.archive(message, store, archives, clock)
