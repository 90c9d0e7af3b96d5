"""One way to call OpenAI, or any server of its protocol: errors by their meaning, a circuit breaker, prices."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import httpx2
import openai

from common import logs
from common.adapters.circuit_breaker import CircuitBreaker
from common.ports.ai import ModelRefused, ModelUnavailable, Usage
from common.ports.secrets import SecretMissing, SecretSource
from common.settings import OPENAI, Settings

KEY = "openai-api-key"
RETRIES = 2
"""By the client, with jitter: on 408, 409, 429, 5xx, time-outs and lost connections."""
MOST_WAIT = 5.0
"""Seconds. Who says Retry-After later is taken at their word and not waited for (the client would, up to a minute)."""
CONNECT_SECONDS = 5.0

PriceList = dict[str, tuple[int, int, int]]


def client(
    settings: Settings, secrets: SecretSource, seconds: float, http: httpx2.Client | None = None
) -> openai.OpenAI:
    """The client, whose tries may each take `seconds`; a server of one's own needs no key. SecretMissing."""
    try:
        key = secrets.read(KEY)[0]
    except SecretMissing:
        if settings.openai_base_url == OPENAI:
            raise
        key = "none"
    timeout = httpx2.Timeout(seconds, connect=CONNECT_SECONDS)
    http = http or openai.DefaultHttpxClient(event_hooks={"response": [_give_up_early]})
    return openai.OpenAI(
        api_key=key, base_url=settings.openai_base_url, timeout=timeout, max_retries=RETRIES, http_client=http
    )


def _give_up_early(response: httpx2.Response) -> None:
    """Tell the client not to try again where that would be too late for whoever waits."""
    said = response.headers.get("retry-after", "")
    seconds = float(said) if said.isdecimal() else 0.0
    if response.is_error and seconds > MOST_WAIT:
        response.headers["x-should-retry"] = "false"


@contextmanager
def asking(breaker: CircuitBreaker) -> Iterator[None]:
    """Around one call and the reading of its answer: every fault becomes ModelUnavailable or ModelRefused."""
    if not breaker.admits():
        raise ModelUnavailable("the circuit is open: the last calls have failed")
    try:
        yield
    except ModelRefused:
        breaker.succeeded()
        raise
    except openai.BadRequestError as error:
        breaker.succeeded()  # it is there, and does not like this one request
        raise ModelRefused(f"400 {error.code or ''}".strip()) from None
    except (openai.OpenAIError, httpx2.HTTPError, json.JSONDecodeError, ModelUnavailable) as error:
        breaker.failed()
        reason = _reason(error)
        logs.warning("model.unavailable", reason=reason)
        raise ModelUnavailable(reason) from None
    else:
        breaker.succeeded()


def _reason(error: Exception) -> str:
    """Without the server's words: they may repeat what it was asked."""
    status = getattr(error, "status_code", None)
    said = str(error) if isinstance(error, ModelUnavailable) else type(error).__name__
    return f"{said} ({status})" if status else said


class Meter:
    """What one call used: time from its making on, all tries together, and tokens by the price list."""

    def __init__(self, prices: PriceList, model: str) -> None:
        self._price, self._model = prices[model], model
        self._started = perf_counter()

    def usage(self, input_tokens: int, cached: int, output_tokens: int) -> Usage:
        """The usage of the call, now that it has ended; logged too, for what AI costs is watched."""
        used = Usage(
            model=self._model,
            input_tokens=input_tokens,
            cached_input_tokens=cached,
            output_tokens=output_tokens,
            latency_ms=round(1e3 * (perf_counter() - self._started)),
            cost_micros=cost_micros(self._price, input_tokens, cached, output_tokens),
        )
        logs.info("model.called", **used.model_dump())
        return used


def cost_micros(price: tuple[int, int, int], input_tokens: int, cached: int, output_tokens: int) -> int:
    """Millionths of a dollar, rounded up; `price` is of 1,000 tokens of input, cached input and output."""
    fresh = max(0, input_tokens - cached)
    return math.ceil((fresh * price[0] + cached * price[1] + output_tokens * price[2]) / 1_000)
