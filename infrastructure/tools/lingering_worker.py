"""A gunicorn worker whose threads wait a moment for the next request of the connection that they just answered.

gunicorn's own hands a connection back to its main thread after each request, which hands the next request to a thread
again: four changes of thread, each against Python's one lock. That cost as much as half of what a function does.
"""

import select
import threading

from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn, ThreadWorker

LINGER = 5
"""Milliseconds; whoever sends requests one after the other is back sooner."""
SPARE = 4
"""Threads that never linger: new connections are answered whatever the others wait for."""


class LingeringWorker(ThreadWorker):
    """gthread, and threads that linger."""

    _lock = threading.Lock()
    _engaged = 0

    def handle(self, conn: TConn) -> bool:
        """Answer a request, and those that follow at once on its connection; as gthread's, its last answer."""
        with self._lock:
            self._engaged += 1
        try:
            result = super().handle(conn)
            while result is True and self._may_linger(conn) and _is_readable(conn):
                result = super().handle(conn)
            return result
        finally:
            with self._lock:
                self._engaged -= 1

    def _may_linger(self, conn: TConn) -> bool:
        return self.alive and isinstance(conn.parser, RequestParser) and self._engaged + SPARE <= self.cfg.threads


def _is_readable(conn: TConn) -> bool:
    """Whether the next request comes within LINGER (one that was read ahead is left to gunicorn, which sees it)."""
    poll = select.poll()
    poll.register(conn.sock, select.POLLIN)
    return bool(poll.poll(LINGER))
