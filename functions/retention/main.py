"""Every night: delete what is older than its kind is kept."""

from common.domain.privacy import retention as domain
from common.domain.privacy.messages import DeleteOld
from common.ports import Deployment, Queue, Tick
from common.triggers import schedule


@schedule("41 3 * * *")
def retention(tick: Tick, deployment: Deployment, deletions: Queue[DeleteOld]) -> None:
    """Stage the first step of each kind."""
    domain.begin(tick.scheduled_at, deployment, deletions)
