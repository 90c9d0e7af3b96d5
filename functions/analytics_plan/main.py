"""Every Tuesday, when Sunday is over everywhere: have the week before counted."""

from common.domain.privacy import analytics
from common.domain.privacy.messages import CountLearners
from common.ports import Queue, Tick
from common.triggers import schedule


@schedule("17 4 * * 2")
def analytics_plan(tick: Tick, counts: Queue[CountLearners]) -> None:
    """Stage the count."""
    analytics.plan(tick.scheduled_at, counts)
