"""What the dispatcher must know after it died: failures of what is still to be delivered, and times that were kept.

Written only when something fails or a schedule runs: a delivery that succeeds costs nothing here.
"""

import sqlite3
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS failures (
    key TEXT PRIMARY KEY, failures INTEGER NOT NULL, answers INTEGER NOT NULL, not_before REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS schedules (function TEXT PRIMARY KEY, at TEXT NOT NULL);
"""
FORGOTTEN = 35 * 86400.0
"""Seconds after which a count belongs to nothing that is still to be delivered."""


@dataclass(frozen=True)
class Failures:
    """How often a job failed, how many of these its function answered, and when it is next tried (Unix time)."""

    failures: int = 0
    answers: int = 0
    not_before: float = 0.0


class Ledger:
    """One SQLite file, of one dispatcher."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)
        self._connection.execute("DELETE FROM failures WHERE not_before < ?", (time.time() - FORGOTTEN,))
        rows = self._connection.execute("SELECT key, failures, answers, not_before FROM failures").fetchall()
        self._failures = {key: Failures(*rest) for key, *rest in rows}

    def failures(self, key: str) -> Failures:
        """What is noted of a job."""
        return self._failures.get(key, Failures())

    def note(self, key: str, failures: Failures) -> None:
        """Note a failure."""
        with self._lock:
            self._failures[key] = failures
            self._connection.execute(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)",
                (key, failures.failures, failures.answers, failures.not_before),
            )

    def forget(self, key: str) -> None:
        """It was delivered, or nobody waits for it."""
        if key in self._failures:
            with self._lock:
                del self._failures[key]
                self._connection.execute("DELETE FROM failures WHERE key = ?", (key,))

    def kept(self, function: str) -> datetime | None:
        """The last time of its schedule that a function was told, or from which on it is."""
        with self._lock:
            row = self._connection.execute("SELECT at FROM schedules WHERE function = ?", (function,)).fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def keep(self, function: str, at: datetime) -> None:
        """A function was told of this time."""
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO schedules VALUES (?, ?)", (function, at.isoformat()))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
