"""Task: counts one part of what the dashboards show."""

from common.domain.reporting import rollup
from common.domain.reporting.messages import CountPage
from common.ports import Queue, Store
from common.triggers import task


@task(max_attempts=20, max_dispatches_per_second=20, max_concurrent=4)
def stats_page(message: CountPage, store: Store, pages: Queue[CountPage]) -> None:
    """A day, a page of answers, the snapshot, or the newest accounts; then the next part."""
    rollup.step(message, store, pages)
