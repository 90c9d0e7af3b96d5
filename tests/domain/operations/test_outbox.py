"""The sweeper: a message whose task was lost is sent again, by one sweeper, and nobody at work on it is disturbed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.adapters.local.sqlite import Sqlite
from common.domain.operations import outbox
from common.domain.operations.messages import SweepOutbox
from common.ports import Tick
from common.ports.database import Committed, Write
from common.ports.queue import MessageRecord
from common.settings import Settings
from common.triggers import invocation
from common.triggers.declaration import Route
from common.triggers.unit_of_work import Billed
from infrastructure.tools.discovery import FOLDER, load
from tests.triggers.world import START, HandWorld

FLUSH: Route = load(FOLDER / "outbox_flush" / "main.py").outbox_flush.declaration.routes[0]
PAGE: Route = load(FOLDER / "outbox_page" / "main.py").outbox_page.declaration.routes[0]


class Watched:
    """A database in which something may happen just before a commit."""

    def __init__(self, database: Sqlite) -> None:
        self._database = database
        self.before_commit: Callable[[], object] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def commit(self, writes: Sequence[Write], *, exact: bool = True) -> Committed:
        happening, self.before_commit = self.before_commit, None
        if happening:
            happening()
        return self._database.commit(writes, exact=exact)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> Iterator[HandWorld]:
    settings = Settings(adapters="local", data=tmp_path, log_level="error")
    database = Sqlite(settings)
    world = HandWorld(settings, database)
    world.database = Watched(database)
    yield world
    database.close()


def kill() -> None:
    raise Killed


def watched(world: HandWorld) -> Watched:
    assert isinstance(world.database, Watched)
    return world.database


def pending(world: HandWorld, *numbers: int, payload: str = "{}", **changes: Any) -> list[str]:
    """Messages that should have been done by now."""
    records = [
        MessageRecord(
            message_id=f"m-{number:05d}",
            kind="MailRequested",
            payload=payload,
            created_at=START - timedelta(hours=1),
            due_at=START - timedelta(minutes=15),
            check_at=START - timedelta(minutes=5) + timedelta(milliseconds=number),
        ).model_copy(update=changes)
        for number in numbers
    ]
    for first in range(0, len(records), 50):
        few = records[first : first + 50]
        world.database.commit([Write("set", MessageRecord, one.message_id, document=one) for one in few])
    return [record.message_id for record in records]


def flush(world: HandWorld, at: datetime | None = None) -> Billed:
    billed = Billed()
    invocation.run(world, FLUSH, {"tick": Tick(at or world.clock.now())}, billed)
    return billed


def follow_the_chain(world: HandWorld) -> int:
    """Deliver each step that was staged, as the queue does; how many there were."""
    steps = 0
    while sweeps := [one for one in world.tasks.ids if (found := record(world, one)) and found.kind == "SweepOutbox"]:
        world.tasks.sent = [sent for sent in world.tasks.sent if sent[0] not in sweeps]
        for message_id in sweeps:
            message = SweepOutbox.model_validate_json(record(world, message_id).payload)
            invocation.run(world, PAGE, {"after": message}, Billed())
            steps += 1
    return steps


def record(world: HandWorld, message_id: str) -> MessageRecord:
    found = world.stored(MessageRecord, message_id)
    assert found
    return found


def test_a_message_that_should_be_done_is_sent_again_and_looked_at_later(world: HandWorld):
    (message_id,) = pending(world, 1)
    before = record(world, message_id)
    flush(world)
    assert world.tasks.ids == [message_id]
    assert record(world, message_id) == before.model_copy(update={"check_at": START + timedelta(minutes=10)})


def test_what_is_done_dead_or_not_to_be_checked_yet_is_left_alone(world: HandWorld):
    pending(world, 1, status="DONE")
    pending(world, 2, status="DEAD")
    pending(world, 3, check_at=START + timedelta(seconds=1))
    flush(world)
    assert world.tasks.sent == []


def test_a_message_that_a_consumer_has_leased_is_left_to_it(world: HandWorld):
    (leased,) = pending(world, 1, lease_until=START + timedelta(seconds=1))
    before = record(world, leased)
    flush(world)
    assert (world.tasks.sent, record(world, leased)) == ([], before)
    world.clock.advance(seconds=1)
    flush(world)
    assert world.tasks.ids == [leased]


def test_many_messages_are_sent_as_a_chain_each_once(world: HandWorld):
    everything = pending(world, *range(250))
    flush(world)
    assert len(world.tasks.sent) == outbox.PAGE + 1
    assert follow_the_chain(world) == 2
    assert sorted(world.tasks.ids) == everything


def test_messages_that_are_leased_do_not_stop_the_chain(world: HandWorld):
    pending(world, *range(120), lease_until=START + timedelta(hours=1))
    behind = pending(world, *range(120, 130))
    flush(world)
    follow_the_chain(world)
    assert sorted(world.tasks.ids) == behind


def test_a_step_that_is_delivered_twice_sends_nothing_twice(world: HandWorld):
    pending(world, *range(150))
    flush(world)
    step = next(one for one in world.tasks.ids if record(world, one).kind == "SweepOutbox")
    message = SweepOutbox.model_validate_json(record(world, step).payload)
    for _ in range(2):
        invocation.run(world, PAGE, {"after": message}, Billed())
    assert len(world.tasks.ids) == len(set(world.tasks.ids)) == 151


def test_a_sweeper_killed_before_its_commit_has_changed_nothing(world: HandWorld):
    (message_id,) = pending(world, 1)
    before = record(world, message_id)
    watched(world).before_commit = kill
    with pytest.raises(Killed):
        flush(world)
    assert (world.tasks.sent, record(world, message_id)) == ([], before)
    flush(world)
    assert world.tasks.ids == [message_id]


def test_what_a_sweeper_committed_and_did_not_send_is_sent_by_a_later_one(world: HandWorld):
    (message_id,) = pending(world, 1)
    world.tasks.refuses = True
    flush(world)
    world.tasks.refuses = False
    flush(world)
    assert world.tasks.sent == [], "its check_at has moved"
    world.clock.advance(minutes=10)
    flush(world)
    assert world.tasks.ids == [message_id]


def test_each_sending_has_a_mark_of_its_own_so_that_the_queue_takes_it(world: HandWorld):
    pending(world, 1)
    for _ in range(5):
        flush(world)
        world.clock.advance(hours=13)
    marks = [mark for _, mark in world.tasks.sent]
    assert len(set(marks)) == len(marks) == 5


def test_two_sweepers_at_once_send_each_message_once(world: HandWorld):
    everything = pending(world, *range(150))
    watched(world).before_commit = lambda: flush(world, START)
    flush(world, START)
    follow_the_chain(world)
    assert sorted(world.tasks.ids) == everything


def test_a_consumer_that_finishes_meanwhile_is_not_disturbed(world: HandWorld):
    done, open_still = pending(world, 1, 2)
    finished = record(world, done).model_copy(update={"status": "DONE", "expires_at": START + timedelta(days=2)})
    finish = Write("set", MessageRecord, done, document=finished)
    watched(world).before_commit = lambda: world.database.commit([finish])
    flush(world)
    assert record(world, done) == finished
    assert world.tasks.ids == [open_still]


def test_a_message_that_is_erased_meanwhile_does_not_come_back(world: HandWorld):
    erased, kept = pending(world, 1, 2)
    watched(world).before_commit = lambda: world.database.commit([Write("delete", MessageRecord, erased)])
    flush(world)
    assert world.stored(MessageRecord, erased) is None
    assert world.tasks.ids == [kept]


def test_a_page_of_long_messages_fits_one_commit(world: HandWorld):
    pending(world, *range(100), payload='{"text": "' + "x" * 60_000 + '"}')
    flush(world)
    assert len(set(world.tasks.ids)) == 101


def test_a_sweep_that_finds_nothing_costs_one_read_and_a_page_a_read_and_a_write_each(world: HandWorld):
    idle = flush(world)
    assert (idle.reads, idle.writes, idle.deletes) == (1, 0, 0)
    pending(world, *range(60))
    busy = flush(world)
    marks = busy.writes - 60  # the document that tells whether a commit was applied, where the database needs one
    assert (busy.reads, busy.deletes) == (60, 0)
    assert marks in (0, 1)


@given(overdue=st.timedeltas(timedelta(0), timedelta(days=30)))
def test_the_next_look_is_as_far_away_as_the_message_is_late(overdue: timedelta):
    now = START
    late = MessageRecord(
        message_id="m",
        kind="K",
        payload="{}",
        created_at=now,
        due_at=now - overdue,
        check_at=now - timedelta(seconds=1),
    )
    wait = outbox.next_look(late, now) - now
    assert outbox.SOONEST <= wait <= outbox.LATEST
    assert wait <= max(overdue, outbox.SOONEST)
    assert min(overdue, outbox.LATEST) < 2 * wait


def test_a_message_in_a_slow_queue_is_repeated_a_few_times_a_day(world: HandWorld):
    pending(world, 1)
    for _ in range(24 * 12):
        flush(world)
        world.clock.advance(minutes=5)
    assert len(world.tasks.sent) <= 9
