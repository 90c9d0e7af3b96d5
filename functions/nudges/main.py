"""GET /v1/nudges · POST /v1/nudges/{nudge_id}/response · GET, PUT /v1/nudges/preferences"""

from common.domain.engagement import nudges as domain
from common.domain.engagement.bodies import NudgePreferences, NudgeResponse, NudgeView
from common.errors import NotFound
from common.ports import Caller, Clock, Page, PageSize, PageToken, Store, StoreReader
from common.triggers import http

nudges = http.resource("nudges")


@nudges.get("/v1/nudges", role="learner")
def list_nudges(
    caller: Caller, store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[NudgeView]:
    """What you were sent, the latest first."""
    return domain.own(caller, store, page_size=page_size, page_token=page_token)


@nudges.post("/v1/nudges/{nudge_id}/response", role="learner", raises=(NotFound,))
def respond(caller: Caller, nudge_id: str, said: NudgeResponse, store: Store, clock: Clock) -> NudgeView:
    """Say what you did with a nudge, or whether it helped."""
    return domain.respond(caller, nudge_id, said, store, clock)


@nudges.get("/v1/nudges/preferences", role="learner")
def preferences(caller: Caller, store: StoreReader) -> NudgePreferences:
    """How, when and how often you want to be nudged."""
    return domain.preferences(caller, store)


@nudges.put("/v1/nudges/preferences", role="learner")
def prefer(caller: Caller, wished: NudgePreferences, store: Store, clock: Clock) -> NudgePreferences:
    """Say how, when and how often you want to be nudged; what you leave out is as everybody begins with."""
    return domain.prefer(caller, wished, store, clock)
