"""Functions that declare a model: what they are given, what they may do, and that a call is paid for once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import BaseModel

from common import adapters
from common.adapters.gcp.openai_models import OpenAITextModel
from common.adapters.local.offline_models import OfflineModerator, OfflineTextModel
from common.adapters.local.sqlite import Sqlite
from common.domain.tutoring import ledger, prompts
from common.errors import TooManyRequests
from common.ports import Budget, Caller, Clock, Deployment, Document, Embedder, Ids, Moderator, Query, Store, TextModel
from common.ports.ai import ModelUnavailable, TextRequest, Turn
from common.settings import Settings, load
from common.triggers import http
from infrastructure.tools import serve
from infrastructure.tools.discovery import Function
from infrastructure.tools.grants import grants
from tests.emulators.openai_server import OpenAIServer
from tests.triggers.world import HandWorld, problem, send

CALLS = Query(ledger.AiCall)


class Question(BaseModel):
    text: str


class Said(BaseModel):
    text: str
    dimension: int


class Last(Document, collection="lasts", key="last_id"):
    last_id: str
    text: str


@http.post("/v1/asked", role="learner", raises=(TooManyRequests,))
def ask(
    caller: Caller,
    question: Question,
    model: TextModel,
    embedder: Embedder,
    moderator: Moderator,
    budget: Budget,
    deployment: Deployment,
    store: Store,
    ids: Ids,
    clock: Clock,
) -> Said:
    """Ask the model within the learner's budget, and leave a record of it."""
    prompt = prompts.choose("answer", caller.user_id, deployment.prompts)
    request = TextRequest(prompt.text, (Turn("user", question.text),), caller.user_id, prompt.cache_key, 20)
    assert not moderator.check(question.text).flagged
    reserved = budget.reserve(caller.user_id, model.most_cost_micros(request), deployment.daily_budget_micros)
    if reserved is None:
        raise TooManyRequests
    last = store.get(Last, "last")
    reply = model.reply(request)
    budget.settle(reserved, reply.usage.cost_micros)
    store.put((last or Last(last_id="last", text="")).model_copy(update={"text": reply.text}))
    ledger.record(
        store, ids, clock, user_id=caller.user_id, purpose="chat", served_by="model", outcome="answered",
        usage=reply.usage, prompt=prompt,
    )  # fmt: skip
    return Said(text=reply.text, dimension=len(embedder.embed([reply.text], "passage").vectors[0]))


@pytest.fixture(name="server")
def _server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture(name="settings")
def _settings(server: OpenAIServer, tmp_path: Path) -> Settings:
    variables = {"openai_base_url": server.url, "daily_budget_micros": 2_000}
    return Settings(adapters="local", data=tmp_path, rate_limit_factor=1e6, log_level="error", **variables)


@pytest.fixture(autouse=True)
def _closed(world: HandWorld) -> Iterator[None]:
    yield
    for name in ("text_model", "embedder", "moderator"):
        world.__dict__[name].close() if name in world.__dict__ else None


def answered(text: str = "What is a fjord? Tell me.", who: str = "ada") -> str:
    response = send(ask, "POST", "/v1/asked", {"text": text}, {"Authorization": f"Bearer {who}"})
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.get_json()["dimension"] == 384
    return str(response.get_json()["text"])


def test_a_function_asks_the_models_that_its_signature_names(server: OpenAIServer, world: HandWorld) -> None:
    assert answered() == "What is a fjord? Tell me."
    assert [request.path for request in server.requests] == ["/v1/moderations", "/v1/responses", "/v1/embeddings"]
    (stored,) = world.database.query(CALLS, {}, 10, None)
    assert '"served_by":"model"' in str(stored.content)
    assert "fjord" not in str(stored.content)


def test_what_a_call_may_cost_is_set_aside_and_only_what_it_cost_is_kept(
    server: OpenAIServer, world: HandWorld
) -> None:
    for _ in range(12):  # twelve of what may be spent would be thrice the budget
        answered()
    asked = len(server.bodies("/responses"))
    world.settings = world.settings.model_copy(update={"daily_budget_micros": 100})
    world.deployment = adapters.World(world.settings).deployment
    assert problem(send(ask, "POST", "/v1/asked", {"text": "More."})) == "too_many_requests"
    assert len(server.bodies("/responses")) == asked == 12


def test_when_what_it_read_has_changed_a_paid_call_is_not_made_again(server: OpenAIServer, world: HandWorld) -> None:
    def meanwhile(asked: dict[str, object]) -> str:
        with ThreadPoolExecutor(1) as other:
            server.write = lambda _: "Another."
            other.submit(answered, who="bob").result()
        return "Mine."

    server.write = meanwhile
    assert problem(send(ask, "POST", "/v1/asked", {"text": "Mine?"})) == "conflict"
    assert len(server.bodies("/responses")) == 2


def test_the_models_are_those_of_the_setting(settings: Settings, database: Sqlite) -> None:
    world = HandWorld(settings, database)
    assert isinstance(world.text_model, OpenAITextModel)
    offline = HandWorld(settings.model_copy(update={"ai": "offline"}), database)
    assert isinstance(offline.text_model, OfflineTextModel)
    assert isinstance(offline.moderator, OfflineModerator)
    assert offline.embedder.model == "all-MiniLM-L6-v2-int8"
    with pytest.raises(ModelUnavailable):
        offline.text_model.reply(TextRequest("", (), "ada", "", 1))


def test_what_is_paid_for_is_an_outside_port_and_the_key_is_a_grant(tmp_path: Path) -> None:
    declaration = ask.declaration
    paid = {port: adapters.PORTS[port].outside for port in (TextModel, Embedder, Moderator)}
    assert paid == {TextModel: True, Embedder: True, Moderator: False}
    assert {"text_model", "embedder", "moderator", "secrets", "database"} == declaration.adapters()
    granted = {(grant.role, grant.on) for grant in grants(Function("ask", tmp_path, declaration), {})}
    assert granted == {
        ("roles/datastore.user", "database"),
        ("roles/secretmanager.secretAccessor", "secret:openai-api-key"),
    }


# How `make run` chooses -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "ai"),
    [
        ({}, "offline"),
        ({"OPENAI_API_KEY": "sk-1"}, "openai"),
        ({"SCHOLIUM_SECRET_OPENAI_API_KEY": "sk-1"}, "openai"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "openai"),
        ({"SCHOLIUM_OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "openai"),
        ({"OPENAI_API_KEY": "sk-1", "SCHOLIUM_AI": "offline"}, "offline"),
        ({"OPENAI_API_KEY": ""}, "offline"),
    ],
)
@pytest.mark.parametrize("place", ["environment", ".env"])
def test_a_key_or_a_server_chooses_openai_and_the_setting_beats_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variables: dict[str, str], ai: str, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    environment = variables if place == "environment" else {}
    if place == ".env":
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    monkeypatch.setattr("os.environ", dict(environment))
    try:
        chosen = serve.configure(tmp_path, "127.0.0.1", 8080)
    finally:
        load.cache_clear()
    assert chosen.ai == ai
    if "sk-1" in variables.values():
        assert chosen.secrets["openai-api-key"][0].get_secret_value() == "sk-1"
    if any("BASE_URL" in name for name in variables):
        assert chosen.openai_base_url == "http://127.0.0.1:9/v1"
