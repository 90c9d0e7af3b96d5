"""One delivery over HTTP, on a connection that is kept."""

import select
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from common.adapters.local.keys import local_key
from common.settings import Settings

SECRET_HEADER = "X-Scholium-Dispatch"  # noqa: S105 - the header's name
CONNECT = 5.0
"""Seconds to connect."""
SLACK = 5.0
"""Seconds granted above a function's own timeout."""


def dispatch_key(settings: Settings) -> str:
    """What the header X-Scholium-Dispatch carries: only this installation's dispatcher and server know it."""
    return local_key(settings.data, "dispatch").hex()


class ServerGone(Exception):
    """Nobody listens: the job never reached a function."""


class Poster:
    """Posts for one worker thread."""

    def __init__(self, address: str, key: str) -> None:
        self._address = urlsplit(address)
        self._key = key
        self._connection: HTTPConnection | None = None

    def post(self, path: str, headers: Mapping[str, str], body: bytes, timeout: float) -> int | None:
        """The answer's status, None when there was none; ServerGone."""
        said = {**headers, "Content-Type": "application/json", SECRET_HEADER: self._key}
        connection = self._kept() or self._connect()
        self._connection = None
        try:
            connection.sock.settimeout(timeout + SLACK)
            connection.request("POST", path, body, said)
            with connection.getresponse() as answer:
                answer.read()
                status, is_kept = answer.status, not answer.will_close
        except (OSError, HTTPException):
            connection.close()
            return None
        if is_kept:
            self._connection = connection
        else:
            connection.close()
        return status

    def _kept(self) -> HTTPConnection | None:
        """The connection of the last time, unless the server has let go of it: then there is its end to read."""
        if self._connection is not None and select.select([self._connection.sock], [], [], 0)[0]:
            self.close()
        return self._connection

    def _connect(self) -> HTTPConnection:
        kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        connection = kind(self._address.hostname or "", self._address.port, timeout=CONNECT)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise ServerGone from error
        return connection

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
