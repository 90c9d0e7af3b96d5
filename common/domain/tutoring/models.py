"""What is stored of conversations with the tutor."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from common.domain.tutoring.sources import NearestPage, Source
from common.ports import Document, Query, Time

MOST_HOT, MOST_HOT_BYTES = 50, 200_000
"""Messages, and bytes of their texts, that a session document carries."""
LONGEST_HOT = 4_000
"""Characters of one of them."""

Role = Literal["user", "assistant", "system"]
Route = Literal["grounded", "general", "not_found", "hint", "refused"]
"""Answered from documents; small talk; not in the material; a hint to an open quiz; not to be answered."""
ServedBy = Literal["model", "cache", "offline"]
Fallback = Literal["smaller_model", "over_budget", "unavailable", "unjudged"]
"""Why an answer is not the wished one: the budget runs low, or is spent; the model, or the moderation, is down."""
SessionStatus = Literal["active", "ended", "archived"]


class HotMessage(BaseModel):
    """A message as the tutor remembers it. When it was said is in ChatMessage; here it would be read at every turn."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    role: Role
    text: str


class ChatSession(
    Document,
    collection="chat_sessions",
    key="session_id",
    unindexed=(
        "title", "tutor", "language", "level", "course_id", "module_id", "topic", "device_type", "client", "login_id",
        "message_count", "hot", "learner_name", "hints", "counted_hour", "ended_at",
    ),
):  # fmt: skip
    """A conversation. A turn reads this document alone: it carries the last messages; all are in ChatMessage."""

    session_id: str
    user_id: str
    status: SessionStatus = "active"
    title: str = ""
    """The beginning of the first question."""
    tutor: str = "standard"
    """The persona."""
    language: str | None = None
    level: str | None = None
    """The learner's, when the session began."""
    course_id: str | None = None
    module_id: str | None = None
    topic: str | None = None
    device_type: str | None = None
    client: str | None = None
    """A digest of what the privacy setting lets us tell clients apart by."""
    login_id: str | None = None
    """The login that the last turn came from."""
    message_count: int = 0
    hot: tuple[HotMessage, ...] = ()
    learner_name: str | None = None
    """As the learner gave it."""
    hints: Mapping[str, int] = {}
    """Question of an open quiz -> hints that were given; at most 50 questions."""
    counted_hour: str | None = None
    """The last hour whose activity was reported."""
    started_at: Time
    last_active_at: Time
    ended_at: Time | None = None


class ChatMessage(
    Document,
    collection="chat_messages",
    key="message_id",
    unindexed=(
        "role", "message_type", "text", "route", "confidence", "sources", "nearest", "model", "input_tokens",
        "output_tokens", "cost_micros", "latency_ms", "prompt", "fallback", "course_id", "module_id", "topic",
    ),
):  # fmt: skip
    """One message of a session, never changed; two of a turn, written together."""

    message_id: str
    session_id: str
    user_id: str
    role: Role
    message_type: Literal["message", "answer", "notice"]
    text: str
    """The learner's words as they were written; the tutor's with HTML's special characters escaped."""
    at: Time
    route: Route | None = None
    served_by: ServedBy | None = None
    answer_id: str | None = None
    """The cached answer that was given, or that this became."""
    fallback: Fallback | None = None
    confidence: float | None = None
    sources: tuple[Source, ...] = ()
    nearest: tuple[NearestPage, ...] = ()
    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int = 0
    latency_ms: int = 0
    """From the question's arrival to the end of the answer."""
    prompt: str | None = None
    """Id, version and digest."""
    course_id: str | None = None
    module_id: str | None = None
    topic: str | None = None


class ActiveSessions(Document, collection="active_chat_sessions", key="user_id", unindexed=("session_ids",)):
    """The sessions of a learner that are open: what their number is limited by."""

    user_id: str
    session_ids: tuple[str, ...] = ()


class CachedAnswer(
    Document,
    collection="cached_answers",
    key="answer_id",
    unindexed=("answer", "confidence", "sources", "nearest", "route", "created_at"),
    expires="expires_at",
):
    """An answer that the same question gets again, of those who may read the same.

    Its id is made of all that it depends on: see answer_cache.py.
    """

    answer_id: str
    user_id: str | None
    """Whose own documents were searched; None where only courses were."""
    documents: tuple[str, ...]
    """Which it cites or names."""
    route: Literal["grounded", "not_found"]
    answer: str
    confidence: float
    sources: tuple[Source, ...]
    nearest: tuple[NearestPage, ...]
    created_at: Time
    expires_at: Time


CURRENT = Query(ChatSession, equal=("user_id", "status"), order=("-last_active_at",))
LATEST = Query(ChatSession, equal=("user_id",), order=("-started_at",))
SESSIONS = Query(ChatSession, equal=("user_id",), optional=("status",), order=("-last_active_at",))
IDLE = Query(ChatSession, equal=("status",), between=("last_active_at", "<="), order=("last_active_at",))
MESSAGES = Query(ChatMessage, equal=("user_id", "session_id"), order=("at",))
