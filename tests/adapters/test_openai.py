"""The OpenAI adapters: the real client against a server of its protocol."""

import itertools
import json
import math
from collections.abc import Iterator

import httpx2
import pytest
from pydantic import BaseModel, ConfigDict, Field

from common.adapters.circuit_breaker import CircuitBreaker
from common.adapters.gcp.openai_models import OpenAIEmbedder, OpenAIModerator, OpenAITextModel
from common.ports.ai import ModelRefused, ModelUnavailable, TextRequest, Turn, Usage
from common.ports.secrets import SecretMissing
from common.settings import Settings, SettingsError, parse
from tests.emulators.openai_server import OpenAIServer

ASKED = TextRequest(
    instructions="Answer.",
    turns=(Turn("user", "Hi."), Turn("assistant", "Hello."), Turn("user", "What is a fjord? Tell me.")),
    learner="ada",
    cache_key="answer-1-abc",
    most_output_tokens=100,
)


class Secrets:
    """Holds the key, or none."""

    def __init__(self, key: str | None = "sk-test") -> None:
        self._key = key

    def read(self, name: str) -> tuple[str, ...]:
        if self._key is None or name != "openai-api-key":
            raise SecretMissing(name)
        return (self._key,)


@pytest.fixture(name="server")
def _server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture(name="settings")
def _settings(server: OpenAIServer) -> Settings:
    return Settings(adapters="local", openai_base_url=server.url, log_level="error")


@pytest.fixture(name="model")
def _model(settings: Settings) -> Iterator[OpenAITextModel]:
    model = OpenAITextModel(settings, Secrets())
    yield model
    model.close()


# Text -----------------------------------------------------------------------------------------------------------


def test_a_reply_has_its_text_its_tokens_and_its_cost(server: OpenAIServer, model: OpenAITextModel) -> None:
    server.write = lambda asked: "A fjord is a long inlet [1]."
    reply = model.reply(ASKED)
    assert reply.text == "A fjord is a long inlet [1]."
    used = reply.usage
    assert (used.model, used.input_tokens, used.cached_input_tokens, used.output_tokens) == ("gpt-4.1-mini", 10, 5, 7)
    assert used.cost_micros == math.ceil((5 * 400 + 5 * 100 + 7 * 1600) / 1000)


def test_what_is_asked_is_not_kept_there_and_the_learner_is_a_hash(
    server: OpenAIServer, model: OpenAITextModel
) -> None:
    model.reply(ASKED)
    (sent,) = server.bodies("/responses")
    assert sent["store"] is False
    assert sent["prompt_cache_key"] == "answer-1-abc"
    assert sent["instructions"] == "Answer."
    assert [turn["role"] for turn in sent["input"]] == ["user", "assistant", "user"]
    assert len(sent["safety_identifier"]) == 64
    assert "ada" not in json.dumps(sent)
    assert server.requests[0].authorization == "Bearer sk-test"


def test_the_small_model_is_asked_when_the_request_says_so(server: OpenAIServer, model: OpenAITextModel) -> None:
    small = model.reply(TextRequest(**{**vars(ASKED), "small": True}))
    assert small.usage.model == server.bodies("/responses")[0]["model"] == "gpt-4.1-nano"
    assert model.most_cost_micros(TextRequest(**{**vars(ASKED), "small": True})) < model.most_cost_micros(ASKED)


def test_no_reply_costs_more_than_was_foretold(server: OpenAIServer, model: OpenAITextModel) -> None:
    server.write = lambda asked: "x" * 4 * ASKED.most_output_tokens
    assert 0 < model.reply(ASKED).usage.cost_micros <= model.most_cost_micros(ASKED)


def test_tokens_are_estimated_where_the_server_does_not_count(server: OpenAIServer, model: OpenAITextModel) -> None:
    server.counts_tokens = False
    used = model.reply(ASKED).usage
    assert used.input_tokens > 5
    assert used.output_tokens > 2
    assert used.cost_micros > 0


