"""GET, POST /v1/learning-sessions · POST /v1/learning-sessions/{session_id}/end"""

from common.domain.progress import learning_sessions as domain
from common.domain.progress.bodies import NewSession, SessionEnd, SessionView
from common.domain.progress.messages import ActivityHappened
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Page, PageSize, PageToken, Queue, Store, StoreReader
from common.triggers import Created, http

learning_sessions = http.resource("learning_sessions")


@learning_sessions.get("/v1/learning-sessions", role="learner")
def find(
    caller: Caller, store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[SessionView]:
    """The caller's learning sessions, the latest first."""
    return domain.sessions(caller, store, page_size=page_size, page_token=page_token)


@learning_sessions.post(
    "/v1/learning-sessions", role="learner", max_body=8192, rate_limit="30/minute", raises=(NotFound,)
)
def start(
    caller: Caller, wished: NewSession, store: Store, activity: Queue[ActivityHappened], clock: Clock, ids: Ids
) -> Created[SessionView]:
    """Begin to learn; a session that the caller is in ends."""
    return Created(domain.start(caller, wished, store, activity, clock, ids))


@learning_sessions.post("/v1/learning-sessions/{session_id}/end", role="learner", max_body=8192, raises=(NotFound,))
def end(
    caller: Caller, session_id: str, said: SessionEnd, store: Store, activity: Queue[ActivityHappened], clock: Clock
) -> SessionView:
    """End a session; ended again it stays as it is."""
    return domain.end(caller, session_id, said.engagement, store, activity, clock)
