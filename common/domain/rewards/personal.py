"""Where rewards hold a learner's data."""

from datetime import datetime

from common.domain.holdings.declaration import Holding
from common.domain.rewards import leaderboard
from common.domain.rewards.models import LearnerWeek, TopList
from common.ports import Store


def _leave_board(week: LearnerWeek, user_id: str, store: Store, now: datetime) -> None:
    """The week goes, and the board's top that may show it changes: a refresh that looked before begins anew."""
    store.delete(LearnerWeek, week.learner_week_id)
    leaderboard.take_off(week, store, now)


HOLDINGS = (Holding(LearnerWeek, erase=_leave_board, writes=2, takes_along=(TopList,)),)
