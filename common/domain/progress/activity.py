"""What follows from something that a learner did."""

from common.domain.progress import feed
from common.domain.progress.messages import ActivityHappened
from common.ports import Store


def record(happened: ActivityHappened, store: Store) -> None:
    """Let everything come about that follows from it, once."""
    feed.append(happened, store)
