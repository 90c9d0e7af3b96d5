"""Task: the one consumer of what learners do."""

from common.domain.engagement.messages import GradedWork
from common.domain.progress.messages import ActivityHappened
from common.domain.rewards import activity
from common.domain.rewards.messages import RefreshTopList
from common.ports import Clock, Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=200, max_concurrent=80)
def activity_record(
    message: ActivityHappened,
    store: Store,
    refreshes: Queue[RefreshTopList],
    graded: Queue[GradedWork],
    clock: Clock,
) -> None:
    """Let everything come about that follows from what a learner did: each effect once, in any order."""
    activity.record(message, store, refreshes, graded, clock)