def test_a_stream_comes_in_pieces_with_its_usage_last(server: OpenAIServer, model: OpenAITextModel) -> None:
    server.write = lambda asked: "A fjord is a long inlet [1]."
    *pieces, usage = model.stream(ASKED)
    assert pieces == ["A fjord is", " a long in", "let [1]."]
    assert isinstance(usage, Usage)
    assert usage.output_tokens == 7
    assert server.bodies("/responses")[0]["stream"] is True


def test_a_stream_that_breaks_off_is_unavailable_in_the_middle(server: OpenAIServer, model: OpenAITextModel) -> None:
    server.faults.append("cut")
    pieces = model.stream(ASKED)
    assert next(pieces) == "What is a "
    with pytest.raises(ModelUnavailable, match="ended before"):
        next(pieces)


def test_a_stream_that_its_reader_leaves_is_closed(server: OpenAIServer, model: OpenAITextModel) -> None:
    pieces = model.stream(ASKED)
    next(pieces)
    assert isinstance(pieces, Iterator)
    getattr(pieces, "close")()  # noqa: B009
    assert model.reply(ASKED).text


@pytest.mark.parametrize("fault", [429, 500, 503, 408, "drop"])
def test_a_passing_fault_is_tried_again(server: OpenAIServer, model: OpenAITextModel, fault: int) -> None:
    server.faults.extend([fault, fault])
    assert model.reply(ASKED).text
    assert [request.retry for request in server.requests] == [0, 1, 2]


@pytest.mark.parametrize("faults", [[429] * 3, [500] * 3, ["drop"] * 3, [401], [404], ["garbage"], ["loose"]])
def test_a_fault_that_stays_is_unavailable(server: OpenAIServer, model: OpenAITextModel, faults: list[int]) -> None:
    server.faults.extend(faults)
    with pytest.raises(ModelUnavailable):
        model.reply(ASKED)
    assert len(server.requests) == len(faults)
    server.faults.extend(faults)
    with pytest.raises(ModelUnavailable):
        list(model.stream(ASKED))


@pytest.mark.parametrize("fault", [429, 503])
def test_a_server_that_wants_a_long_pause_is_not_waited_for(
    server: OpenAIServer, model: OpenAITextModel, fault: int
) -> None:
    server.retry_after = {"retry-after": "30"}
    server.faults.append(fault)
    with pytest.raises(ModelUnavailable, match=str(fault)):
        model.reply(ASKED)
    assert len(server.requests) == 1


def test_an_answer_that_does_not_come_in_time_is_unavailable(server: OpenAIServer, settings: Settings) -> None:
    model = OpenAITextModel(settings, Secrets())
    model.seconds = 0.05
    server.faults.extend(["hang"] * 3)
    with pytest.raises(ModelUnavailable, match="APITimeoutError"):
        model.reply(ASKED)
    model.close()


def test_a_model_that_declines_has_refused(server: OpenAIServer, model: OpenAITextModel) -> None:
    server.write = lambda asked: "REFUSED: no."
    with pytest.raises(ModelRefused):
        model.reply(ASKED)
    with pytest.raises(ModelRefused):
        list(model.stream(ASKED))
    with pytest.raises(ModelRefused):
        model.parse(ASKED, Card)


def test_a_request_that_the_server_does_not_take_is_refused_and_closes_nothing(
    server: OpenAIServer, model: OpenAITextModel
) -> None:
    for _ in range(7):
        server.faults.append(400)
        with pytest.raises(ModelRefused):
            model.reply(ASKED)
    assert model.reply(ASKED).text


def test_no_error_repeats_what_was_asked(
    server: OpenAIServer, model: OpenAITextModel, capsys: pytest.CaptureFixture[str]
) -> None:
    server.faults.extend([401])
    with pytest.raises(ModelUnavailable) as raised:
        model.reply(ASKED)
    assert "fjord" not in str(raised.value) + capsys.readouterr().out
    assert raised.value.__cause__ is None


# Structured replies ---------------------------------------------------------------------------------------------


class Card(BaseModel):
    model_config = ConfigDict(extra="forbid")

    front: str = Field(max_length=20)
    back: str
    default: int = Field(ge=1, le=5)


