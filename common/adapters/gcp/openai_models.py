"""Text, embeddings and moderation by OpenAI, or by any server of its protocol (SCHOLIUM_OPENAI_BASE_URL)."""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import httpx2
import openai
from openai.types.responses import Response
from pydantic import ValidationError

from common.adapters.circuit_breaker import CircuitBreaker
from common.adapters.gcp.openai_client import Meter, asking, client, cost_micros
from common.ports.ai import (
    DIMENSION,
    MOST_TEXTS,
    Embeddings,
    Kind,
    ModelRefused,
    ModelUnavailable,
    S,
    StructuredReply,
    TextReply,
    TextRequest,
    Turn,
    Usage,
    Verdict,
)
from common.ports.secrets import SecretSource
from common.settings import Settings

TEXT_SECONDS, EMBED_SECONDS, MODERATE_SECONDS = 25.0, 20.0, 20.0
BYTES_A_TOKEN = 4
"""On average; used only where a server does not say what it counted."""
TOKENS_AROUND_A_TURN = 16
UNSENT = ("minLength", "maxLength")
"""What a schema may not say in strict mode; our own validation says it."""


class _Model:
    """What the three adapters share: a client made on first use (no connection survives a fork), and a breaker."""

    seconds: float

    def __init__(
        self,
        settings: Settings,
        secrets: SecretSource,
        *,
        http: httpx2.Client | None = None,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """`http` and `breaker` are for tests."""
        self._settings, self._secrets, self._http = settings, secrets, http
        self._breaker = breaker or CircuitBreaker()

    def close(self) -> None:
        """Close its connections; the next use opens others."""
        if made := self.__dict__.pop("_client", None):
            made.close()

    @cached_property
    def _client(self) -> openai.OpenAI:
        return client(self._settings, self._secrets, self.seconds, self._http)


class OpenAITextModel(_Model):
    """TextModel over the Responses API; nothing is stored there, learners are told apart by a hash alone."""

    seconds = TEXT_SECONDS

    @property
    def model(self) -> str:
        """The model that is asked unless the request wants the small one."""
        return self._settings.text_model

    def reply(self, request: TextRequest) -> TextReply:
        """The whole reply; ModelUnavailable, ModelRefused."""
        meter = self._meter(request)
        with asking(self._breaker):
            response = self._client.responses.create(**self._asked(request))
            text = _text(response)
        return TextReply(text, _usage(meter, response, request, text))

    def stream(self, request: TextRequest) -> Iterator[str | Usage]:
        """Pieces of text as they come, and the Usage last; ModelUnavailable (also in the middle), ModelRefused."""
        meter, text = self._meter(request), ""
        with asking(self._breaker), self._client.responses.create(**self._asked(request), stream=True) as events:
            for event in events:
                match event.type:
                    case "response.output_text.delta":
                        text += event.delta
                        yield event.delta
                    case "response.refusal.delta":
                        raise ModelRefused("the model declined")
                    case "response.completed" | "response.incomplete":
                        _text(event.response)
                        yield _usage(meter, event.response, request, text)
                        return
                    case "response.failed" | "error":
                        break
            raise ModelUnavailable("the stream ended before the reply did")

    def parse(self, request: TextRequest, shape: type[S]) -> StructuredReply[S]:
        """A reply that `shape` validates, repaired once; ModelUnavailable, ModelRefused.

        Validated here and not by the client's `parse`, which loses the text to repair and the usage of the first try.
        """
        asked = {**self._asked(request), "text": {"format": _format(shape)}}
        spent: Usage | None = None
        for _ in range(2):
            meter = self._meter(request)
            with asking(self._breaker):
                response = self._client.responses.create(**asked)
                text = _text(response)
            used = _usage(meter, response, request, text)
            spent = _sum(spent, used) if spent else used
            try:
                return StructuredReply(shape.model_validate_json(text), spent)
            except ValidationError as error:
                asked["input"] = [*asked["input"], *_repair(text, error)]
        raise ModelRefused(f"twice no {shape.__name__}")

    def most_cost_micros(self, request: TextRequest) -> int:
        """An upper bound of what the request can cost: no token is less than a byte of text.

        English has four bytes a token, so that the bound leaves room for a repaired reply too.
        """
        texts = [request.instructions, *(turn.text for turn in request.turns)]
        tokens = sum(len(text.encode()) + TOKENS_AROUND_A_TURN for text in texts)
        return cost_micros(self._settings.prices[self._name(request)], tokens, 0, request.most_output_tokens)

    def _name(self, request: TextRequest) -> str:
        return self._settings.small_model if request.small else self._settings.text_model

    def _meter(self, request: TextRequest) -> Meter:
        return Meter(self._settings.prices, self._name(request))

    def _asked(self, request: TextRequest) -> dict[str, Any]:
        return {
            "model": self._name(request),
            "instructions": request.instructions,
            "input": [_message(turn) for turn in request.turns],
            "max_output_tokens": max(16, request.most_output_tokens),  # the least that the API takes
            "store": False,
            "safety_identifier": hashlib.sha256(request.learner.encode()).hexdigest(),
            "prompt_cache_key": request.cache_key,
        }


class OpenAIEmbedder(_Model):
    """Embedder; vectors are asked for in our dimension, and made of length 1 whatever the server does."""

    seconds = EMBED_SECONDS

    @property
    def model(self) -> str:
        """The model's name, stored beside every vector."""
        return self._settings.embedding_model

    def embed(self, texts: Sequence[str], kind: Kind) -> Embeddings:
        """At most 256 texts; ModelUnavailable."""
        if len(texts) > MOST_TEXTS:
            raise ValueError(f"{len(texts)} texts at once: at most {MOST_TEXTS}")
        meter = Meter(self._settings.prices, self.model)
        if not texts:
            return Embeddings((), meter.usage(0, 0, 0))
        try:
            with asking(self._breaker):
                answer = self._client.embeddings.create(
                    model=self.model,
                    input=[text if text.strip() else "-" for text in texts],  # an empty one is refused
                    dimensions=DIMENSION,
                    encoding_format="float",
                )
                vectors = _vectors(answer, len(texts))
        except ModelRefused as refused:
            raise ModelUnavailable(str(refused)) from None
        counted = getattr(answer.usage, "prompt_tokens", None)
        tokens = counted if counted is not None else _estimate("".join(texts))
        return Embeddings(vectors, meter.usage(tokens, 0, 0))


class OpenAIModerator(_Model):
    """Moderator by the moderation endpoint, which costs nothing."""

    seconds = MODERATE_SECONDS

    def check(self, text: str) -> Verdict:
        """ModelUnavailable when it cannot be judged."""
        if not text.strip():
            return Verdict(flagged=False)
        try:
            with asking(self._breaker):
                answer = self._client.moderations.create(model=self._settings.moderation_model, input=text)
                try:
                    verdict = answer.results[0]
                    categories = verdict.categories.model_dump(by_alias=True)
                    return Verdict(
                        bool(verdict.flagged), tuple(sorted(one for one, is_in in categories.items() if is_in))
                    )
                except (AttributeError, IndexError, TypeError):
                    raise ModelUnavailable("the answer is no verdict") from None
        except ModelRefused as refused:
            raise ModelUnavailable(str(refused)) from None


def _message(turn: Turn) -> dict[str, str]:
    return {"role": turn.role, "content": turn.text}


def _text(response: object) -> str:
    """The text of a response that has one. The client does not judge what a server sends, so all is doubted here."""
    try:
        if not isinstance(response, Response) or response.status not in ("completed", "incomplete", None):
            raise ModelUnavailable("the answer is no response")
        for item in response.output:
            if item.type == "message" and any(part.type == "refusal" for part in item.content):
                raise ModelRefused("the model declined")
        if response.incomplete_details and response.incomplete_details.reason == "content_filter":
            raise ModelRefused("the reply was filtered")
        text = response.output_text
    except (AttributeError, TypeError):
        raise ModelUnavailable("the answer is no response") from None
    if not text:
        raise ModelUnavailable("the answer is empty")
    return text


def _usage(meter: Meter, response: Response, request: TextRequest, text: str) -> Usage:
    used = response.usage
    if used is None or used.input_tokens is None:
        asked = "".join([request.instructions, *(turn.text for turn in request.turns)])
        return meter.usage(_estimate(asked), 0, _estimate(text))
    cached = getattr(used.input_tokens_details, "cached_tokens", None) or 0
    return meter.usage(used.input_tokens, cached, used.output_tokens or 0)


def _estimate(text: str) -> int:
    return math.ceil(len(text.encode()) / BYTES_A_TOKEN)


def _sum(first: Usage, second: Usage) -> Usage:
    counts = ("input_tokens", "cached_input_tokens", "output_tokens", "latency_ms", "cost_micros")
    return first.model_copy(update={name: getattr(first, name) + getattr(second, name) for name in counts})


def _format(shape: type[S]) -> dict[str, Any]:
    strict = openai.pydantic_function_tool(shape)["function"]
    return {
        "type": "json_schema", "name": shape.__name__, "schema": _sendable(strict["parameters"]), "strict": True,
    }  # fmt: skip


def _sendable(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_sendable(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: {name: _sendable(one) for name, one in value.items()}
        if key in ("properties", "$defs")
        else _sendable(value)
        for key, value in schema.items()
        if key not in UNSENT
    }


def _repair(text: str, error: ValidationError) -> list[dict[str, str]]:
    faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_input=False)[:10]]
    said = "That is not valid:\n" + "\n".join(faults) + "\nWrite it again, corrected and whole."
    return [{"role": "assistant", "content": text}, {"role": "user", "content": said}]


def _vectors(answer: Any, count: int) -> tuple[tuple[float, ...], ...]:
    try:
        found = {one.index: one.embedding for one in answer.data}
        if sorted(found) != list(range(count)) or any(len(vector) != DIMENSION for vector in found.values()):
            raise ModelUnavailable(f"not {count} embeddings of {DIMENSION} numbers")
        return tuple(_of_length_one(found[index]) for index in range(count))
    except (AttributeError, TypeError):
        raise ModelUnavailable("the answer holds no embeddings") from None


def _of_length_one(vector: Sequence[float]) -> tuple[float, ...]:
    length = math.hypot(*vector)
    if not 0 < length < math.inf:
        raise ModelUnavailable("an embedding without a direction")
    return tuple(number / length for number in vector)
