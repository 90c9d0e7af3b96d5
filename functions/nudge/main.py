"""POST /v1/nudges · GET, PUT /v1/nudges/settings"""

from common.domain.engagement import asking
from common.domain.engagement.bodies import NudgePlanned, NudgeRequest, NudgeSettingsChange, NudgeSettingsView
from common.domain.engagement.messages import SendNudge
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Queue, Store, StoreReader
from common.triggers import Accepted, http

nudge = http.resource("nudge")


@nudge.post("/v1/nudges", role="teacher", rate_limit="120/hour", raises=(NotFound,))
def ask(
    caller: Caller, wished: NudgeRequest, store: Store, sends: Queue[SendNudge], clock: Clock, ids: Ids
) -> Accepted[NudgePlanned]:
    """Nudge a learner of one of your courses, as soon as their wishes allow."""
    return Accepted(asking.ask(caller, wished, store, sends, clock, ids))


@nudge.get("/v1/nudges/settings", role="admin")
def settings(store: StoreReader) -> NudgeSettingsView:
    """How this deployment nudges."""
    return asking.settings(store)


@nudge.put("/v1/nudges/settings", role="admin")
def change_settings(
    caller: Caller, wished: NudgeSettingsChange, store: Store, clock: Clock, ids: Ids
) -> NudgeSettingsView:
    """Stop all nudges, or let them go on; choose who writes their texts."""
    return asking.change_settings(caller, wished, store, clock, ids)
