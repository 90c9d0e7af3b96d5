"""Finds who is due for a nudge, and nobody else: what it costs follows from how many are due, not from how many learn.

Who was planned leaves the query in the batch that stages their message, and both are guarded by the learner's standing
as it was read. So a sweep that is killed has planned whole pages or nothing of them, of two sweeps at once the second
finds nobody any more, and one that comes late finds those who are still away.
"""

import hashlib
from datetime import datetime, timedelta

from common import logs
from common.domain.engagement.messages import PlanNudges, SendNudge
from common.domain.engagement.models import NudgeSettings
from common.domain.progress.models import Standing
from common.ports import Cursor, Query, Queue, Store, StoreReader
from common.ports.store import rfc3339

PAGE = 100
"""Learners an invocation."""
MOST_LATE = timedelta(days=14)
"""After a stop of this length nobody is surprised by what was due before; the learner's next silence counts again."""
SETTINGS_ID = "current"

DUE = Query(Standing, between=("nudge_due_at", "<="), order=("nudge_due_at",))


def plan(
    store: Store, sends: Queue[SendNudge], pages: Queue[PlanNudges], until: datetime, after: PlanNudges | None = None
) -> None:
    """Stage a nudge for each of a page of those who were due by `until`, and the next page where there may be one.

    Costs a read (whether nudges are stopped), and a read and two writes for each who is due; a write for a next page.
    """
    if is_stopped(store):
        return
    behind = Cursor((after.due_at,), after.user_id) if after else None
    found = store.query(DUE, {"nudge_due_at": until}, limit=PAGE, after=behind)
    for standing in found:
        _plan(standing, store, sends, until)
    last = found[-1] if len(found) == PAGE else None
    if last is not None and last.nudge_due_at is not None:
        pages.stage(PlanNudges(until=until, due_at=last.nudge_due_at, user_id=last.user_id))
    if found:
        logs.info("nudges.planned", learners=len(found))


def is_stopped(store: StoreReader) -> bool:
    """Whether the kill switch is on. Costs one read."""
    settings = store.get(NudgeSettings, SETTINGS_ID)
    return settings is not None and settings.stopped


def lapse_id(user_id: str, silent_since: datetime) -> str:
    """The id of the one nudge of a silence."""
    return hashlib.sha256(f"{user_id}\x1f{rfc3339(silent_since)}".encode()).hexdigest()[:40]


def _plan(standing: Standing, store: Store, sends: Queue[SendNudge], until: datetime) -> None:
    silent_since, due_at = standing.last_active_at, standing.nudge_due_at
    store.update(Standing, standing.user_id, {"nudge_due_at": None, "nudged_for": silent_since})
    if silent_since is not None and due_at is not None and due_at > until - MOST_LATE:
        nudge_id = lapse_id(standing.user_id, silent_since)
        sends.stage(SendNudge(nudge_id=nudge_id, user_id=standing.user_id, silent_since=silent_since))