GOOD = '{"front": "Fjord?", "back": "An inlet", "default": 2}'


def test_a_structured_reply_is_of_the_asked_shape(server: OpenAIServer, model: OpenAITextModel) -> None:
    server.write = lambda asked: GOOD
    reply = model.parse(ASKED, Card)
    assert reply.value == Card(front="Fjord?", back="An inlet", default=2)
    sent = server.bodies("/responses")[0]["text"]["format"]
    assert (sent["type"], sent["name"], sent["strict"]) == ("json_schema", "Card", True)
    assert sent["schema"]["additionalProperties"] is False
    assert set(sent["schema"]["required"]) == {"front", "back", "default"}
    assert "maxLength" not in json.dumps(sent), "strict mode refuses it"


def test_a_wrong_shape_is_repaired_once_and_both_tries_are_paid(server: OpenAIServer, model: OpenAITextModel) -> None:
    replies = iter(['{"front": "A front that is longer than twenty letters", "back": "x", "default": 9}', GOOD])
    server.write = lambda asked: next(replies)
    reply = model.parse(ASKED, Card)
    assert reply.value.front == "Fjord?"
    first, second = server.bodies("/responses")
    assert [turn["role"] for turn in second["input"][len(first["input"]) :]] == ["assistant", "user"]
    assert "front: " in second["input"][-1]["content"]
    assert "default: " in second["input"][-1]["content"]
    assert reply.usage.output_tokens > len(GOOD) // 4


def test_a_shape_that_is_wrong_twice_is_refused(server: OpenAIServer, model: OpenAITextModel) -> None:
    server.write = lambda asked: "Sorry, here is your card: front"
    with pytest.raises(ModelRefused, match="twice no Card"):
        model.parse(ASKED, Card)
    assert len(server.requests) == 2


# Embeddings and moderation --------------------------------------------------------------------------------------


def test_embeddings_of_another_shape_are_unavailable(server: OpenAIServer, settings: Settings) -> None:
    embedder = OpenAIEmbedder(settings, Secrets())
    wrong: list[list[float]] = [[1.0] * 383, [0.0] * 384, [math.inf] * 384, []]
    for vector in wrong:
        server.embed = lambda text, dimensions, vector=vector: vector  # type: ignore[misc]
        with pytest.raises(ModelUnavailable):
            embedder.embed(["a"], "passage")
    embedder.close()


@pytest.mark.parametrize("fault", [400, 401, "garbage", "loose"])
def test_embedder_and_moderator_are_unavailable_and_never_refuse(
    server: OpenAIServer, settings: Settings, fault: int
) -> None:
    embedder, moderator = OpenAIEmbedder(settings, Secrets()), OpenAIModerator(settings, Secrets())
    server.faults.extend([fault, fault])
    with pytest.raises(ModelUnavailable):
        embedder.embed(["a"], "question")
    with pytest.raises(ModelUnavailable):
        moderator.check("a")
    embedder.close()
    moderator.close()


def test_embeddings_are_asked_for_in_our_dimension_and_an_empty_text_is_taken(
    server: OpenAIServer, settings: Settings
) -> None:
    embedder = OpenAIEmbedder(settings, Secrets())
    assert embedder.embed([], "passage").vectors == ()
    usage = embedder.embed(["a word", " "], "passage").usage
    (sent,) = server.bodies("/embeddings")
    assert (sent["dimensions"], sent["input"], sent["model"]) == (384, ["a word", "-"], "text-embedding-3-small")
    assert usage.cost_micros == 1
    embedder.close()


# The circuit ----------------------------------------------------------------------------------------------------


