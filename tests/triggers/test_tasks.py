"""Deliveries of messages: done once, counted rightly, buried with a reason, never brought back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from common import logs
from common.errors import Conflict
from common.ports import Clock, Document, Increment, Mailer, Message, Outside, Query, Queue, Store
from common.ports.database import At, DatabaseUnavailable, Write
from common.ports.mailer import Mail
from common.ports.queue import MessageRecord
from common.triggers import http, task
from common.triggers.invocation import LOST_AFTER
from common.triggers.unit_of_work import parse
from tests.triggers.world import HandWorld, deliver, send

MAX_ATTEMPTS = 8  # decorators take literals: the same number stands there
LEASE = 60 + 30


class Tally(Document, collection="tallies", key="tally_id"):
    tally_id: str
    done: int = 0


class Work(Message):
    user_id: str = "ada"


class Outing(Message):
    name: str


class Fact(Message, key=("name",)):
    name: str


class Dead(BaseException):
    """The instance is killed."""


faults: list[Callable[[], object]] = []
"""What happens inside the next runs of a handler."""


def happen() -> None:
    if faults:
        faults.pop(0)()


def die() -> None:
    raise Dead


def fail() -> None:
    raise RuntimeError("never shown")


@pytest.fixture(autouse=True)
def _calm(world: HandWorld) -> None:
    faults.clear()
    world.database.commit([Write("set", Tally, "all", document=Tally(tally_id="all"))])


@http.post("/v1/work", role="learner")
def say(store: Store, work: Queue[Work], outings: Queue[Outing], facts: Queue[Fact], clock: Clock) -> None:
    """Stage one message of each kind."""
    store.update(Tally, "all", {"done": Increment(0)})
    work.stage(Work())
    outings.stage(Outing(name="first"), at=clock.now() + timedelta(hours=1))
    facts.stage(Fact(name="again"))
    facts.stage(Fact(name="again"))


@task(max_attempts=8)
def do_work(work: Work, store: Store) -> None:
    """Count one."""
    tally = store.get(Tally, "all")
    assert tally is not None
    happen()
    store.put(tally.model_copy(update={"done": tally.done + 1}))


@task(max_attempts=8)
def go_out(outing: Outing, store: Store, mailer: Mailer, outside: Outside) -> None:
    """One letter, at most once."""
    if outside.begin(outing.name):
        mailer.send(Mail(outing.name, "ada@example.org", "Subject", "Text"))
    happen()
    store.update(Tally, "all", {"done": Increment(1)})


@task(max_attempts=1)
def hear(fact: Fact, store: Store) -> None:
    """Count one, tried once."""
    happen()
    store.update(Tally, "all", {"done": Increment(1)})


MESSAGES = Query(MessageRecord)


def staged(world: HandWorld, kind: str, **changed: Any) -> str:
    """A message of a kind, due now; its id."""
    payload = {"Work": Work(), "Outing": Outing(name="first"), "Fact": Fact(name="again")}[kind].model_dump_json()
    now = world.clock.now()
    record = MessageRecord(
        message_id=f"m-{kind}", kind=kind, payload=payload, created_at=now, due_at=now, check_at=now + LOST_AFTER
    ).model_copy(update=changed)
    world.database.commit([Write("set", MessageRecord, record.message_id, document=record)])
    return record.message_id


def message(world: HandWorld, message_id: str) -> MessageRecord:
    found = world.stored(MessageRecord, message_id)
    assert found is not None
    return found


def done(world: HandWorld) -> int:
    tally = world.stored(Tally, "all")
    assert tally is not None
    return tally.done


# Staging -----------------------------------------------------------------------------------------------------------


def test_messages_are_stored_with_the_work_and_sent_after_it(world: HandWorld) -> None:
    assert send(say, "POST", "/v1/work").status_code == 204
    records = {
        stored.document_id: parse(MessageRecord, stored) for stored in world.database.query(MESSAGES, {}, 9, None)
    }
    assert sorted(record.kind for record in records.values()) == ["Fact", "Outing", "Work"]
    assert sorted(world.tasks.ids) == sorted(records)
    by_kind = {record.kind: record for record in records.values()}
    assert by_kind["Work"].user_id == "ada"
    assert by_kind["Outing"].due_at == world.clock.now() + timedelta(hours=1)
    assert by_kind["Outing"].check_at > by_kind["Outing"].due_at
    assert {record.status for record in records.values()} == {"PENDING"}


def test_what_was_said_already_is_left_as_it_is_and_not_sent_again(world: HandWorld) -> None:
    send(say, "POST", "/v1/work")
    fact = Fact(name="again").derived_id()
    assert fact is not None
    assert deliver(hear, fact) == 200
    world.tasks.sent.clear()
    assert send(say, "POST", "/v1/work").status_code == 204
    assert fact not in world.tasks.ids
    assert len(world.tasks.ids) == 2
    assert message(world, fact).status == "DONE"


def test_what_was_said_long_ago_may_be_said_anew(world: HandWorld) -> None:
    """The database deletes what is past its time within days, so that expiry is judged here."""
    send(say, "POST", "/v1/work")
    fact = Fact(name="again").derived_id()
    assert fact is not None
    deliver(hear, fact)
    expires_at = message(world, fact).expires_at
    assert expires_at
    world.clock.time = expires_at
    send(say, "POST", "/v1/work")
    assert world.tasks.ids.count(fact) == 2
    assert deliver(hear, fact) == 200
    assert done(world) == 2


def test_a_queue_that_takes_nothing_does_not_undo_the_work(world: HandWorld) -> None:
    world.tasks.refuses = True
    assert send(say, "POST", "/v1/work").status_code == 204
    assert world.database.count(MESSAGES, {}) == 3


# Done once ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("function", "kind"), [(do_work, "Work"), (go_out, "Outing"), (hear, "Fact")])
def test_a_message_is_done_once_however_often_it_is_delivered(function: Any, kind: str, world: HandWorld) -> None:
    message_id = staged(world, kind)
    assert [deliver(function, message_id, retries) for retries in (0, 0, 3, 50)] == [200, 200, 200, 200]
    assert done(world) == 1
    record = message(world, message_id)
    assert (record.status, record.lease_until) == ("DONE", None)
    assert record.expires_at is not None


def test_two_deliveries_at_once_are_done_once(world: HandWorld) -> None:
    message_id = staged(world, "Work")
    inner: list[int] = []
    faults.append(lambda: inner.append(deliver(do_work, message_id)))
    assert deliver(do_work, message_id) == 200
    assert inner == [200]
    assert done(world) == 1


def test_an_unknown_or_erased_message_is_nothing_to_do(world: HandWorld) -> None:
    assert deliver(do_work, "never-was") == 200
    assert done(world) == 0


@pytest.mark.parametrize(("function", "kind", "status"), [(do_work, "Work", 200), (go_out, "Outing", 409)])
def test_a_message_that_is_erased_during_the_work_never_comes_back(
    function: Any, kind: str, status: int, world: HandWorld
) -> None:
    message_id = staged(world, kind)
    faults.append(lambda: world.database.commit([Write("delete", MessageRecord, message_id)]))
    assert deliver(function, message_id) == status
    assert deliver(function, message_id, 1) == 200
    assert done(world) == 0
    assert world.stored(MessageRecord, message_id) is None


def test_a_message_that_is_buried_during_the_work_stays_buried(world: HandWorld) -> None:
    message_id = staged(world, "Work")
    dead = message(world, message_id).model_copy(update={"status": "DEAD"})
    faults.append(lambda: world.database.commit([Write("set", MessageRecord, message_id, document=dead)]))
    assert deliver(do_work, message_id) == 200
    assert (done(world), message(world, message_id)) == (0, dead)


def test_a_message_is_not_done_before_its_time_and_that_is_no_attempt(world: HandWorld) -> None:
    message_id = staged(world, "Fact", due_at=world.clock.now() + timedelta(minutes=1))
    assert deliver(hear, message_id) == 409
    world.clock.advance(minutes=1)
    assert deliver(hear, message_id, 1) == 200
    assert done(world) == 1


@pytest.mark.parametrize("body", [None, [], "text", {}, {"message": 1}])
def test_a_task_that_names_no_message_is_never_brought_back(body: object, world: HandWorld) -> None:
    assert send(do_work, "POST", "/", body).status_code == 200


# Attempts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("function", "kind"), [(do_work, "Work"), (go_out, "Outing")])
def test_a_consumer_killed_on_each_of_its_first_seven_attempts_completes_once(
    function: Any, kind: str, world: HandWorld
) -> None:
    message_id = staged(world, kind)
    faults.extend([die] * (MAX_ATTEMPTS - 1))
    for retries in range(MAX_ATTEMPTS - 1):
        with pytest.raises(Dead):
            deliver(function, message_id, retries)
        world.clock.advance(seconds=LEASE)
    assert deliver(function, message_id, MAX_ATTEMPTS - 1) == 200
    assert done(world) == 1
    assert len(world.mailer.sent) == (function is go_out)
    assert message(world, message_id).attempts == MAX_ATTEMPTS


@pytest.mark.parametrize(("function", "kind"), [(do_work, "Work"), (go_out, "Outing")])
def test_a_consumer_that_dies_every_time_is_a_dead_letter(function: Any, kind: str, world: HandWorld) -> None:
    message_id = staged(world, kind)
    faults.extend([die] * 20)
    for retries in range(MAX_ATTEMPTS):
        with pytest.raises(Dead):
            deliver(function, message_id, retries)
        world.clock.advance(seconds=LEASE)
    assert deliver(function, message_id, MAX_ATTEMPTS) == 200
    assert deliver(function, message_id, MAX_ATTEMPTS + 1) == 200
    record = message(world, message_id)
    assert (record.status, record.last_error) == ("DEAD", "the instance died")
    assert len(faults) == 20 - MAX_ATTEMPTS
    assert done(world) == 0


@pytest.mark.parametrize(("function", "kind"), [(do_work, "Work"), (go_out, "Outing")])
def test_a_consumer_that_fails_every_time_is_a_dead_letter_with_the_reason(
    function: Any, kind: str, world: HandWorld
) -> None:
    message_id = staged(world, kind)
    faults.extend([fail] * 20)
    answers = [deliver(function, message_id, retries) for retries in range(MAX_ATTEMPTS)]
    assert answers == [500] * (MAX_ATTEMPTS - 1) + [200]
    record = message(world, message_id)
    assert (record.status, record.last_error, record.lease_until) == ("DEAD", "RuntimeError", None)
    assert record.expires_at is None
    assert deliver(function, message_id, MAX_ATTEMPTS) == 200
    assert (done(world), len(faults)) == (0, 20 - MAX_ATTEMPTS)


def test_failures_are_counted_when_the_sweeper_sends_a_new_task(world: HandWorld) -> None:
    message_id = staged(world, "Work")
    faults.extend([fail] * 20)
    answers = [deliver(do_work, message_id, retries) for retries in (0, 1, 0, 1, 0, 0, 1, 2)]
    assert answers == [500] * 7 + [200]
    assert message(world, message_id).status == "DEAD"


def test_one_attempt_is_tried_once(world: HandWorld) -> None:
    message_id = staged(world, "Fact")
    faults.append(fail)
    assert deliver(hear, message_id) == 200
    assert message(world, message_id).last_error == "RuntimeError"


def test_a_payload_that_cannot_be_read_is_a_dead_letter_in_the_end(world: HandWorld) -> None:
    message_id = staged(world, "Work", payload="{}x")
    assert [deliver(do_work, message_id, retries) for retries in range(MAX_ATTEMPTS)][-1] == 200
    assert message(world, message_id).last_error == "ValidationError"


def test_a_handlers_refusal_counts_as_a_failure_and_stores_nothing(world: HandWorld) -> None:
    message_id = staged(world, "Work")

    def refuse() -> None:
        raise Conflict

    faults.append(refuse)
    assert deliver(do_work, message_id) == 500
    assert message(world, message_id).attempts == 1
    assert deliver(do_work, message_id, 1) == 200
    assert done(world) == 1


@pytest.mark.parametrize(("function", "kind"), [(do_work, "Work"), (go_out, "Outing")])
def test_a_database_that_is_down_uses_no_attempt_up(
    function: Any, kind: str, world: HandWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = staged(world, kind)

    def down(*_: object, **__: object) -> None:
        raise DatabaseUnavailable

    for call in ("get_many", "commit"):
        with monkeypatch.context() as patched:
            patched.setattr(world.database, call, down)
            assert {deliver(function, message_id, retries) for retries in range(1, 30)} == {500}
    assert message(world, message_id).attempts <= 1
    world.clock.advance(seconds=LEASE)
    assert deliver(function, message_id, 60) == 200
    assert done(world) == 1


def test_a_message_in_retry_is_not_swept_meanwhile(world: HandWorld) -> None:
    message_id = staged(world, "Work")
    world.clock.advance(minutes=9)
    faults.append(fail)
    deliver(do_work, message_id)
    assert message(world, message_id).check_at >= world.clock.now() + timedelta(minutes=15)


# Outside effects ---------------------------------------------------------------------------------------------------


def test_one_run_at_a_time_holds_the_lease(world: HandWorld) -> None:
    message_id = staged(world, "Outing")
    during: list[int] = []
    faults.append(lambda: during.extend(deliver(go_out, message_id, retries) for retries in range(30)))
    assert deliver(go_out, message_id) == 200, "the deliveries that found it busy broke its fence"
    assert during == [409] * 30
    assert (done(world), len(world.mailer.sent)) == (1, 1)
    assert message(world, message_id).attempts == 1


def test_an_expired_lease_is_taken_over_and_its_holder_commits_nothing(world: HandWorld) -> None:
    message_id = staged(world, "Outing")
    during: list[int] = []

    def paused() -> None:
        world.clock.advance(seconds=LEASE - 1)
        during.append(deliver(go_out, message_id, 1))
        world.clock.advance(seconds=1)
        during.append(deliver(go_out, message_id, 2))

    faults.append(paused)
    assert deliver(go_out, message_id) == 409
    assert during == [409, 200]
    assert (done(world), len(world.mailer.sent)) == (1, 1)


def test_a_zombie_that_fails_takes_nothing_from_whoever_took_over(world: HandWorld) -> None:
    message_id = staged(world, "Outing")

    lease: list[Any] = []

    def taken_over_and_fail() -> None:
        world.clock.advance(seconds=LEASE)
        stored = world.database.get_many(MessageRecord, [message_id])[0]
        assert stored is not None
        taken = parse(MessageRecord, stored).model_copy(
            update={"lease_until": world.clock.now() + timedelta(seconds=LEASE), "attempts": 2}
        )
        write = Write("set", MessageRecord, message_id, At(stored.version), document=taken)
        lease.append((taken, world.database.commit([write]).versions[0]))
        fail()

    faults.append(taken_over_and_fail)
    assert deliver(go_out, message_id) == 500
    stored = world.database.get_many(MessageRecord, [message_id])[0]
    assert stored is not None
    assert (parse(MessageRecord, stored), stored.version) == lease[0]


@pytest.mark.parametrize(("function", "kind"), [(do_work, "Work"), (go_out, "Outing")])
def test_nobody_buries_a_message_whose_last_attempt_is_at_work(function: Any, kind: str, world: HandWorld) -> None:
    message_id = staged(world, kind, attempts=MAX_ATTEMPTS - 1)
    during: list[int] = []
    faults.append(lambda: during.append(deliver(function, message_id, 40)))
    assert deliver(function, message_id, 39) == 200
    assert during == [409]
    assert done(world) == 1


def test_the_sweeper_looks_at_a_leased_message_only_when_its_holder_must_be_gone(world: HandWorld) -> None:
    message_id = staged(world, "Outing")
    world.clock.advance(minutes=9, seconds=50)
    faults.append(lambda: seen.append(message(world, message_id)))
    seen: list[MessageRecord] = []
    deliver(go_out, message_id)
    assert seen[0].lease_until is not None
    assert seen[0].check_at >= seen[0].lease_until + LOST_AFTER


def test_what_began_outside_is_begun_once(world: HandWorld) -> None:
    message_id = staged(world, "Outing")
    faults.append(die)
    with pytest.raises(Dead):
        deliver(go_out, message_id)
    world.clock.advance(seconds=LEASE)
    assert deliver(go_out, message_id, 1) == 200
    assert len(world.mailer.sent) == 1


def test_a_note_past_its_time_is_none(world: HandWorld) -> None:
    assert deliver(go_out, staged(world, "Outing")) == 200
    world.clock.advance(days=41)
    assert deliver(go_out, staged(world, "Outing")) == 200
    assert len(world.mailer.sent) == 2


def test_reads_and_writes_of_a_plain_task_are_the_least(world: HandWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """One read of the message, one of the tally; one write of each."""
    events: list[dict[str, object]] = []
    monkeypatch.setattr(logs, "info", lambda _, **fields: events.append(fields))
    deliver(do_work, staged(world, "Work"))
    assert [(e["reads"], e["writes"], e["deletes"]) for e in events if "reads" in e] == [(2, 2, 0)]
