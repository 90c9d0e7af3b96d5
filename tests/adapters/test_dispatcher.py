"""The local dispatcher beyond the contract of queues: limits, restarts, schedules and events."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from common.adapters.local import message_feed
from common.adapters.local.dispatch_lanes import Job, Lane, Lanes
from common.adapters.local.dispatch_ledger import Ledger
from common.adapters.local.dispatch_post import dispatch_key
from common.adapters.local.dispatcher import CommitWatch, EventTarget, ScheduleTarget
from common.adapters.local.files import FolderFiles
from common.adapters.local.schedule_feed import latest
from common.ports.database import DatabaseUnavailable
from common.ports.queue import MessageRecord
from tests.adapters.queues import LocalQueue, local_queue, record, tasks
from tests.emulators.receiver import Delivery

ROOT = Path(__file__).resolve().parents[2]
KIND = "ActivityHappened"


def eventually(holds: Callable[[], bool], patience: float = 10.0) -> None:
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, "it never came about"
        threading.Event().wait(0.01)


def pending(queue: LocalQueue, *message_ids: str) -> list[str]:
    found = queue.database.get_many(MessageRecord, message_ids)
    return [each.document_id for each in found if each is not None and '"PENDING"' in str(each.content)]


def test_every_delivery_carries_the_key_of_this_installation(tmp_path: Path) -> None:
    with local_queue(tmp_path, tasks(KIND)) as queue, queue.dispatching():
        queue.put(record("m1"))
        key = queue.receiver.next().headers["X-Scholium-Dispatch"]
        assert key == dispatch_key(queue.settings)
        assert len(key) == 64
        assert (tmp_path / "keys" / "dispatch").stat().st_mode & 0o777 == 0o600


def test_what_was_staged_while_no_dispatcher_ran_is_delivered_when_one_starts(tmp_path: Path) -> None:
    with local_queue(tmp_path, tasks(KIND)) as queue:
        names = [f"m{number}" for number in range(500)]
        queue.put(*(record(name, due_in=-60) for name in names))
        with queue.dispatching():
            assert sorted(str(each.json["message_id"]) for each in queue.receiver.take(500)) == sorted(names)
            assert queue.receiver.is_quiet(0.2)


def test_failing_messages_hold_back_no_other(tmp_path: Path) -> None:
    def answer(delivery: Delivery) -> int:
        return 500 if str(delivery.json["message_id"]).startswith("bad") else 200

    with local_queue(tmp_path, tasks(KIND), answer) as queue, queue.dispatching():
        queue.put(*(record(f"bad{number}", due_in=-60) for number in range(300)))
        queue.put(record("good"))
        eventually(lambda: not pending(queue, "good"))


def test_the_count_of_failures_survives_a_restart_and_goes_when_done(tmp_path: Path) -> None:
    answers = iter([500, 404, 200])
    with local_queue(tmp_path, tasks(KIND), lambda delivery: next(answers)) as queue:
        queue.put(record("m1"))
        counts = []
        for _ in range(3):
            with queue.dispatching():
                headers = queue.receiver.next().headers
                counts.append((headers["X-CloudTasks-TaskRetryCount"], headers["X-CloudTasks-TaskExecutionCount"]))
        assert counts == [("0", "0"), ("1", "0"), ("2", "1")]
        with sqlite3.connect(tmp_path / "dispatcher.sqlite3") as ledger:
            assert ledger.execute("SELECT count(*) FROM failures").fetchone() == (0,)
        ledger.close()


def test_an_absent_server_costs_no_attempt(tmp_path: Path) -> None:
    with local_queue(tmp_path, tasks(KIND)) as queue:
        nobody = LocalQueue(tmp_path, [])
        with nobody.receiver:
            address = nobody.receiver.url
        queue.put(record("m1"))
        with queue.dispatching(address=address):
            assert queue.receiver.is_quiet(0.4)
        with queue.dispatching():
            assert queue.receiver.next().headers["X-CloudTasks-TaskRetryCount"] == "0"


def test_a_message_that_shows_late_is_found_by_the_next_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_feed, "SWEEP", 0.1)
    with local_queue(tmp_path, tasks(KIND)) as queue, queue.dispatching():
        queue.put(record("m1"))
        queue.receiver.next()
        for number in range(3):
            queue.put(record(f"late{number}", due_in=-3600))
            assert queue.receiver.next().json == {"message_id": f"late{number}"}
        eventually(lambda: not pending(queue, "late2"))
        assert queue.receiver.is_quiet(0.5)


def test_a_message_whose_function_is_gone_stays_until_it_is_back(tmp_path: Path) -> None:
    with local_queue(tmp_path, tasks(KIND)) as queue:
        queue.put(record("m1", kind="Retired", due_in=-1), record("m2"))
        with queue.dispatching():
            assert queue.receiver.next().json == {"message_id": "m2"}
            assert queue.receiver.is_quiet(0.2)
        queue.targets = tasks(KIND, "Retired")
        with queue.dispatching():
            assert queue.receiver.next().path == "/Retired"


def test_a_database_that_fails_for_a_while_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with local_queue(tmp_path, tasks(KIND)) as queue:
        query, failures = queue.database.query, [3]

        def fail_at_first(*arguments: Any) -> Any:
            if failures[0]:
                failures[0] -= 1
                raise DatabaseUnavailable
            return query(*arguments)

        monkeypatch.setattr(queue.database, "query", fail_at_first)
        queue.put(record("m1"))
        with queue.dispatching():
            assert queue.receiver.next().json == {"message_id": "m1"}
    assert failures == [0]


def test_messages_that_were_taken_and_stay_pending_are_not_delivered_in_circles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_feed, "SWEEP", 0.05)
    with local_queue(tmp_path, tasks(KIND), lambda delivery: 204) as queue, queue.dispatching():
        queue.put(*(record(f"m{number}") for number in range(250)))
        queue.receiver.take(250)
        assert queue.receiver.is_quiet(0.6)


def test_a_queue_runs_at_most_so_many_at_once(tmp_path: Path) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def answer(delivery: Delivery) -> int:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        threading.Event().wait(0.02)
        with lock:
            now[0] -= 1
        return 200

    with local_queue(tmp_path, tasks(KIND, concurrent=2), answer) as queue, queue.dispatching(workers=6):
        queue.put(*(record(f"m{number}") for number in range(20)))
        queue.receiver.take(20)
    assert most == [2]


def test_a_lane_keeps_its_rate_with_bursts_of_a_fifth() -> None:
    lane = Lane("f", "/f", 10.0, rate=10.0)
    lane.ready.extend(job(lane, str(number)) for number in range(100))
    started = [tick / 100 for tick in range(1000, 1500) if _starts(lane, tick / 100)]
    assert len([at for at in started if at < 10.01]) == 1
    for at in started:
        assert len([other for other in started if at <= other < at + 1]) <= 12
    assert len(started) >= 49


def _starts(lane: Lane, at: float) -> bool:
    if lane.wait(at) > 0:
        return False
    lane.start()
    return True


def job(lane: Lane, key: str) -> Job:
    return Job(key, lane, _Nowhere(), b"{}", lambda _: {})


class _Nowhere:
    def done(self, job: Job) -> None:
        """Nobody asks."""

    def failed(self, job: Job, *, answered: bool) -> None:
        """Nobody asks."""


def test_lanes_take_turns_and_a_held_lane_holds_no_other() -> None:
    slow, fast = Lane("slow", "/s", 10.0, concurrent=1), Lane("fast", "/f", 10.0)
    lanes = Lanes([slow, fast])
    for number in range(3):
        lanes.offer(job(slow, f"s{number}"))
        lanes.offer(job(fast, f"f{number}"))
    taken = [taken.key for _ in range(4) if (taken := lanes.take()) is not None]
    assert sorted(taken) == ["f0", "f1", "f2", "s0"]
    assert set(taken[:2]) == {"s0", "f0"}


def test_a_killed_dispatcher_loses_nothing(tmp_path: Path) -> None:
    names = [f"m{number}" for number in range(400)]
    with local_queue(tmp_path, tasks(KIND)) as queue:
        queue.put(*(record(name) for name in names[:200]))
        for killed in range(3):
            process = dispatcher_process(tmp_path, queue.receiver.url)
            queue.put(*(record(name) for name in names[200 + killed * 50 : 250 + killed * 50]))
            queue.receiver.take(20)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        queue.put(*(record(name) for name in names[350:]))
        with queue.dispatching():
            eventually(lambda: not pending(queue, *names))


def dispatcher_process(data: Path, address: str) -> subprocess.Popen[bytes]:
    code = (
        "from pathlib import Path; from tests.adapters.queues import *;"
        f"q = LocalQueue(Path({str(data)!r}), tasks({KIND!r}));"
        f"Dispatcher(q.settings, q.database, q.targets, address={address!r}).run(while_parent_lives=True)"
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)


def test_a_dispatcher_waits_for_its_predecessor_to_end(tmp_path: Path) -> None:
    with local_queue(tmp_path, tasks(KIND)) as queue, queue.dispatching() as first:
        eventually((tmp_path / "dispatcher.sqlite3").exists)
        with queue.dispatching():
            queue.put(record("m1"))
            queue.receiver.next()
            assert queue.receiver.is_quiet(0.2)
            first.stop()
            queue.put(record("m2"))
            assert queue.receiver.next().json == {"message_id": "m2"}


def test_a_schedule_tells_its_last_missed_time_once_and_again_until_it_is_taken(tmp_path: Path) -> None:
    target = ScheduleTarget("outbox_flush", "*/5 * * * *", "/tick")
    answers = iter([500, 200])
    with local_queue(tmp_path, [target], lambda delivery: next(answers)) as queue:
        ledger = Ledger(tmp_path / "dispatcher.sqlite3")
        before = datetime.now(UTC)
        ledger.keep("outbox_flush", before - timedelta(hours=7))
        ledger.close()
        with queue.dispatching():
            first, second = queue.receiver.take(2)
            assert queue.receiver.is_quiet(0.2)
        with queue.dispatching():
            assert queue.receiver.is_quiet(0.2)
    told = datetime.fromisoformat(second.headers["X-CloudScheduler-ScheduleTime"])
    assert latest(target.cron, before) <= told <= datetime.now(UTC)
    assert told.minute % 5 == told.second == 0
    assert second.headers["X-CloudScheduler-JobName"] == "outbox-flush"
    assert first.headers["X-CloudScheduler-ScheduleTime"].endswith("Z")


def test_a_new_schedule_waits_for_its_first_time(tmp_path: Path) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    target = ScheduleTarget("retention", f"0 0 {yesterday.day} {yesterday.month} *", "/tick")
    with local_queue(tmp_path, [target]) as queue, queue.dispatching():
        assert queue.receiver.is_quiet(0.3)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-03-01T00:04:59.9", "2026-03-01T00:00"),
        ("2026-03-01T00:05:00", "2026-03-01T00:05"),
        ("2026-03-01T00:05:00.1", "2026-03-01T00:05"),
    ],
)
def test_the_last_time_of_a_schedule_is_never_in_the_future(now: str, last: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert latest("*/5 * * * *", at) == datetime.fromisoformat(last).replace(tzinfo=UTC)


def test_an_uploaded_object_is_told_as_a_cloud_event_until_it_is_taken(tmp_path: Path) -> None:
    answers = iter([500, None, 200])
    target = EventTarget("document_ingest", "uploads", "/ingest")
    with local_queue(tmp_path, [target], lambda delivery: next(answers)) as queue:
        files = FolderFiles(queue.settings)
        files.bucket("exports").write("nobody listens", b"1", content_type="text/plain")
        written = files.bucket("uploads").write("u1/Ü 100%.pdf", b"content", content_type="application/pdf")
        with queue.dispatching():
            queue.receiver.next()
        with queue.dispatching():
            delivery = queue.receiver.take(2)[1]
            assert delivery.path == "/ingest"
            headers = {name.lower(): value for name, value in delivery.headers.items()}
            assert headers["ce-type"] == "google.cloud.storage.object.v1.finalized"
            assert headers["ce-source"] == "//storage.googleapis.com/projects/_/buckets/uploads"
            assert headers["ce-subject"] == "objects/u1/%C3%9C%20100%25.pdf"
            assert headers["ce-specversion"] == "1.0"
            assert headers["content-type"] == "application/json"
            assert delivery.json["name"] == "u1/Ü 100%.pdf"
            assert (delivery.json["generation"], delivery.json["size"]) == (str(written.generation), "7")
            eventually(lambda: files.index.events(0, 10) == [])
            files.bucket("uploads").write("second", b"", content_type="text/plain")
            answers = iter([200])
            assert queue.receiver.next().json["name"] == "second"
        files.index.close()


def test_every_function_of_a_bucket_hears_of_an_object(tmp_path: Path) -> None:
    targets = [EventTarget(name, "uploads", f"/{name}") for name in ("first", "second")]
    with local_queue(tmp_path, targets) as queue, queue.dispatching():
        files = FolderFiles(queue.settings)
        files.bucket("uploads").write("d", b"1", content_type="text/plain")
        assert {delivery.path for delivery in queue.receiver.take(2)} == {"/first", "/second"}
        eventually(lambda: files.index.events(0, 10) == [])
        files.index.close()


def test_an_event_that_nobody_took_for_a_day_is_dropped_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with local_queue(tmp_path, [EventTarget("f", "uploads", "/f")], lambda delivery: 500) as queue:
        files = FolderFiles(queue.settings)
        files.bucket("uploads").write("d", b"1", content_type="text/plain")
        with sqlite3.connect(tmp_path / "files" / "index.sqlite3") as index:
            index.execute("UPDATE events SET created_at = '2026-01-01T00:00:00.000000Z'")
        index.close()
        with queue.dispatching():
            queue.receiver.next()
            eventually(lambda: files.index.events(0, 10) == [])
        files.index.close()
    assert "dispatch.event_dropped" in capsys.readouterr().out


def test_a_watch_sees_the_commits_of_others_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "s.sqlite3"
    watch = CommitWatch(file)
    assert not watch.changed()
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE t (x)")
    writer.commit()
    assert watch.changed()
    assert not watch.changed()
    writer.execute("INSERT INTO t VALUES (1)")
    assert not watch.changed()
    writer.commit()
    assert [watch.changed(), watch.changed()] == [True, False]
    watch.close()
    writer.close()
