"""Task: goes on planning nudges, a page at a time."""

from common.domain.engagement import planning
from common.domain.engagement.messages import PlanNudges, SendNudge
from common.ports import Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=5)
def nudge_page(after: PlanNudges, store: Store, sends: Queue[SendNudge], pages: Queue[PlanNudges]) -> None:
    """Plan the page behind the one that the message names."""
    planning.plan(store, sends, pages, until=after.until, after=after)
