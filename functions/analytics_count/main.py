"""Task: counts a week for the analytics."""

from common.domain.privacy import analytics
from common.domain.privacy.messages import CountLearners
from common.ports import Clock, Deployment, Store
from common.triggers import task


@task(max_attempts=20, max_dispatches_per_second=1, max_concurrent=1, timeout=120)
def analytics_count(message: CountLearners, store: Store, deployment: Deployment, clock: Clock) -> None:
    """Count it once, and keep what may be said of it."""
    analytics.count(message, store, deployment, clock)
