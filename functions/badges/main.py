"""GET /v1/badges"""

from common.domain.rewards import badges as domain
from common.domain.rewards.bodies import Rewards
from common.ports import Caller, Clock, StoreReader
from common.triggers import http


@http.get("/v1/badges", role="learner")
def badges(caller: Caller, store: StoreReader, clock: Clock) -> Rewards:
    """Badges, level, streak and points: what the caller has earned, and the rules by which more is earned."""
    return domain.rewards(caller, store, clock)
