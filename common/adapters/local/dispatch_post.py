"""One delivery over HTTP, on a connection that is kept."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection, RemoteDisconnected
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
        was_kept = self._connection is not None
        try:
            return self._exchange(path, said, body, timeout + SLACK)
        except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            if not was_kept:
                return None
            # The server lets go of idle connections, and may do so as we write: once more, on a new one.
        except (OSError, HTTPException):
            return None
        try:
            return self._exchange(path, said, body, timeout + SLACK)
        except (OSError, HTTPException):
            return None

    def _exchange(self, path: str, headers: Mapping[str, str], body: bytes, timeout: float) -> int:
        connection = self._connection or self._connect()
        self._connection = None
        try:
            connection.sock.settimeout(timeout)
            connection.request("POST", path, body, headers)
            with connection.getresponse() as answer:
                answer.read()
                status, is_kept = answer.status, not answer.will_close
        except BaseException:
            connection.close()
            raise
        if is_kept:
            self._connection = connection
        else:
            connection.close()
        return status

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
