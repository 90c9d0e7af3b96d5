"""Every hour: look after documents that wait."""

from common.domain.documents.messages import CheckDocuments
from common.ports import Queue, Tick
from common.triggers import schedule


@schedule("7 * * * *")
def document_sweep(tick: Tick, checks: Queue[CheckDocuments]) -> None:
    """Stage the first page of the sweep."""
    checks.stage(CheckDocuments(until=tick.scheduled_at))
