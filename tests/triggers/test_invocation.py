"""One invocation is one commit: what is run again, what is not, and what schedules and events do twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from flask import Response
from pydantic import BaseModel

from common.errors import Conflict
from common.ports import (
    AllQueues,
    Bucket,
    Clock,
    Document,
    FinalizedObject,
    Mailer,
    Message,
    Outside,
    Query,
    Queue,
    RateLimit,
    Store,
    Tick,
)
from common.ports.database import DatabaseUnavailable, Write
from common.ports.queue import MessageRecord
from common.ports.records import ClaimRecord
from common.triggers import event, http, schedule, task
from common.triggers.event import FINALIZED
from common.triggers.unit_of_work import UnitOfWork
from tests.triggers.bank import sweep
from tests.triggers.world import HandWorld, deliver, problem, send


class Counter(Document, collection="counters", key="counter_id"):
    counter_id: str
    count: int = 0


class Count(BaseModel):
    count: int


class Step(Message, key=("at", "cursor")):
    at: datetime
    cursor: int = 0


class Uploaded(Message, key=("name", "generation")):
    name: str
    generation: int


class Uploads(Bucket, name="uploads"):
    pass


MESSAGES = Query(MessageRecord)
meanwhile: list[Callable[[], object]] = []
runs: list[str] = []
counter = http.resource("counter")


@counter.post("/v1/counter", role="learner")
def count_up(store: Store) -> Count:
    """Count by what was read."""
    runs.append("count_up")
    current = store.get(Counter, "all") or Counter(counter_id="all")
    if meanwhile:
        meanwhile.pop(0)()
    store.put(current.model_copy(update={"count": current.count + 1}))
    return Count(count=current.count + 1)


@counter.post("/v1/counter/letters", role="learner")
def count_and_write(store: Store, mailer: Mailer) -> Count:
    """As count_up, with an effect that nothing undoes."""
    return count_up_inner(store)


@counter.post("/v1/counter/notes", role="learner")
def count_and_note(store: Store, outside: Outside) -> Count:
    """As count_up, with a note that stays."""
    assert outside.begin(f"note-{len(runs)}")
    return count_up_inner(store)


@counter.get("/v1/counter", role="learner")
def look(store: Store) -> Count:
    """Read only."""
    current = store.get(Counter, "all")
    return Count(count=current.count if current else 0)


def count_up_inner(store: Store) -> Count:
    runs.append("inner")
    current = store.get(Counter, "all") or Counter(counter_id="all")
    if meanwhile:
        meanwhile.pop(0)()
    store.put(current.model_copy(update={"count": current.count + 1}))
    return Count(count=current.count + 1)


@schedule("*/5 * * * *")
def every_five(tick: Tick, steps: Queue[Step]) -> None:
    """Stage the first step."""
    steps.stage(Step(at=tick.scheduled_at))


@event.object_finalized(Uploads)
def uploaded(seen: FinalizedObject, messages: Queue[Uploaded], store: Store, clock: Clock) -> None:
    """Stage what is to be done with an upload."""
    messages.stage(Uploaded(name=seen.name, generation=seen.generation))


@pytest.fixture(autouse=True)
def _calm() -> None:
    meanwhile.clear()
    runs.clear()


def theirs(world: HandWorld, count: int = 10) -> Callable[[], object]:
    write = Write("set", Counter, "all", document=Counter(counter_id="all", count=count))
    return lambda: world.database.commit([write])


def post(path: str = "/v1/counter", key: str | None = None) -> Response:
    return send(counter, "POST", path, headers={"Idempotency-Key": key} if key else {})


# Run again ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "key"])
def test_a_handler_whose_reading_has_changed_runs_again(key: str | None, world: HandWorld) -> None:
    meanwhile.extend([theirs(world, 10), theirs(world, 20)])
    answer = post(key=key)
    assert (answer.status_code, answer.get_json()) == (200, {"count": 21})
    assert len(runs) == 3
    if key:
        assert post(key=key).get_json() == {"count": 21}
        assert len(runs) == 3


def test_a_handler_that_never_comes_to_an_end_is_a_conflict(world: HandWorld) -> None:
    meanwhile.extend(theirs(world, number) for number in range(200))
    answer = post(key="key")
    assert (answer.status_code, problem(answer)) == (409, "conflict")
    assert int(answer.headers["Retry-After"]) > 0
    assert world.database.count(Query(ClaimRecord), {}) == 0


@pytest.mark.parametrize("path", ["/v1/counter/letters", "/v1/counter/notes"])
def test_a_handler_with_outside_effects_runs_once(path: str, world: HandWorld) -> None:
    meanwhile.append(theirs(world))
    assert problem(post(path, key="key")) == "conflict"
    assert len(runs) == 1
    assert world.database.count(Query(ClaimRecord), {}) == 0


def test_a_read_only_handler_writes_nothing(world: HandWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.database, "commit", lambda *_, **__: pytest.fail("it wrote"))
    assert send(counter, "GET", "/v1/counter").get_json() == {"count": 0}


@pytest.mark.parametrize("call", ["get_many", "commit"])
def test_a_database_that_is_down_is_503(call: str, world: HandWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object, **__: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(world.database, call, down)
    answer = post()
    assert (answer.status_code, problem(answer)) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0


@http.post("/v1/later", role="learner")
def stage_later(days: int, steps: Queue[Step], clock: Clock, limit: RateLimit) -> None:
    """Stage a step some days ahead, twice a minute at most."""
    limit.take("later", "ada", "2/minute")
    steps.stage(Step(at=clock.now()), at=clock.now() + timedelta(days=days))


@pytest.mark.parametrize(("days", "status"), [(30, 204), (31, 500), (-1, 204)])
def test_a_queue_holds_a_message_for_thirty_days(days: int, status: int, world: HandWorld) -> None:
    assert send(stage_later, "POST", f"/v1/later?days={days}").status_code == status
    for message_id in world.tasks.ids:
        record = world.stored(MessageRecord, message_id)
        assert record
        assert record.due_at == world.clock.now() + timedelta(days=max(days, 0))
    assert len(world.tasks.ids) == (status == 204)


def test_a_limit_of_the_handlers_own_counts_at_once(world: HandWorld) -> None:
    world.settings = world.settings.model_copy(update={"rate_limit_factor": 1.0})
    answers = [send(stage_later, "POST", "/v1/later?days=1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [204, 204, 429]


# Schedules, events, the sweeper ------------------------------------------------------------------------------------


def fire(at: str | None) -> int:
    return send(every_five, "POST", "/", {}, {"X-CloudScheduler-ScheduleTime": at} if at else {}).status_code


@pytest.mark.parametrize(
    ("first", "second", "messages"),
    [
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z", 1),
        ("2026-03-02T09:00:00Z", "2026-03-02T09:05:00Z", 2),
        ("2026-03-02T09:00:00", "2026-03-02T09:00:00+00:00", 1),
        (None, None, 1),
        ("no time", None, 1),
    ],
)
def test_the_same_firing_stages_once(first: str | None, second: str | None, messages: int, world: HandWorld) -> None:
    assert [fire(first), fire(second)] == [200, 200]
    assert world.database.count(MESSAGES, {}) == messages
    assert len(world.tasks.ids) == messages


def finalize(generation: int = 1, **changed: object) -> int:
    body = {"bucket": "uploads", "name": "a.pdf", "generation": str(generation), "size": "9"} | changed
    return send(uploaded, "POST", "/", body, {"ce-type": FINALIZED, "ce-id": "1"}).status_code


def test_an_event_that_comes_twice_stages_once_and_a_new_generation_anew(world: HandWorld) -> None:
    assert [finalize(), finalize(), finalize(2)] == [200, 200, 200]
    assert len(world.tasks.ids) == 2


def test_an_event_that_is_none_is_refused(world: HandWorld) -> None:
    assert finalize(size="large") == 400
    assert send(uploaded, "POST", "/", {}, {"ce-type": "google.cloud.storage.object.v1.deleted"}).status_code == 400
    assert send(uploaded, "POST", "/", [], {"ce-type": FINALIZED}).status_code == 400
    assert world.tasks.ids == []


def test_what_was_never_sent_is_sent_by_the_sweeper_and_then_left_for_a_while(world: HandWorld) -> None:
    world.tasks.refuses = True
    fire("2026-03-02T09:00:00Z")
    world.tasks.refuses = False
    world.clock.advance(minutes=9)
    send(sweep, "POST", "/")
    assert world.tasks.ids == []
    world.clock.advance(minutes=1)
    for _ in range(2):
        send(sweep, "POST", "/")
    assert len(world.tasks.ids) == 1
    [(_, mark)] = world.tasks.sent
    assert mark, "the queue would take it for the first sending"


def test_all_queues_resends_only_what_was_read(world: HandWorld) -> None:
    now = datetime.now(UTC)
    record = MessageRecord(message_id="m", kind="Step", payload="{}", created_at=now, due_at=now, check_at=now)
    with pytest.raises(TypeError, match="not read"):
        cast(AllQueues, UnitOfWork(world.database)).resend(record, now)


# Refusals that leave a mark ----------------------------------------------------------------------------------------


class Marked(Conflict):
    """Refused, and counted."""

    code = "marked"
    commits = True


@http.post("/v1/marks", role="learner", raises=(Marked,))
def refuse_and_count(store: Store) -> None:
    """Every refusal leaves a mark."""
    store.put(Counter(counter_id="mark", count=(store.get(Counter, "mark") or Counter(counter_id="mark")).count + 1))
    raise Marked


@task()
def count_and_refuse(step: Step, store: Store) -> None:
    """A message that was not done has no effects: it will be done again."""
    store.create(Counter(counter_id="mark", count=step.cursor))
    raise Marked


def test_a_refusal_may_leave_a_mark(world: HandWorld) -> None:
    answers = [send(refuse_and_count, "POST", "/v1/marks", headers={"Idempotency-Key": "key"}) for _ in range(2)]
    assert [problem(answer) for answer in answers] == ["marked", "marked"]
    mark = world.stored(Counter, "mark")
    assert mark
    assert mark.count == 2
    assert world.database.count(Query(ClaimRecord), {}) == 0


def test_a_task_that_refuses_leaves_no_mark(world: HandWorld) -> None:
    fire("2026-03-02T09:00:00Z")
    [message_id] = world.tasks.ids
    assert deliver(count_and_refuse, message_id) == 500
    assert world.stored(Counter, "mark") is None
