"""The feed of what a learner did."""

from common.domain.progress.bodies import ActivityView
from common.domain.progress.messages import ActivityHappened
from common.domain.progress.models import Activity
from common.ports import Caller, Page, Query, Store, StoreReader, read_page

OWN = Query(Activity, equal=("user_id",), order=("-at",))


def append(happened: ActivityHappened, store: Store) -> bool:
    """Add it to the learner's feed; False when it stands there. Costs a read and a write.

    The feed outlives the message, which guards against repetition for two days only.
    """
    activity_id = str(happened.derived_id())
    if store.get(Activity, activity_id) is not None:
        return False
    store.put(
        Activity(activity_id=activity_id, **{name: getattr(happened, name) for name in type(happened).model_fields})
    )
    return True


def own(caller: Caller, store: StoreReader, *, page_size: int, page_token: str | None) -> Page[ActivityView]:
    """What the caller did, latest first. Costs a read an item, and one more."""
    where = {"user_id": caller.user_id}
    return read_page(store, OWN, where, page_size=page_size, page_token=page_token, show=ActivityView.of)
