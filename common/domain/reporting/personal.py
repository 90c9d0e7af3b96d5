"""Where reports hold a learner's data: among the newest accounts. All else in them are numbers."""

from datetime import datetime

from common.domain.holdings.declaration import Holding
from common.domain.reporting.models import AdminSnapshot
from common.ports import Store


def _take_off(snapshot: AdminSnapshot, user_id: str, store: Store, now: datetime) -> None:
    users = tuple(one for one in snapshot.recent_users if one.user_id != user_id)
    ids = tuple(one for one in snapshot.recent_user_ids if one != user_id)
    store.put(snapshot.model_copy(update={"recent_users": users, "recent_user_ids": ids}))


HOLDINGS = (
    Holding(AdminSnapshot, by="recent_user_ids", many=True, erase=_take_off, not_shown="the account is shown whole"),
)
