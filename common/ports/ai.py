"""Models of language: text, embeddings, moderation. Every call says what it used; retries are the adapter's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

DIMENSION = 384
"""Of every embedding, everywhere: OpenAI's are asked for so many, the offline model has them by nature."""

MOST_TEXTS = 256
"""That an Embedder takes at once."""

Kind = Literal["passage", "question"]


class ModelUnavailable(Exception):
    """No answer within the retries, the circuit is open, or there is no model (offline): fall back, and say so."""


class ModelRefused(Exception):
    """The model declined to answer, or twice answered in a shape that is not the asked one."""


class Usage(BaseModel):
    """What one call used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    input_tokens: int = Field(ge=0)
    cached_input_tokens: int = Field(default=0, ge=0, description="of the input tokens, those that were cheaper")
    output_tokens: int = Field(default=0, ge=0)
    latency_ms: int = Field(ge=0, description="milliseconds, all tries together")
    cost_micros: int = Field(ge=0, description="millionths of a US dollar, by the price list of the settings")


@dataclass(frozen=True)
class Turn:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True)
class TextRequest:
    """What a text model is asked. `learner` becomes the provider's safety identifier, hashed."""

    instructions: str
    turns: tuple[Turn, ...]
    learner: str
    cache_key: str
    """Requests that begin alike share a key: prompt id and hash."""
    most_output_tokens: int
    small: bool = False
    """The smaller, cheaper model."""


@dataclass(frozen=True)
class TextReply:
    """The whole text of a reply."""

    text: str
    usage: Usage


S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True)
class StructuredReply(Generic[S]):
    """A reply of the asked shape."""

    value: S
    usage: Usage


class TextModel(Protocol):
    """Writes text."""

    @property
    def model(self) -> str | None:
        """The model's name; None where there is none, and every request is unavailable."""

    def reply(self, request: TextRequest) -> TextReply:
        """The whole reply; ModelUnavailable, ModelRefused."""

    def stream(self, request: TextRequest) -> Iterator[str | Usage]:
        """Pieces of text as they come, and the Usage last; ModelUnavailable (also in the middle), ModelRefused."""

    def parse(self, request: TextRequest, shape: type[S]) -> StructuredReply[S]:
        """A reply that `shape` validates, repaired once; ModelUnavailable, ModelRefused."""

    def most_cost_micros(self, request: TextRequest) -> int:
        """An upper bound of what the request can cost: to be reserved before it is made."""


@dataclass(frozen=True)
class Embeddings:
    """One vector of DIMENSION numbers, of length 1, for each text, in order."""

    vectors: tuple[tuple[float, ...], ...]
    usage: Usage


class Embedder(Protocol):
    """Turns text into vectors; only vectors of the same `model` may be compared."""

    @property
    def model(self) -> str:
        """The model's name and version, stored beside every vector."""

    def embed(self, texts: Sequence[str], kind: Kind) -> Embeddings:
        """At most 256 texts; ModelUnavailable."""


@dataclass(frozen=True)
class Verdict:
    """Whether a text may stand; `categories` of what it is flagged for."""

    flagged: bool
    categories: tuple[str, ...] = ()


class Moderator(Protocol):
    """Judges text that comes in or goes out."""

    def check(self, text: str) -> Verdict:
        """ModelUnavailable when it cannot be judged."""


@dataclass(frozen=True)
class Reservation:
    """A part of a budget that is set aside until it is settled."""

    key: str
    micros: int


class Budget(Protocol):
    """Limits what a key may spend in a day; commits at once, outside the unit of work."""

    def reserve(self, key: str, micros: int, limit_micros: int) -> Reservation | None:
        """Set `micros` aside by one blind Increment whose returned total decides; None when that is over the limit."""

    def settle(self, reservation: Reservation, spent_micros: int) -> None:
        """Give back what was not spent; at most once each."""
