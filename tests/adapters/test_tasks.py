"""TaskSender: one contract, kept by the local queue with its dispatcher and by Cloud Tasks."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from google.api_core.exceptions import InvalidArgument, NotFound

from common.adapters.gcp.cloud_tasks import CloudTasks, task_id
from common.adapters.local.tasks import LocalTasks
from common.ports.queue import MessageRecord, queue_name
from common.settings import Settings
from tests.adapters.queues import local_queue, record, tasks
from tests.emulators.cloud_tasks import CloudTasksEmulator
from tests.emulators.receiver import Answer, Receiver

KINDS = ("ActivityHappened", "MailWanted")


@dataclass
class Queue:
    """A running queue: `send` does what the edge does after, and with, a commit."""

    send: Callable[..., None]
    receiver: Receiver


Open = Callable[[Answer], Queue]


@pytest.fixture(params=["local", "gcp"])
def open_queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    make = {"local": lambda answer: _local(tmp_path, answer), "gcp": _google}[request.param]
    opened = []

    def open_it(answer: Answer) -> Queue:
        context = make(answer)
        queue = context.__enter__()
        opened.append(context)
        return queue

    yield open_it
    for context in opened:
        context.__exit__(None, None, None)


@contextmanager
def _local(data: Path, answer: Answer) -> Iterator[Queue]:
    with local_queue(data, tasks(*KINDS), answer) as local, local.dispatching():
        sender = LocalTasks(local.settings)
        written: set[str] = set()

        def send(*records: MessageRecord, again: str = "") -> None:
            moved = timedelta(minutes=1 if again else 0)  # the sweeper moves `check_at` of what it re-sends
            new = [each.model_copy(update={"check_at": each.check_at + moved}) for each in records]
            local.put(*(each for each in new if again or each.message_id not in written))
            written.update(each.message_id for each in new)
            sender.send(new, again=again)

        yield Queue(send, local.receiver)


@contextmanager
def _google(answer: Answer) -> Iterator[Queue]:
    with Receiver(answer) as receiver:
        targets = {queue_name(kind): f"{receiver.url}/{kind}" for kind in KINDS}
        with CloudTasksEmulator(targets) as emulator:
            sender = cloud_tasks(emulator)
            yield Queue(lambda *records, again="": sender.send(records, again=again), receiver)


def cloud_tasks(emulator: CloudTasksEmulator) -> CloudTasks:
    return CloudTasks(
        Settings.model_construct(adapters="gcp", project="demo", region="here", tasks_emulator=emulator.address)
    )


def test_a_message_reaches_the_consumer_of_its_kind_as_an_id_alone(open_queue: Open) -> None:
    queue = open_queue(lambda delivery: 200)
    queue.send(record("m1"))
    delivery = queue.receiver.next()
    assert delivery.path == "/ActivityHappened"
    assert delivery.json == {"message_id": "m1"}
    headers = delivery.headers
    assert headers["Content-Type"] == "application/json"
    assert headers["X-CloudTasks-QueueName"] == "activity-happened"
    assert headers["X-CloudTasks-TaskName"] == "m1"
    assert (headers["X-CloudTasks-TaskRetryCount"], headers["X-CloudTasks-TaskExecutionCount"]) == ("0", "0")
    assert abs(float(headers["X-CloudTasks-TaskETA"]) - delivery.at) < 5


def test_many_messages_are_each_delivered_once(open_queue: Open) -> None:
    queue = open_queue(lambda delivery: 200)
    records = [record(f"m{number}", kind=KINDS[number % 2]) for number in range(30)]
    queue.send(*records)
    seen = queue.receiver.take(30)
    assert {(delivery.json["message_id"], delivery.path) for delivery in seen} == {
        (each.message_id, f"/{each.kind}") for each in records
    }
    assert queue.receiver.is_quiet(0.3)


def test_a_message_is_not_delivered_before_it_is_due(open_queue: Open) -> None:
    queue = open_queue(lambda delivery: 200)
    later = record("later", due_in=0.6)
    queue.send(later)
    queue.send(record("now"))
    first, second = queue.receiver.take(2)
    assert (first.json["message_id"], second.json["message_id"]) == ("now", "later")
    assert later.due_at.timestamp() <= second.at < later.due_at.timestamp() + 2


def test_a_failure_is_tried_again_with_its_count_until_it_succeeds(open_queue: Open) -> None:
    answers = iter([500, 409, None, 404, 200])
    queue = open_queue(lambda delivery: next(answers))
    queue.send(record("m1"))
    seen = queue.receiver.take(5)
    assert [delivery.headers["X-CloudTasks-TaskRetryCount"] for delivery in seen] == ["0", "1", "2", "3", "4"]
    assert [delivery.headers["X-CloudTasks-TaskExecutionCount"] for delivery in seen] == ["0", "0", "1", "1", "2"]
    pauses = [after.at - before.at for before, after in pairwise(seen)]
    assert all(pause >= 0.05 * 2**number for number, pause in enumerate(pauses))
    assert queue.receiver.is_quiet(0.3)


def test_a_message_that_was_sent_already_is_left_alone(open_queue: Open) -> None:
    queue = open_queue(lambda delivery: 200)
    same = record("m1")
    for _ in range(3):
        queue.send(same)
    queue.receiver.next()
    queue.send(same)
    assert queue.receiver.is_quiet(0.3)


def test_a_message_that_is_sent_again_is_delivered_again(open_queue: Open) -> None:
    queue = open_queue(lambda delivery: 204)  # taken, and yet it stays PENDING
    same = record("m1")
    queue.send(same)
    queue.receiver.next()
    queue.send(same, again="2026-11-21T08")
    assert queue.receiver.next().json == {"message_id": "m1"}
    assert queue.receiver.is_quiet(0.3)


def test_a_message_is_never_delivered_twice_at_once(open_queue: Open) -> None:
    under_way: Counter[str] = Counter()
    most: list[int] = []
    lock = threading.Lock()

    def answer(delivery: object) -> int:
        with lock:
            under_way["m1"] += 1
            most.append(under_way["m1"])
        threading.Event().wait(0.2)
        with lock:
            under_way["m1"] -= 1
        return 500 if len(most) < 3 else 200

    queue = open_queue(answer)
    queue.send(record("m1"))
    queue.receiver.take(3)
    assert most == [1, 1, 1]


def test_one_task_that_cannot_be_made_does_not_hold_back_the_others() -> None:
    with Receiver() as receiver, CloudTasksEmulator({"mail-wanted": receiver.url}) as emulator:
        records = [record("m0", kind="Unknown"), *(record(f"m{n}", kind="MailWanted") for n in range(1, 6))]
        with pytest.raises(NotFound):
            cloud_tasks(emulator).send(records)
        assert {delivery.json["message_id"] for delivery in receiver.take(5)} == {f"m{n}" for n in range(1, 6)}


def test_the_task_carries_nothing_but_the_id_and_no_identity() -> None:
    with Receiver() as receiver, CloudTasksEmulator({"mail-wanted": receiver.url}) as emulator:
        cloud_tasks(emulator).send(
            [record("m1", kind="MailWanted", due_in=-5), record("m2", kind="MailWanted", due_in=60)]
        )
        now, later = sorted(emulator.created, key=lambda task: task.name)
        assert now.http_request.body == b'{"message_id": "m1"}'
        assert now.name == "projects/demo/locations/here/queues/mail-wanted/tasks/m1"
        assert not now.http_request.oidc_token.service_account_email
        assert [bool(task.schedule_time) for task in (now, later)] == [False, True]


def test_more_than_thirty_days_ahead_is_refused() -> None:
    with CloudTasksEmulator({"mail-wanted": "http://127.0.0.1:9"}) as emulator, pytest.raises(InvalidArgument):
        cloud_tasks(emulator).send([record("m1", kind="MailWanted", due_in=31 * 86400)])


@pytest.mark.parametrize(
    ("kind", "queue"),
    [("ActivityHappened", "activity-happened"), ("Mail", "mail"), ("AIReply2Wanted", "ai-reply2-wanted")],
)
def test_a_kind_names_its_queue(kind: str, queue: str) -> None:
    assert queue_name(kind) == queue


@pytest.mark.parametrize("message_id", ["abc_-9", "2026-11-21T08:00:00+00:00", "ä", "x" * 600])
def test_a_task_id_is_legal_and_differs_by_id_and_again(message_id: str) -> None:
    ids = [task_id(message_id, ""), task_id(message_id, "1"), task_id(message_id, "2"), task_id(message_id + "b", "")]
    assert len(set(ids)) == 4
    assert all(len(each) <= 500 and each.replace("-", "").replace("_", "").isalnum() and each.isascii() for each in ids)
