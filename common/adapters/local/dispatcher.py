"""Delivers tasks, schedules and events to the local server: Cloud Tasks, Cloud Scheduler and Eventarc in one process.

Everything that is to be delivered lies in the databases of those who caused it, so that this process may be killed
at any point: what was under way is delivered again, as the products themselves may do. Of its own it keeps only
counts of failures and the times of schedules.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from common import logs
from common.adapters.local.dispatch_lanes import Job, Lane, Lanes
from common.adapters.local.dispatch_ledger import Ledger
from common.adapters.local.dispatch_post import Poster, ServerGone, dispatch_key
from common.adapters.local.dispatch_targets import EventTarget, ScheduleTarget, Target, TaskTarget
from common.adapters.local.event_feed import EventFeed
from common.adapters.local.files import FolderFiles
from common.adapters.local.message_feed import MessageFeed
from common.adapters.local.schedule_feed import ScheduleFeed
from common.ports.database import Database
from common.settings import Settings

__all__ = ["Dispatcher", "EventTarget", "ScheduleTarget", "Target", "TaskTarget"]

POLL = 0.01
"""Seconds between two looks at whether somebody committed."""
REST = 0.03
"""The same when nobody did for a while: half the price of waiting."""
AWAKE = 100
"""Looks without a commit after which it rests."""
GONE = 0.25
"""Seconds of silence when no server listens."""


class Dispatcher:
    """Delivers until it is stopped, to the server at `address` (the public URL when not given).

    `workers` deliveries are made at once, over all functions; `least_backoff` is the first pause after a failure,
    in seconds, which doubles up to 300.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        targets: Sequence[Target],
        *,
        address: str | None = None,
        workers: int = 2,
        least_backoff: float = 1.0,
    ) -> None:
        self._settings, self._database, self._targets = settings, database, targets
        self._address = address or settings.public_url
        self._workers, self._least = workers, least_backoff
        self._stopped = threading.Event()
        self._pairs = [(target, _lane(target)) for target in targets]
        self._lanes = Lanes([lane for _, lane in self._pairs])

    def run(self, *, while_parent_lives: bool = False) -> None:
        """Deliver until `stop`, or until the process that started this one is gone."""
        self._settings.data.mkdir(parents=True, exist_ok=True)
        parent = os.getppid()
        with (self._settings.data / "dispatcher.lock").open("w") as lock:
            while not self._own(lock.fileno()):  # one that was orphaned may still be ending
                if self._stopped.wait(0.1):
                    return
            ledger = Ledger(self._settings.data / "dispatcher.sqlite3")
            key = dispatch_key(self._settings)
            threads = [threading.Thread(target=self._work, args=(key,), daemon=True) for _ in range(self._workers)]
            try:
                self._feed(ledger, threads, parent if while_parent_lives else None)
            finally:
                self._lanes.close()
                for thread in threads:
                    if thread.is_alive():
                        thread.join(1.0)  # whoever is still at it is cut off: its job will be delivered again
                ledger.close()

    def stop(self) -> None:
        """End `run`; from a signal handler or another thread."""
        self._stopped.set()

    def _feed(self, ledger: Ledger, threads: Sequence[threading.Thread], parent: int | None) -> None:
        files = FolderFiles(self._settings)
        tasks = {target.kind: lane for target, lane in self._pairs if isinstance(target, TaskTarget)}
        timed = [(target, lane) for target, lane in self._pairs if isinstance(target, ScheduleTarget)]
        hearing = [(target, lane) for target, lane in self._pairs if isinstance(target, EventTarget)]
        messages = MessageFeed(self._database, self._lanes, ledger, tasks, self._least)
        schedules = ScheduleFeed(self._lanes, ledger, timed, self._least)
        events = EventFeed(files.index, self._lanes, ledger, hearing, self._least)
        commits = CommitWatch(self._settings.data / "scholium.sqlite3")
        files.sweep()
        for thread in threads:
            thread.start()
        quiet = 0
        while not self._stopped.wait(POLL if quiet < AWAKE else REST) and parent in {None, os.getppid()}:
            changed = commits.changed()
            quiet = 0 if changed else quiet + 1
            messages.look(changed=changed)
            schedules.look()
            events.look()
        commits.close()
        files.index.close()

    def _own(self, lock: int) -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _work(self, key: str) -> None:
        poster = Poster(self._address, key)
        try:
            while (job := self._lanes.take()) is not None:
                try:
                    status = poster.post(job.lane.path, job.headers(job), job.body, job.lane.timeout)
                except ServerGone:
                    self._lanes.pause(job, GONE)
                    continue
                self._lanes.ended(job)
                self._conclude(job, status)
        finally:
            poster.close()
            self._stopped.set()  # a worker that fails (disk full) ends the process, for its parent to start anew

    def _conclude(self, job: Job, status: int | None) -> None:
        if status is not None and 200 <= status < 300:
            job.source.done(job)
            return
        logs.info("dispatch.failed", path=job.lane.path, job=job.key, status=status, failures=job.failures + 1)
        job.source.failed(job, answered=status is not None and status < 500)


class CommitWatch:
    """Whether another process committed to a SQLite file, for a few microseconds an answer."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None
        self._seen = -1

    def changed(self) -> bool:
        """Since the last call; False as long as there is no file."""
        if self._connection is None:
            with suppress(sqlite3.OperationalError):
                self._connection = sqlite3.connect(f"file:{self._file}?mode=rw", uri=True)
        if self._connection is None:
            return False
        version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        is_new = version != self._seen
        self._seen = version
        return is_new

    def close(self) -> None:
        """Let the file go."""
        if self._connection is not None:
            self._connection.close()


def _lane(target: Target) -> Lane:
    if isinstance(target, TaskTarget):
        rate, concurrent = target.max_dispatches_per_second, target.max_concurrent
        return Lane(target.function, target.url_path, target.timeout_seconds, rate, concurrent)
    return Lane(target.function, target.url_path, target.timeout_seconds)
