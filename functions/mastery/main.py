"""GET /v1/mastery"""

from common.domain.progress.mastery import MasteryList, own_mastery
from common.ports import Caller, Clock, StoreReader
from common.triggers import http


@http.get("/v1/mastery", role="learner")
def mastery(caller: Caller, store: StoreReader, clock: Clock) -> MasteryList:
    """How well the caller masters each topic, the weakest first. It falls while nothing is practised."""
    return own_mastery(caller, store, clock)
