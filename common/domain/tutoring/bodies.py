"""What clients send to the tutor, and what they get."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from common.domain.tutoring.models import ChatMessage, ChatSession, Fallback, Role, Route, ServedBy, SessionStatus
from common.domain.tutoring.sources import NearestPage, Source
from common.domain.tutoring.tutors import TutorId
from common.ports import Time

LONGEST_MESSAGE = 4_000
"""Characters."""
Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\w-]+$")]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_MESSAGE, pattern=r"^[^\x00]+$")
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
]
DeviceType = Literal["desktop", "phone", "tablet", "other"]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Asked(_Sent):
    """A message to the tutor."""

    message: Text
    session_id: Id | None = Field(default=None, description="the current session, or a new one, when not given")
    document_ids: tuple[Id, ...] = Field(default=(), max_length=10, description="answer from these alone")
    course_id: Id | None = Field(default=None, description="answer from this course's documents alone")
    tutor: TutorId | None = Field(default=None, description="the session's, when not given")
    language: Language | None = Field(
        default=None, description="of the answer (BCP 47); the question's, else the learner's, when not given"
    )
    module_id: Id | None = Field(default=None, description="kept with the message")
    topic: Name | None = Field(default=None, description="kept with the message")


class Delta(BaseModel):
    """The next sentence of an answer: checked, and escaped."""

    text: str


class Sources(BaseModel):
    """What the numbers of the answer stand for."""

    sources: tuple[Source, ...]


class TokenUsage(BaseModel):
    """What the language model used."""

    model: str
    input_tokens: int
    output_tokens: int
    cost_micros: int = Field(description="millionths of a US dollar, by the operator's price list")


class ChatAnswer(BaseModel):
    """What the tutor says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer: str = Field(description="HTML's special characters are escaped; [n] cites sources[n-1]")
    session_id: str
    message_id: str
    route: Route
    served_by: ServedBy
    fallback: Fallback | None = Field(default=None, description="why it is not the answer of the usual model")
    confidence: float = Field(
        ge=0,
        le=1,
        description="offline: how likely the material answers; model: the share of its sentences that stood the check",
    )
    sources: tuple[Source, ...] = ()
    nearest: tuple[NearestPage, ...] = Field(default=(), description="not_found: the pages that came closest")
    usage: TokenUsage | None = Field(default=None, description="null where no language model answered")


class NewChatSession(_Sent):
    """A conversation to begin."""

    tutor: TutorId = "standard"
    language: Language | None = None
    course_id: Id | None = None
    module_id: Id | None = None
    topic: Name | None = None
    device_type: DeviceType | None = None


class ChatSessionView(BaseModel):
    """A conversation, as its learner sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_id: str
    status: SessionStatus
    title: str = Field(description="the beginning of the first question")
    tutor: TutorId
    language: str | None
    course_id: str | None
    module_id: str | None
    topic: str | None
    device_type: str | None
    message_count: int
    started_at: Time
    last_active_at: Time
    expires_at: Time = Field(description="when it is archived unless something is said")
    ended_at: Time | None


class CurrentChatSession(BaseModel):
    """The conversation that a message without session_id goes on with."""

    has_session: bool
    session: ChatSessionView | None = None


class MessageView(BaseModel):
    """A message, as its learner sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    message_id: str
    role: Role
    message_type: Literal["message", "answer", "notice"]
    text: str = Field(description="the learner's own words are not escaped")
    at: Time
    route: Route | None
    served_by: ServedBy | None
    fallback: Fallback | None
    confidence: float | None
    sources: tuple[Source, ...]
    nearest: tuple[NearestPage, ...]
    model: str | None
    input_tokens: int
    output_tokens: int
    latency_ms: int = Field(description="milliseconds")
    course_id: str | None
    module_id: str | None
    topic: str | None

    @classmethod
    def of(cls, message: ChatMessage) -> Self:
        """The view of a stored message."""
        return cls.model_validate({name: getattr(message, name) for name in cls.model_fields})


def session_view(session: ChatSession, expires_at: Time) -> ChatSessionView:
    """The view of a stored session."""
    shared = ChatSessionView.model_fields.keys() & ChatSession.model_fields.keys()
    return ChatSessionView.model_validate(
        {name: getattr(session, name) for name in shared} | {"expires_at": expires_at}
    )