def test_after_failures_in_a_row_nobody_asks_for_a_while(server: OpenAIServer, settings: Settings) -> None:
    now = itertools.count(0, 0.001)
    passed = [0.0]
    breaker = CircuitBreaker(failures=2, seconds=30, clock=lambda: passed[0] + next(now))
    model = OpenAITextModel(settings, Secrets(), breaker=breaker)
    server.faults.extend([401, 401])
    for _ in range(2):
        with pytest.raises(ModelUnavailable, match="401"):
            model.reply(ASKED)
    for _ in range(3):
        with pytest.raises(ModelUnavailable, match="circuit"):
            model.reply(ASKED)
    assert len(server.requests) == 2
    passed[0] += 31
    server.faults.append(401)
    with pytest.raises(ModelUnavailable, match="401"):
        model.reply(ASKED)
    with pytest.raises(ModelUnavailable, match="circuit"):
        model.reply(ASKED)
    passed[0] += 31
    assert model.reply(ASKED).text
    assert model.reply(ASKED).text
    model.close()


def test_while_one_finds_out_the_others_wait() -> None:
    time = [0.0]
    breaker = CircuitBreaker(failures=1, seconds=10, clock=lambda: time[0])
    breaker.failed()
    time[0] = 11
    assert [breaker.admits() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert breaker.admits()


def test_failures_that_are_not_in_a_row_do_not_open_it() -> None:
    breaker = CircuitBreaker(failures=2)
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert breaker.admits()


# Settings and keys ----------------------------------------------------------------------------------------------


def test_a_model_without_a_price_is_refused_at_the_start() -> None:
    with pytest.raises(SettingsError, match=r"SCHOLIUM_PRICES must name a price for llama"):
        parse({"SCHOLIUM_ADAPTERS": "local", "SCHOLIUM_TEXT_MODEL": "llama"})
    prices = json.dumps({"llama": [0, 0, 0]})
    models = {f"SCHOLIUM_{name}_MODEL": "llama" for name in ("TEXT", "SMALL", "EMBEDDING")}
    assert parse({"SCHOLIUM_ADAPTERS": "local", "SCHOLIUM_PRICES": prices, **models}).prices["llama"] == (0, 0, 0)


def test_offline_is_for_this_machine_alone() -> None:
    deployed = {"SCHOLIUM_ADAPTERS": "gcp", "SCHOLIUM_PROJECT": "p", "SCHOLIUM_TOKEN_PUBLIC_KEYS": '{"k": "x"}'}
    assert parse(deployed).ai == "openai"
    with pytest.raises(SettingsError, match="SCHOLIUM_AI must be openai"):
        parse({**deployed, "SCHOLIUM_AI": "offline"})


def test_a_server_of_ones_own_needs_no_key_and_openai_does(server: OpenAIServer, settings: Settings) -> None:
    own = OpenAITextModel(settings, Secrets(None))
    assert own.reply(ASKED).text
    assert server.requests[0].authorization == "Bearer none"
    own.close()
    with pytest.raises(SecretMissing):
        OpenAITextModel(Settings(adapters="local"), Secrets(None)).reply(ASKED)


def answering(answer: httpx2.Response) -> OpenAITextModel:
    http = httpx2.Client(transport=httpx2.MockTransport(lambda request: answer))
    return OpenAITextModel(Settings(adapters="local", log_level="error"), Secrets(), http=http)


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({"status": "failed"}, ModelUnavailable),
        ({"status": "in_progress"}, ModelUnavailable),
        ({"output": []}, ModelUnavailable),
        ({"output": [{"type": "message", "content": None}]}, ModelUnavailable),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, ModelRefused),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, None),
        ({"status": None}, None),
    ],
)
def test_an_answer_is_taken_for_what_it_says_of_itself(
    server: OpenAIServer, changes: dict[str, object], raised: type[Exception] | None
) -> None:
    said = server.response({"model": "m", "input": [{"content": "Hi"}]}, "Cut off")
    model = answering(httpx2.Response(200, json={**said, **changes}))
    if raised:
        with pytest.raises(raised):
            model.reply(ASKED)
    else:
        assert model.reply(ASKED).text == "Cut off"
    model.close()


def test_an_error_in_the_middle_of_a_stream_is_unavailable() -> None:
    events = 'event: error\ndata: {"type": "error", "code": "server_error", "message": "x", "sequence_number": 0}\n\n'
    model = answering(httpx2.Response(200, content=events, headers={"content-type": "text/event-stream"}))
    with pytest.raises(ModelUnavailable):
        list(model.stream(ASKED))
    model.close()
