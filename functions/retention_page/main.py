"""Task: deletes a page of what is too old."""

from common.domain.privacy import retention
from common.domain.privacy.messages import DeleteOld
from common.ports import Deployment, Queue, Store
from common.triggers import task


@task(max_attempts=20, max_dispatches_per_second=5, max_concurrent=2)
def retention_page(message: DeleteOld, deployment: Deployment, store: Store, deletions: Queue[DeleteOld]) -> None:
    """Delete what was found; the rest, where there is more, goes on as a chain."""
    retention.delete_page(message, deployment, store, deletions)
