"""The machine's own clock, randomness and patience; the same on Google Cloud and on a laptop."""

import random
import secrets
import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Identifiers from the system's random source."""

    def new(self) -> str:
        """20 URL-safe characters: 120 bits, so that none is ever met twice."""
        return secrets.token_urlsafe(15)


class JitteredPatience:
    """Tries for `seconds` in all, with full jitter (Brooker, Exponential Backoff And Jitter, 2015)."""

    def __init__(self, seconds: float = 10.0) -> None:
        self._until = time.monotonic() + seconds
        self._most = 0.002

    def left(self) -> float:
        """How many seconds are left of its time."""
        return max(0.0, self._until - time.monotonic())

    def wait(self) -> bool:
        """Sleep up to twice as long as the time before, 500 ms at most; False when the time is over."""
        pause = random.uniform(0, self._most)  # noqa: S311 - jitter, not a secret
        if time.monotonic() + pause > self._until:
            return False
        time.sleep(pause)
        self._most = min(self._most * 2, 0.5)
        return True
