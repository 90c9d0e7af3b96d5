"""Every ten minutes: plan a nudge for each learner who is due."""

from common.domain.engagement import planning
from common.domain.engagement.messages import PlanNudges, SendNudge
from common.ports import Queue, Store, Tick
from common.triggers import schedule


@schedule("*/10 * * * *")
def nudge_plan(tick: Tick, store: Store, sends: Queue[SendNudge], pages: Queue[PlanNudges]) -> None:
    """Plan the first page; the rest, where there is more, goes on as a chain."""
    planning.plan(store, sends, pages, until=tick.scheduled_at)
