"""What learners see of their nudges, say of them, and wish of them."""

from datetime import datetime

from common.domain.engagement.bodies import NudgePreferences, NudgeResponse, NudgeView
from common.domain.engagement.models import OWN, LearnerNudges, Nudge
from common.errors import NotFound
from common.ports import Caller, Clock, Page, Store, StoreReader, read_page
from common.ports.store import Scalar


def own(caller: Caller, store: StoreReader, *, page_size: int, page_token: str | None) -> Page[NudgeView]:
    """What the caller was sent, the latest first. Costs a read a nudge, and one more."""
    where: dict[str, Scalar] = {"user_id": caller.user_id, "reached": True}
    return read_page(store, OWN, where, page_size=page_size, page_token=page_token, show=NudgeView.of)


def respond(caller: Caller, nudge_id: str, said: NudgeResponse, store: Store, clock: Clock) -> NudgeView:
    """Note what the caller did with a nudge: the first time of each counts, and the last word on whether it helped.

    NotFound where it is not theirs, or was never sent. Costs a read, and a write if it says something new.
    """
    nudge = store.get(Nudge, nudge_id)
    if nudge is None or nudge.user_id != caller.user_id or not nudge.reached:
        raise NotFound("There is no such nudge")
    after = nudge.model_copy(update=_changes(nudge, said, clock.now()))
    if after != nudge:
        store.put(after)
    return NudgeView.of(after)


def _changes(nudge: Nudge, said: NudgeResponse, now: datetime) -> dict[str, object]:
    match said.response:
        case "opened":
            return {"opened_at": nudge.opened_at or now}
        case "acted":
            return {"acted_at": nudge.acted_at or now}
        case "dismissed":
            return {"dismissed_at": nudge.dismissed_at or now}
        case _:
            return {"helpful": said.response == "helpful"}


def preferences(caller: Caller, store: StoreReader) -> NudgePreferences:
    """What the caller wishes of nudges. Costs a read."""
    return NudgePreferences.of(store.get(LearnerNudges, caller.user_id) or LearnerNudges(user_id=caller.user_id))


def prefer(caller: Caller, wished: NudgePreferences, store: Store, clock: Clock) -> NudgePreferences:
    """Replace what the caller wishes. Costs a read and a write.

    It is judged once more when a nudge is about to go out, and a nudge that rested on the wishes of before is not
    committed: so none goes out after this that is not as wished here.
    """
    kept = store.get(LearnerNudges, caller.user_id) or LearnerNudges(user_id=caller.user_id)
    now = clock.now()
    changed = {
        **wished.model_dump(exclude={"opted_out"}),
        "opted_out_at": (kept.opted_out_at or now) if wished.opted_out else None,
        "updated_at": now,
    }
    store.put(kept.model_copy(update=changed))
    return wished
