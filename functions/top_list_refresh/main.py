"""Task: looks up the best of a leaderboard."""

from common.domain.rewards import leaderboard
from common.domain.rewards.messages import RefreshTopList
from common.ports import Clock, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=20)
def top_list_refresh(message: RefreshTopList, store: Store, clock: Clock) -> None:
    """Rewrite what everybody sees of one board and week."""
    leaderboard.refresh(message, store, clock)
