"""What is known of local files, and the events that say they came: one SQLite file, shared by all processes."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from common.adapters.system import SystemClock
from common.ports.files import FileExists, FileInfo
from common.ports.store import rfc3339

# AUTOINCREMENT never gives a number again, so a generation names one content for ever.
SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    generation INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL,
    size INTEGER NOT NULL, content_type TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE (bucket, name)
);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, name TEXT NOT NULL, created_at TEXT NOT NULL,
    resource TEXT NOT NULL
);
"""
LAST_LETTER = "\U0010ffff"


@dataclass(frozen=True)
class Entry:
    """An object and the file of its content, relative to the folder of all files."""

    info: FileInfo
    path: str


@dataclass(frozen=True)
class FileEvent:
    """An object that was finalized: its resource as Cloud Storage writes it, in JSON."""

    event_id: int
    bucket: str
    name: str
    created_at: datetime
    resource: str


class FileIndex:
    """Objects by bucket and name, in the order of their names' code points (as Cloud Storage sorts UTF-8)."""

    def __init__(self, path: Path, *, power_safe: bool = False) -> None:
        self._path = path
        self._synchronous = "FULL" if power_safe else "NORMAL"
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._pid = 0
        self._inherited: list[sqlite3.Connection] = []

    def get(self, bucket: str, name: str) -> Entry | None:
        """One object."""
        with self._open() as connection:
            row = connection.execute("SELECT * FROM objects WHERE bucket = ? AND name = ?", (bucket, name)).fetchone()
        return _entry(row) if row else None

    def entries(self, bucket: str, prefix: str, limit: int, after: str | None) -> list[FileInfo]:
        """Objects whose names begin so, by name."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT * FROM objects WHERE bucket = ? AND name >= ? AND name < ? AND name > ? ORDER BY name LIMIT ?",
                (bucket, prefix, prefix + LAST_LETTER, after or "", limit),
            ).fetchall()
        return [_entry(row).info for row in rows]

    def paths(self) -> set[str]:
        """The content files that objects own."""
        with self._open() as connection:
            return {row["path"] for row in connection.execute("SELECT path FROM objects")}

    def put(
        self, bucket: str, name: str, *, path: str, size: int, content_type: str, generation: int
    ) -> tuple[FileInfo, str | None]:
        """Enter an object and its event; the path that it replaces. FileExists when it is not at `generation`."""
        now = SystemClock().now()
        with self._write() as connection:
            row = connection.execute("SELECT * FROM objects WHERE bucket = ? AND name = ?", (bucket, name)).fetchone()
            if (row["generation"] if row else 0) != generation:
                raise FileExists
            connection.execute("DELETE FROM objects WHERE bucket = ? AND name = ?", (bucket, name))
            entered = connection.execute(
                "INSERT INTO objects (bucket, name, path, size, content_type, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                (bucket, name, path, size, content_type, rfc3339(now)),
            ).lastrowid
            info = FileInfo(name, size, entered or 0, content_type, now)
            connection.execute(
                "INSERT INTO events (bucket, name, created_at, resource) VALUES (?, ?, ?, ?)",
                (bucket, name, rfc3339(now), _resource(bucket, info)),
            )
        return info, row["path"] if row else None

    def delete(self, bucket: str, name: str) -> str | None:
        """Forget an object; the path of its content."""
        with self._write() as connection:
            row = connection.execute(
                "SELECT path FROM objects WHERE bucket = ? AND name = ?", (bucket, name)
            ).fetchone()
            connection.execute("DELETE FROM objects WHERE bucket = ? AND name = ?", (bucket, name))
        return str(row["path"]) if row else None

    def events(self, after: int, limit: int) -> list[FileEvent]:
        """Events that nobody settled, oldest first, behind the id `after`."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT * FROM events WHERE id > ? ORDER BY id LIMIT ?", (after, limit)
            ).fetchall()
        return [
            FileEvent(r["id"], r["bucket"], r["name"], datetime.fromisoformat(r["created_at"]), r["resource"])
            for r in rows
        ]

    def settle(self, event_id: int) -> None:
        """Forget an event: it was delivered, or nobody waits for it."""
        with self._write() as connection:
            connection.execute("DELETE FROM events WHERE id = ?", (event_id,))

    def data_version(self) -> int:
        """A number that changes when another process or connection committed."""
        with self._open() as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the connection; the next use opens it again."""
        with self._lock:
            if self._connection is not None and self._pid == os.getpid():
                self._connection.close()
                self._connection = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The process's connection, for one thread at a time."""
        with self._lock:
            if self._connection is not None and self._pid != os.getpid():
                # SQLite's connections do not survive a fork, and closing this one would end locks of the parent.
                self._inherited.append(self._connection)
                self._connection = None
            if self._connection is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                connection = sqlite3.connect(self._path, timeout=30.0, check_same_thread=False, isolation_level=None)
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute(f"PRAGMA synchronous={self._synchronous}")
                connection.executescript(SCHEMA)
                self._connection, self._pid = connection, os.getpid()
            yield self._connection

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _entry(row: sqlite3.Row) -> Entry:
    created_at = datetime.fromisoformat(row["created_at"])
    return Entry(FileInfo(row["name"], row["size"], row["generation"], row["content_type"], created_at), row["path"])


def _resource(bucket: str, info: FileInfo) -> str:
    """The object as the body of a Cloud Storage event has it; 64-bit numbers are texts there."""
    return json.dumps(
        {
            "kind": "storage#object",
            "id": f"{bucket}/{info.name}/{info.generation}",
            "bucket": bucket,
            "name": info.name,
            "generation": str(info.generation),
            "metageneration": "1",
            "contentType": info.content_type,
            "size": str(info.size),
            "timeCreated": rfc3339(info.created_at),
            "updated": rfc3339(info.created_at),
        }
    )
