"""Rate limits: a bucket in the instance for every caller, and an exact count in the database where it costs.

A rate is "30/minute": a bucket holds that many and refills evenly; an exact limit counts within fixed windows.
"""

import hashlib
import math
import threading
import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta

from common.errors import TooManyRequests
from common.ports import Clock, Increment
from common.ports.database import Database, Write
from common.ports.records import RateBucket
from common.triggers.unit_of_work import Billed

SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
MOST_BUCKETS = 20_000


def read_rate(rate: str) -> tuple[int, int]:
    """("30/minute") -> (30, 60): how many in how many seconds."""
    count, _, unit = rate.partition("/")
    return int(count), SECONDS[unit]


class Buckets:
    """Token buckets of this instance; the least recently used is forgotten first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, rate: str, factor: float = 1.0) -> None:
        """Take one of `key`'s tokens; TooManyRequests says when there will be one again."""
        count, seconds = read_rate(rate)
        most = count * factor
        refill = most / seconds
        now = time.monotonic()
        with self._lock:
            left, at = self._left.pop(key, (most, now))
            left = min(most, left + (now - at) * refill)
            allowed = left >= 1
            self._left[key] = (left - 1 if allowed else left, now)
            while len(self._left) > MOST_BUCKETS:
                self._left.popitem(last=False)
        if not allowed:
            raise TooManyRequests(retry_after=math.ceil((1 - left) / refill))


class ExactRateLimit:
    """The RateLimit port: one blind Increment whose total decides, so that no two instances overshoot."""

    def __init__(self, database: Database, clock: Clock, factor: float, billed: Billed) -> None:
        self._database, self._clock, self._factor, self._billed = database, clock, factor, billed

    def take(self, name: str, key: str, rate: str) -> None:
        """Count one use of `key` in the present window. Bills one write."""
        count, seconds = read_rate(rate)
        now = self._clock.now()
        window = int(now.timestamp()) // seconds
        ends = datetime.fromtimestamp((window + 1) * seconds, UTC)
        bucket_id = hashlib.sha256(f"{name}\x1f{key}\x1f{rate}\x1f{window}".encode()).hexdigest()[:40]
        fields = {"bucket_id": bucket_id, "count": Increment(1), "expires_at": ends + timedelta(hours=1)}
        written = self._database.commit([Write("update", RateBucket, bucket_id, fields=fields)], exact=False)
        self._billed.writes += 1
        if written.totals[0]["count"] > count * self._factor:
            raise TooManyRequests(retry_after=max(1, math.ceil((ends - now).total_seconds())))
