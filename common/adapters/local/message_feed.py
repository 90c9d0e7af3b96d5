"""Finds the messages that are due, each once: the local twin of Cloud Tasks."""

import json
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from common import logs
from common.adapters.local.dispatch_lanes import Job, Lane, Lanes
from common.adapters.local.dispatch_ledger import Failures, Ledger
from common.adapters.system import SystemClock
from common.ports.database import Database, DatabaseUnavailable, Stored
from common.ports.queue import DUE, queue_name
from common.ports.store import Cursor, Scalar

PAGE = 200
ENOUGH = 64
"""Jobs that wait while all workers are busy: more are looked for when there are fewer."""
MOST = 100_000
"""Messages held in memory at once, a few hundred bytes each; the rest wait in the database."""
IDLE = 0.05
"""Seconds between two looks when nobody committed: something may have become due."""
LATE = timedelta(seconds=1)
"""A commit may show a message this long after its `due_at` was set; the sweep finds those that took longer."""
SWEEP = 5.0
"""Seconds between two looks at everything that is due; more where one takes long."""
FIRST = datetime(2000, 1, 1, tzinfo=UTC)


class MessageFeed:
    """A Source of PENDING messages; delivers one until it is answered 2xx, and then again only if it is re-sent.

    Messages are read in the order of `due_at`, from a little before the last one seen. Every few seconds the
    reading starts at the beginning again, which finds stragglers and what the sweeper re-sent.
    """

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        ledger: Ledger,
        lane_of: Mapping[str, Lane],
        least: float,
    ) -> None:
        self._database, self._lanes, self._ledger = database, lanes, ledger
        self._lane_of = lane_of
        self._least = least
        self._lock = threading.Lock()
        self._known: dict[str, Job] = {}
        self._settled: dict[str, str] = {}
        self._place: Cursor = Cursor((FIRST,), "")
        self._behind = True  # whether the last page was full: there is more behind `_place`
        self._next_look = 0.0
        self._sweep = _Sweep(time.monotonic(), frozenset())
        self._next_sweep = float("inf")  # the first reading is one
        self._quiet = False  # nobody committed since the last sweep, which found nothing

    def look(self, *, changed: bool) -> None:
        """Offer what is due and new. `changed`: somebody committed since the last call."""
        now = time.monotonic()
        self._quiet = self._quiet and not changed
        if not (changed or self._behind or now >= self._next_look):
            return
        if self._lanes.busy(ENOUGH) or len(self._known) >= MOST:
            self._next_look = 0.0  # as soon as there is room: this change was not looked at
            return
        self._next_look = now + IDLE
        if now >= self._next_sweep and not self._behind and not self._quiet:
            self._start_sweep(now)
        try:
            self._read()
        except DatabaseUnavailable:
            self._next_look = 0.0
            logs.warning("dispatch.database_unavailable")

    def _start_sweep(self, now: float) -> None:
        with self._lock:
            self._sweep = _Sweep(now, frozenset(self._settled))
        self._place, self._behind = Cursor((FIRST,), ""), True
        self._next_sweep = float("inf")

    def _read(self) -> None:
        where: dict[str, Scalar] = {"status": "PENDING", "due_at": SystemClock().now()}
        for _ in range(10):  # pages, and then the other feeds have their turn
            page = self._database.query(DUE, where, PAGE, self._place)
            for stored in page:
                self._meet(stored)
            self._behind = len(page) == PAGE
            if page:
                self._place = Cursor((_due_at(_content(page[-1])),), page[-1].document_id)
            if not self._behind:
                self._reached_the_end()
                return
            if self._lanes.busy(ENOUGH):
                return

    def _reached_the_end(self) -> None:
        last = self._place.values[0]
        assert isinstance(last, datetime)
        if last > FIRST:
            self._place = Cursor((max(last - LATE, FIRST),), "")
        if self._next_sweep == float("inf"):
            took = time.monotonic() - self._sweep.began
            self._next_sweep = time.monotonic() + max(SWEEP, 50 * took)
            with self._lock:
                for gone in self._sweep.settled_before - self._sweep.seen:
                    self._settled.pop(gone, None)
                self._quiet = not self._known and not self._settled

    def _meet(self, stored: Stored) -> None:
        message_id = stored.document_id
        with self._lock:
            if message_id in self._known:
                return
            content = _content(stored)
            mark = str(content["check_at"])
            if self._settled.get(message_id) == mark:
                self._sweep.seen.add(message_id)
                return
            lane = self._lane_of.get(str(content["kind"]))
            if lane is None:
                return  # its function is gone from this version: the message stays, as a paused queue's task would
            job = self._job(message_id, content, lane, mark)
            self._known[message_id] = job
        self._lanes.offer(job)

    def _job(self, message_id: str, content: Mapping[str, object], lane: Lane, mark: str) -> Job:
        noted = self._ledger.failures(f"message:{message_id}")
        queue, eta = queue_name(str(content["kind"])), f"{_due_at(content).timestamp():.6f}"

        def headers(job: Job) -> Mapping[str, str]:
            return {
                "User-Agent": "Google-Cloud-Tasks",
                "X-CloudTasks-QueueName": queue,
                "X-CloudTasks-TaskName": message_id,
                "X-CloudTasks-TaskRetryCount": str(job.failures),
                "X-CloudTasks-TaskExecutionCount": str(job.answers),
                "X-CloudTasks-TaskETA": eta,
            }

        body = json.dumps({"message_id": message_id}).encode()
        return Job(message_id, lane, self, body, headers, mark, noted.failures, noted.answers, noted.not_before)

    def done(self, job: Job) -> None:
        """Not again, unless its `check_at` moves: the sweeper re-sent it."""
        with self._lock:
            self._settled[job.key] = job.mark
            self._known.pop(job.key, None)
            if len(self._settled) > MOST:  # no sweep for long: the oldest were surely seen DONE
                self._settled.pop(next(iter(self._settled)))
        self._ledger.forget(f"message:{job.key}")

    def failed(self, job: Job, *, answered: bool) -> None:
        """Again, later: 1 s, 2 s, 4 s, at most 300 s, without end."""
        fail(job, answered=answered, least=self._least)
        self._ledger.note(f"message:{job.key}", Failures(job.failures, job.answers, job.not_before))
        self._lanes.offer(job)


class _Sweep:
    """One reading of everything that is due: which settled messages it still met."""

    def __init__(self, began: float, settled_before: frozenset[str]) -> None:
        self.began = began
        self.settled_before = settled_before
        self.seen: set[str] = set()


def fail(job: Job, *, answered: bool, least: float, most: float = 300.0) -> None:
    """Count a failure, and set when the job is next tried: `least` seconds, doubling up to `most`."""
    job.failures += 1
    job.answers += answered
    job.not_before = time.time() + min(most, least * 2.0 ** min(job.failures - 1, 30))


def _content(stored: Stored) -> Mapping[str, object]:
    content = stored.content
    if isinstance(content, str):
        loaded: dict[str, object] = json.loads(content)
        return loaded
    return content


def _due_at(content: Mapping[str, object]) -> datetime:
    due_at = content["due_at"]
    return due_at if isinstance(due_at, datetime) else datetime.fromisoformat(str(due_at))
