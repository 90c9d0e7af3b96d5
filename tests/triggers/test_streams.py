"""Streams: deltas, then one commit, then its end, whatever becomes of the client."""

from collections.abc import Callable, Generator

import pytest
from flask import Response
from pydantic import BaseModel

from common.errors import Conflict
from common.ports import Document, Ids, Message, Query, Queue, Store
from common.ports.database import DatabaseUnavailable, Write
from common.ports.records import ClaimRecord
from common.triggers import Stream, http
from tests.triggers.world import HandWorld, problem, send


class Turn(Document, collection="turns", key="turn_id"):
    turn_id: str
    text: str = ""


class Question(BaseModel):
    text: str


class Delta(BaseModel):
    text: str


class Answer(BaseModel):
    turn_id: str
    text: str


class Asked(Message):
    turn_id: str


class Refused(Conflict):
    code = "refused"


TURNS = Query(Turn)
CLAIMS = Query(ClaimRecord)
before_answer: list[Callable[[], object]] = []
"""What happens between the last delta and the answer."""


@http.post("/v1/chat", role="learner", raises=(Refused,))
def talk(question: Question, store: Store, ids: Ids, asked: Queue[Asked]) -> Stream[Answer]:
    """Answer word by word."""
    store.get(Turn, "last")
    if question.text == "refuse at once":
        raise Refused

    def events() -> Generator[tuple[str, BaseModel], None, Answer]:
        for word in question.text.split():
            yield "delta", Delta(text=word)
        turn_id = ids.new()
        store.create(Turn(turn_id=turn_id, text=question.text))
        store.put(Turn(turn_id="last", text=turn_id))
        asked.stage(Asked(turn_id=turn_id))
        for one in before_answer:
            one()
        return Answer(turn_id=turn_id, text=question.text)

    return Stream(events)


@pytest.fixture(autouse=True)
def _calm() -> None:
    before_answer.clear()


def ask(text: str = "two words", key: str | None = "key", accept: str = "text/event-stream") -> Response:
    headers = {"Accept": accept} | ({"Idempotency-Key": key} if key else {})
    return send(talk, "POST", "/v1/chat", {"text": text}, headers)


def read(response: Response) -> list[tuple[str, str]]:
    """The events of a whole stream."""
    with response:
        text = response.get_data(as_text=True)
    events = [block.split("\n") for block in text.split("\n\n") if block]
    return [(event.removeprefix("event: "), data.removeprefix("data: ")) for event, data in events]


def turns(world: HandWorld) -> int:
    return world.database.count(TURNS, {})


def raises(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_a_stream_is_its_deltas_then_the_commit_then_its_end(world: HandWorld) -> None:
    response = ask()
    assert (response.status_code, response.mimetype) == (200, "text/event-stream")
    assert turns(world) == 0
    events = read(response)
    assert [name for name, _ in events] == ["delta", "delta", "done"]
    assert Delta.model_validate_json(events[0][1]).text == "two"
    answer = Answer.model_validate_json(events[2][1])
    assert world.stored(Turn, answer.turn_id)
    assert len(world.tasks.ids) == 1


def test_the_commit_stands_when_the_end_is_told(world: HandWorld) -> None:
    chunks = iter(ask().response)
    for expected in (0, 0, 2):
        assert next(chunks)
        assert turns(world) == expected


def test_a_caller_who_takes_no_events_gets_the_answer_alone(world: HandWorld) -> None:
    response = ask(accept="application/json")
    assert response.get_json()["text"] == "two words"
    assert turns(world) == 2


@pytest.mark.parametrize("seen", [1, 2, 3])
def test_a_client_that_leaves_stops_nothing(seen: int, world: HandWorld) -> None:
    response = ask()
    chunks = iter(response.response)
    for _ in range(seen):
        next(chunks)
    response.close()
    assert turns(world) == 2
    assert len(world.tasks.ids) == 1
    again = read(ask())
    assert [name for name, _ in again] == ["done"], "a repeat is the answer alone"
    assert turns(world) == 2


def test_a_client_that_leaves_before_anything_began_leaves_no_claim(world: HandWorld) -> None:
    ask().close()
    assert turns(world) == world.database.count(CLAIMS, {}) == 0
    assert read(ask())[-1][0] == "done"


def test_a_failure_after_the_client_left_disturbs_nobody(world: HandWorld) -> None:
    before_answer.append(raises(RuntimeError("never shown")))
    response = ask()
    next(iter(response.response))
    response.close()
    assert turns(world) == world.database.count(CLAIMS, {}) == 0


def test_a_repeat_is_answered_in_the_form_that_is_asked_for(world: HandWorld) -> None:
    [*_, (name, done)] = read(ask())
    assert name == "done"
    assert read(ask()) == [("done", done)]
    plain = ask(accept="application/json")
    assert plain.get_data(as_text=True) == done
    assert plain.headers["Idempotency-Replayed"] == "true"


def test_a_stream_that_is_under_way_is_busy(world: HandWorld) -> None:
    first = ask()
    chunks = iter(first.response)
    next(chunks)
    assert problem(ask()) == "busy"
    first.close()
    assert read(ask())[-1][0] == "done"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("never shown"), "internal_error"),
        (Refused(), "refused"),
        (DatabaseUnavailable(), "unavailable"),
    ],
    ids=["bug", "refusal", "database"],
)
@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_a_failure_is_told_and_nothing_is_committed(error: Exception, code: str, accept: str, world: HandWorld) -> None:
    before_answer.append(raises(error))
    response = ask(accept=accept)
    if accept == "application/json":
        assert problem(response) == code
    else:
        events = read(response)
        assert [name for name, _ in events] == ["delta", "delta", "error"]
        assert f'"code": "{code}"' in events[-1][1]
        assert "never shown" not in events[-1][1]
    assert turns(world) == world.database.count(CLAIMS, {}) == 0
    assert world.tasks.ids == []
    before_answer.clear()
    assert read(ask())[-1][0] == "done"


def test_a_refusal_before_the_first_delta_is_a_plain_problem(world: HandWorld) -> None:
    assert problem(ask("refuse at once")) == "refused"
    assert world.database.count(CLAIMS, {}) == 0


def test_what_changed_meanwhile_is_a_conflict_and_is_not_said_twice(world: HandWorld) -> None:
    write = Write("set", Turn, "last", document=Turn(turn_id="last", text="theirs"))
    before_answer.append(lambda: world.database.commit([write]))
    events = read(ask())
    assert [name for name, _ in events] == ["delta", "delta", "error"]
    assert '"code": "conflict"' in events[-1][1]
    assert turns(world) == 1


def test_a_stream_that_lost_its_lease_commits_nothing(world: HandWorld) -> None:
    first = ask()
    chunks = iter(first.response)
    next(chunks)
    world.clock.advance(seconds=90)
    second = read(ask())
    rest = "".join(str(chunk) for chunk in chunks)
    assert '"code": "busy"' in rest
    assert turns(world) == 2
    assert read(ask()) == [second[-1]]


def test_an_end_of_the_process_gives_the_key_back(world: HandWorld) -> None:
    before_answer.append(raises(SystemExit()))
    response = ask()
    with pytest.raises(SystemExit):
        read(response)
    assert turns(world) == world.database.count(CLAIMS, {}) == 0
