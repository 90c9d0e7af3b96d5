"""Stops asking a service that keeps failing, so that callers fall back at once and the service can recover."""

import threading
import time
from collections.abc import Callable


class CircuitBreaker:
    """Opens after some failures in a row; after a while one call is let through, and decides. One a process."""

    def __init__(self, failures: int = 5, seconds: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is in seconds, of any origin."""
        self._most, self._seconds, self._clock = failures, seconds, clock
        self._failures = 0
        self._opened_at = 0.0
        self._lock = threading.Lock()

    def admits(self) -> bool:
        """Whether a call may be made; who is told so says how it ended, by `succeeded` or `failed`."""
        with self._lock:
            if self._failures < self._most:
                return True
            if self._clock() - self._opened_at < self._seconds:
                return False
            self._opened_at = self._clock()  # the others wait for what this one finds
            return True

    def succeeded(self) -> None:
        """The service answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The service did not answer, or not with what can be used."""
        with self._lock:
            self._failures += 1
            self._opened_at = self._clock()
