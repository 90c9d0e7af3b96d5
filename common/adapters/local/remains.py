"""What a laptop keeps beside the documents and the files: e-mails as files, and pages of SQLite files that are free."""

import email
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.policy import default
from pathlib import Path

from common.adapters.local import sqlite_vectors
from common.adapters.local.sqlite_writer import unavailable
from common.ports.database import DatabaseUnavailable
from common.settings import Settings

BUSY_SECONDS = 10.0


class LocalRemains:
    """Remains in the data folder."""

    def __init__(self, settings: Settings) -> None:
        self._data = settings.data

    def forget_mail(self, address: str) -> int:
        """Remove the e-mails to an address; how many there were."""
        found = [path for path in (self._data / "mail").glob("*.eml") if address.casefold() in _recipients(path)]
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def wipe(self) -> None:
        """Write the SQLite files anew without their free pages, and empty their logs. Raises DatabaseUnavailable.

        Deleted rows stay in a file's free pages, and in its log, until something is written over them. So the file is
        rebuilt (https://www.sqlite.org/lang_vacuum.html) while nobody else writes, and its log is cut to nothing.
        """
        for file in sorted((*self._data.glob("*.sqlite3"), *self._data.glob("files/*.sqlite3"))):
            try:
                with _held(file), closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as opened:
                    sqlite_vectors.forget_empty_scopes(opened)
                    opened.execute("VACUUM")
                    busy, _, _ = opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.Error as error:
                raise unavailable(error) from error
            if busy:
                raise DatabaseUnavailable(f"{file.name} is being read")


@contextmanager
def _held(file: Path) -> Iterator[None]:
    """Keep the writers of all processes out: see sqlite_writer.py."""
    descriptor = os.open(file.with_name(file.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _recipients(path: Path) -> str:
    try:
        message = email.message_from_bytes(path.read_bytes(), policy=default)
    except FileNotFoundError:
        return ""
    return str(message["To"]).casefold()
