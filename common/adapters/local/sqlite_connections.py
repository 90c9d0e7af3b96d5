"""What one process holds open of the SQLite file: a writer, as many readers as threads read at once, a checkpointer."""

import contextlib
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common.adapters.local.sqlite_queries import Sql
from common.adapters.local.sqlite_writer import Writer, unavailable
from common.ports.database import DatabaseUnavailable

BUSY_SECONDS = 5.0
WRITES_A_CHECKPOINT = 500
PAGES_A_CHECKPOINT = 4_000
"""Where a commit itself checkpoints, should the thread not keep up; without it the log grew to 600 MB."""
MAPPED_BYTES = 256 * 2**20


class Connections:
    """The connections of one process; none may be open while it forks, as SQLite's locks do not survive that."""

    def __init__(self, file: Path, *, synchronous: str) -> None:
        """Open the file, or make it. Raises DatabaseUnavailable."""
        self.pid = os.getpid()
        self._file = file
        self._synchronous = synchronous
        self._idle: deque[sqlite3.Connection] = deque()
        self._readers: list[sqlite3.Connection] = []
        self._known: set[str] = set()
        self._writes = 0
        self._due = threading.Event()
        self._closing = False
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._writer = Writer(self._connect, file.with_name(file.name + ".lock"))
        except OSError as error:
            raise DatabaseUnavailable(str(error)) from error
        except sqlite3.Error as error:
            raise unavailable(error) from error
        self._checkpointer = threading.Thread(target=self._checkpoint, name="sqlite-checkpoint", daemon=True)
        self._checkpointer.start()

    def read(self, sql: Sql) -> list[tuple[Any, ...]]:
        """All rows of a statement, as of one moment. Raises DatabaseUnavailable."""
        try:
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect()
                self._readers.append(connection)
            try:
                return connection.execute(sql.text, sql.parameters).fetchall()
            finally:
                self._idle.append(connection)
        except sqlite3.Error as error:
            raise unavailable(error) from error

    def write(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """What `work` returns, once it is committed. Raises DatabaseUnavailable."""
        done = self._writer.run(work)
        self._writes += 1
        if self._writes % WRITES_A_CHECKPOINT == 0:
            self._due.set()
        return done

    def ensure(self, name: str, *statements: str) -> None:
        """Make the table or index `name` with `statements`, where there is none of that name."""
        if name in self._known:
            return
        if not self.read(Sql("SELECT 1 FROM sqlite_master WHERE name = ?", (name,))):
            self.write(lambda connection: [connection.execute(statement).rowcount for statement in statements])
        self._known.add(name)

    def is_idle(self) -> bool:
        """Whether no thread is reading or writing."""
        return len(self._idle) == len(self._readers) and self._writer.is_idle()

    def close(self) -> None:
        """Close all that is idle; what is under way ends first where it writes."""
        self._closing = True
        self._due.set()
        self._checkpointer.join()
        self._writer.close()
        for reader in self._readers:
            reader.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        for setting in (
            "journal_mode = WAL",
            f"synchronous = {self._synchronous}",
            f"wal_autocheckpoint = {PAGES_A_CHECKPOINT}",
            f"mmap_size = {MAPPED_BYTES}",
        ):
            connection.execute(f"PRAGMA {setting}")
        return connection

    def _checkpoint(self) -> None:
        """Move the log into the file in the background, so that no commit waits for it."""
        connection = None
        while self._due.wait() and not self._closing:
            self._due.clear()
            with contextlib.suppress(sqlite3.Error):  # a commit does it, in the end
                connection = connection or self._connect()
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        if connection:
            connection.close()
