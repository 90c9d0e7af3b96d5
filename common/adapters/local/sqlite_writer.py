"""Group commit: whoever holds the writer commits for everybody who waits.

SQLite has one writer at a time. Threads that each begin a transaction of their own wait for each other in sleeps
of growing length; here they queue, and the one whose turn it is takes the file's lock once, does the work of all
who wait, each in a savepoint, and pays for one commit.
"""

import fcntl
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.ports.database import DatabaseUnavailable

MOST_IN_A_GROUP = 64
"""Bounds how long the first of a group waits for the last."""


@dataclass(slots=True, eq=False)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    done: bool = False
    result: Any = None
    error: BaseException | None = None


def unavailable(error: sqlite3.Error) -> Exception:
    """DatabaseUnavailable for a full disk, a lock or a read-only file; the error itself for a wrong statement."""
    fault = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if not isinstance(error, sqlite3.OperationalError) or fault == sqlite3.SQLITE_ERROR:
        return error
    return DatabaseUnavailable(str(error))


class Writer:
    """The one writing connection of a process; processes exclude each other by a lock on a side file."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], lock_file: Path) -> None:
        """Processes that open a new file at once would hinder each other: it is opened under the lock too."""
        self._file = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._turn = threading.Lock()
        self._waiting: deque[_Job] = deque()
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            self._connection = connect()
        except BaseException:
            os.close(self._file)
            raise
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def run(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """What `work` returns, once it is committed. Whatever `work` raises undoes it, and it alone."""
        job = _Job(work)
        self._waiting.append(job)
        with self._turn:
            while not job.done:
                self._commit_group()
        if job.error is not None:
            raise job.error
        return job.result

    def is_idle(self) -> bool:
        """Whether nobody writes or waits to."""
        return not self._waiting and not self._turn.locked()

    def close(self) -> None:
        """End it; a commit that is under way ends first."""
        with self._turn:
            self._connection.close()
            os.close(self._file)

    def _commit_group(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_IN_A_GROUP))]
            try:
                self._commit(group)
            except BaseException as error:
                self._undo()
                fault = unavailable(error) if isinstance(error, sqlite3.Error) else DatabaseUnavailable(repr(error))
                for job in group:
                    job.error, job.done = fault, True
                if not isinstance(error, Exception):
                    raise
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _commit(self, group: list[_Job]) -> None:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        for job in group:
            if len(group) > 1:
                execute("SAVEPOINT job")
            try:
                job.result = job.work(self._connection)
            except sqlite3.OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 - raised to the one whose work it is
                execute("ROLLBACK TO job" if len(group) > 1 else "ROLLBACK")
                job.error = error
        if self._connection.in_transaction:  # a release of each savepoint is no more than this commit
            execute("COMMIT")
        for job in group:
            job.done = True

    def _undo(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
