"""Sessions that nobody goes on with are archived, a page at a time."""

from common import logs
from common.domain.tutoring import conversations
from common.domain.tutoring.messages import ArchiveSessions
from common.domain.tutoring.models import IDLE
from common.ports import Clock, Queue, Store
from common.ports.store import Scalar

PAGE = 50
"""Sessions of one step; each brings up to 200 kB along."""


def archive(message: ArchiveSessions, store: Store, archives: Queue[ArchiveSessions], clock: Clock) -> None:
    """Archive a page of idle sessions, and stage the next step where there may be more.

    What was archived is not found again, so the next step begins at the front. Their messages stay.
    """
    where: dict[str, Scalar] = {"status": "active", "last_active_at": message.until - conversations.IDLE_FOR}
    found = store.query(IDLE, where, limit=PAGE)
    for session in found:
        store.verify(session)  # who speaks up meanwhile is not archived: the step is taken again
        conversations.close(session, "archived", store, clock.now())
    if len(found) == PAGE:
        archives.stage(message.model_copy(update={"step": message.step + 1}))
    logs.info("chat.archived", sessions=len(found))
