"""Every half hour: count what the dashboards show."""

from common.domain.reporting import rollup
from common.domain.reporting.messages import CountPage
from common.ports import Queue, StoreReader, Tick
from common.triggers import schedule


@schedule("7,37 * * * *")
def stats_rollup(tick: Tick, store: StoreReader, pages: Queue[CountPage]) -> None:
    """Stage the first steps; what was missed since the last count is caught up."""
    rollup.begin(tick.scheduled_at, store, pages)
