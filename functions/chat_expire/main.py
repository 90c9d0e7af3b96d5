"""Every night: archive the conversations that nobody has gone on with for thirty days."""

from common.domain.tutoring.messages import ArchiveSessions
from common.ports import Queue, Tick
from common.triggers import schedule


@schedule("23 2 * * *")
def chat_expire(tick: Tick, archives: Queue[ArchiveSessions]) -> None:
    """Stage the first page."""
    archives.stage(ArchiveSessions(until=tick.scheduled_at))
