"""A newcomer with a document and the tutor: README's tour word by word, then the same with a language model."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client import Client
from tests.e2e.local_server import ROOT, LocalServer
from tests.e2e.uploads import settled, upload
from tests.e2e.walk import PASSWORD
from tests.emulators.openai_server import Asked, OpenAIServer

SAMPLE = ROOT / "infrastructure" / "samples" / "bicycle-repair.pdf"
ANSWERED = {
    "What torque do pedals need?": ("Pedals 30 to 40 Nm", "Pedals need 30 to 40 Nm.", 4),
    "Which way do I turn a spanner to take off the left pedal?": (
        "it is loosened clockwise", "The left pedal is loosened clockwise.", 4
    ),
    "How often does a tyre need more air?": ("Pump up at least every four weeks", "Pump up every four weeks.", 1),
    "Why did my patch come off again?": ("the glue was not left to dry", "The glue was not left to dry.", 2),
    "What harms the disc of a brake?": ("fingerprint of grease", "A fingerprint of grease makes it lose power.", 3),
}  # fmt: skip
"""Question: the words of the sample that answer it, how a model puts them, and their page."""
UNANSWERED = "Who invented the bicycle?"
STREAMED = "Which two fluids must not be mixed?"


def flat(text: str) -> str:
    return " ".join(text.split())


# README's tour, with the offline tutor --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where README's commands are run: they name the samples and the server's data."""
    made = tmp_path_factory.mktemp("tour")
    (made / "infrastructure").symlink_to(ROOT / "infrastructure")
    return made


@pytest.fixture(scope="module")
def toured(folder: Path) -> Iterator[tuple[LocalServer, str]]:
    """A server, and what README's commands said there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    tour = text[text.index("## Five minutes with it") : text.index("## How it is built")]
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```", tour, re.MULTILINE | re.DOTALL))
    with LocalServer(folder / ".local") as server:
        server.client.get("/v1/status")
        script = script.replace("http://127.0.0.1:8080", server.url).replace("sleep 1", "sleep 0.1")
        done = subprocess.run(
            ["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=120, check=False
        )
        yield server, done.stdout


def test_the_tour_of_the_readme_answers_with_the_right_pages(toured: tuple[LocalServer, str]) -> None:
    said = [line for line in toured[1].splitlines() if re.match(r"(grounded|not_found|general) \[", line)]
    *answers, unknown, hello, name = said
    assert len(answers) == len(ANSWERED)
    for line, (phrase, _, page) in zip(answers, ANSWERED.values(), strict=True):
        assert line.startswith("grounded "), line
        pages = [int(one) for one in re.findall(r"\d+", line[: line.index("]")])]
        quotes = re.split(r" \[\d+\]", line)
        assert [p for p, quote in zip(pages, quotes, strict=False) if phrase in quote] == [page], line
    assert unknown.startswith("not_found [] ") and "found nothing" in unknown
    assert hello.startswith("general [] Nice to meet you, Alice!")
    assert name == "general [] Your name is Alice."


def test_the_tour_is_streamed_and_shown_as_it_is(toured: tuple[LocalServer, str]) -> None:
    output = toured[1]
    events = re.findall(r"^event: (\w+)$", output, re.MULTILINE)
    assert events == ["delta"] * (len(events) - 2) + ["sources", "done"] and len(events) > 3
    assert "mineral oil and DOT fluid must never be mixed. [" in output
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"^```\n(grounded .*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert shown
    said = flat(output.replace(" This is the offline tutor. It quotes your material and adds nothing of its own:", ""))
    for answer in re.split(r"\n(?=grounded|not_found|general)", shown[1].strip()):
        assert flat(answer) in said


def test_a_conversation_outlives_its_server(toured: tuple[LocalServer, str]) -> None:
    server, _ = toured
    server.kill()
    server.start()
    token = server.client.post("/v1/login", {"username": "ada", "password": PASSWORD}).body["access_token"]
    ada = server.client.with_token(token)
    current = ada.get("/v1/chat/sessions/current").body["session"]
    path = f"/v1/chat/sessions/{current['session_id']}/messages?page_size=100"
    told = [one["text"] for one in ada.get(path).body["items"] if one["role"] == "user"]
    assert told == [*ANSWERED, UNANSWERED, "Hi, my name is Alice", "What is my name?", STREAMED]
    answer = ada.post("/v1/chat", {"message": "What is my name?"})
    assert "Alice" in answer.body["answer"], answer.body


# A language model -------------------------------------------------------------------------------------------------


def knows_where_to_look(asked: Asked) -> str:
    """A model that finds the words which answer a question, cites the passage that has them, and remembers names."""
    said = str(asked["input"][-1]["content"])
    if "<passages>" not in said:
        told = re.findall(r"my name is (\w+)", " ".join(str(turn["content"]) for turn in asked["input"]))
        return f"Your name is {told[-1]}." if told else "Hello!"
    phrase, words, _ = next((how for question, how in ANSWERED.items() if question in said), ("-", "", 0))
    passages = re.split(r"^\[(\d+)\] ", said, flags=re.MULTILINE)
    numbers = [n for n, text in zip(passages[1::2], passages[2::2], strict=True) if phrase in flat(text)]
    return f"{words} [{numbers[0]}] It was invented in 1817. [1]" if numbers else "NOT_FOUND"


@pytest.fixture(scope="module")
def model() -> Iterator[OpenAIServer]:
    with OpenAIServer(write=knows_where_to_look) as running:
        yield running


@pytest.fixture(scope="module")
def learner(model: OpenAIServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """With the sample uploaded to a server that has a model."""
    environment = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "sk-of-the-test"}
    with LocalServer(tmp_path_factory.mktemp("model") / "data", environment=environment, samples=False) as server:
        server.client.post("/v1/users", {"username": "ada", "email": "ada@example.org", "password": PASSWORD})
        token = server.client.post("/v1/login", {"username": "ada", "password": PASSWORD}).body["access_token"]
        client = server.client.with_token(token)
        assert settled(client, upload(client, SAMPLE.name, SAMPLE.read_bytes()))["status"] == "ready"
        yield client


def ask(client: Client, message: str) -> Any:
    answer = client.post("/v1/chat", {"message": message})
    assert answer.status == 200, answer.body
    return answer.body


def test_a_model_answers_with_the_right_pages_and_proves_each_sentence(learner: Client, model: OpenAIServer) -> None:
    for question, (phrase, words, page) in ANSWERED.items():
        answer = ask(learner, question)
        assert (answer["route"], answer["served_by"], answer["fallback"]) == ("grounded", "model", None)
        assert answer["answer"] == f"{words} [1]"  # what it added has no proof
        (source,) = answer["sources"]
        assert (source["page"], phrase in flat(source["quote"])) == (page, True)
        assert answer["usage"]["cost_micros"] > 0
    asked = len(model.bodies("/responses"))
    assert ask(learner, next(iter(ANSWERED)))["served_by"] == "cache"
    assert len(model.bodies("/responses")) == asked


def test_a_model_that_finds_nothing_says_so_and_remembers_a_name(learner: Client, model: OpenAIServer) -> None:
    unknown = ask(learner, UNANSWERED)
    assert (unknown["route"], unknown["served_by"], unknown["sources"]) == ("not_found", "model", [])
    ask(learner, "Hi, my name is Alice")
    name = ask(learner, "What is my name?")
    assert (name["answer"], name["served_by"], name["sources"]) == ("Your name is Alice.", "model", [])
    sent = model.bodies("/responses")[-1]
    assert (sent["stream"], sent["store"]) == (True, False)
