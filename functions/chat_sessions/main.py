"""GET, POST /v1/chat/sessions and what is under it · GET /v1/chat/tutors

/v1/chat/sessions/current · /v1/chat/sessions/{session_id}/end · /v1/chat/sessions/{session_id}/messages
"""

from common.domain.tutoring import conversations
from common.domain.tutoring.bodies import ChatSessionView, CurrentChatSession, MessageView, NewChatSession
from common.domain.tutoring.conversations import TooManySessions
from common.domain.tutoring.models import SessionStatus
from common.domain.tutoring.tutors import Tutors, all_tutors
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Page, PageSize, PageToken, Store, StoreReader
from common.triggers import Created, http

chat_sessions = http.resource("chat_sessions")


@chat_sessions.get("/v1/chat/sessions", role="learner")
def find(
    caller: Caller,
    store: StoreReader,
    status: SessionStatus | None = None,
    page_size: PageSize = 20,
    page_token: PageToken | None = None,
) -> Page[ChatSessionView]:
    """Your conversations with the tutor, the last one used first."""
    return conversations.sessions(caller, store, status=status, page_size=page_size, page_token=page_token)


@chat_sessions.get("/v1/chat/sessions/current", role="learner")
def current(caller: Caller, store: StoreReader, clock: Clock) -> CurrentChatSession:
    """The conversation that a message without session_id goes on with."""
    return conversations.current(caller, store, clock)


@chat_sessions.post("/v1/chat/sessions", role="learner", rate_limit="60/hour", raises=(NotFound, TooManySessions))
def begin(caller: Caller, wished: NewChatSession, store: Store, clock: Clock, ids: Ids) -> Created[ChatSessionView]:
    """Begin a conversation."""
    return Created(conversations.begin(caller, wished, store, clock, ids))


@chat_sessions.post("/v1/chat/sessions/{session_id}/end", role="learner", raises=(NotFound,))
def end(caller: Caller, session_id: str, store: Store, clock: Clock) -> ChatSessionView:
    """End a conversation. Its history stays."""
    return conversations.end(caller, session_id, store, clock)


@chat_sessions.get("/v1/chat/sessions/{session_id}/messages", role="learner", raises=(NotFound,))
def messages(
    caller: Caller, session_id: str, store: StoreReader, page_size: PageSize = 50, page_token: PageToken | None = None
) -> Page[MessageView]:
    """All that was said, the first message first."""
    return conversations.messages(caller, session_id, store, page_size=page_size, page_token=page_token)


@chat_sessions.get("/v1/chat/tutors", role="learner")
def personas(caller: Caller) -> Tutors:
    """The personas that a conversation can choose from."""
    return all_tutors()
