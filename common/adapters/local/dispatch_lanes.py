"""Jobs waiting for a worker: a lane a function, each with its own rate and concurrency."""

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Source(Protocol):
    """Where a job came from, and who must hear how it ended."""

    def done(self, job: "Job") -> None:
        """It was answered 2xx."""

    def failed(self, job: "Job", *, answered: bool) -> None:
        """It was not: the source offers it again, or lets it go."""


@dataclass(eq=False)
class Lane:
    """The queue of one function: at most `concurrent` at once, and `rate` a second, in bursts of a fifth of that."""

    name: str
    path: str
    timeout: float
    rate: float = 500.0
    concurrent: int = 1000
    ready: deque["Job"] = field(default_factory=deque)
    running: int = 0
    _tokens: float = 1.0
    _at: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next job may start (0: now; infinite: when another one ends)."""
        if not self.ready or self.running >= self.concurrent:
            return float("inf")
        self._tokens = min(self._tokens + (now - self._at) * self.rate, max(1.0, self.rate / 5))
        self._at = now
        return 0.0 if self._tokens >= 1.0 else (1.0 - self._tokens) / self.rate

    def start(self) -> "Job":
        """Take the next job out."""
        self._tokens -= 1.0
        self.running += 1
        return self.ready.popleft()


@dataclass(eq=False)
class Job:
    """One delivery to be made until it is answered 2xx; `headers` gives its own for the present attempt."""

    key: str
    lane: Lane
    source: Source
    body: bytes
    headers: Callable[["Job"], Mapping[str, str]]
    mark: str = ""
    """What of its origin must change for it to be delivered again after it was done."""
    failures: int = 0
    answers: int = 0
    """Failures that the function itself answered (not 5xx)."""
    not_before: float = 0.0
    """Unix time."""


class Lanes:
    """All lanes, for a few workers; a lane that is held back holds back no other."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._changed = threading.Condition()
        self._turn = deque(lanes)
        self._later: list[tuple[float, int, Job]] = []
        self._sequence = itertools.count()
        self._idle = 0
        self._paused_until = 0.0
        self._open = True

    def offer(self, job: Job) -> None:
        """Have it delivered, not before its time."""
        with self._changed:
            if job.not_before > time.time():
                heapq.heappush(self._later, (job.not_before, next(self._sequence), job))
            else:
                job.lane.ready.append(job)
            self._changed.notify()

    def take(self) -> Job | None:
        """The next job that may start, waiting for it; None when closed."""
        with self._changed:
            while self._open:
                now = time.time()
                while self._later and self._later[0][0] <= now:
                    job = heapq.heappop(self._later)[2]
                    job.lane.ready.append(job)
                wait = self._paused_until - now
                if wait <= 0:
                    ready, wait = self._next()
                    if ready is not None:
                        return ready
                    if self._later:
                        wait = min(wait, self._later[0][0] - now)
                self._idle += 1
                self._changed.wait(min(max(wait, 0.001), 60.0))
                self._idle -= 1
            return None

    def _next(self) -> tuple[Job | None, float]:
        """A job of the first lane in turn that may start one, else the seconds until one may."""
        now, soonest = time.monotonic(), float("inf")
        for _ in range(len(self._turn)):
            lane = self._turn[0]
            self._turn.rotate(-1)
            wait = lane.wait(now)
            if wait == 0.0:
                return lane.start(), 0.0
            soonest = min(soonest, wait)
        return None, soonest

    def ended(self, job: Job) -> None:
        """Its worker is free again."""
        with self._changed:
            job.lane.running -= 1
            self._changed.notify()

    def pause(self, job: Job, seconds: float) -> None:
        """Nobody is there to take it: put it back and start nothing for a while."""
        with self._changed:
            job.lane.running -= 1
            job.lane.ready.appendleft(job)
            self._paused_until = time.time() + seconds
            self._changed.notify_all()

    def busy(self, enough: int) -> bool:
        """Whether every worker is at work and at least `enough` jobs wait: no use in looking for more."""
        with self._changed:
            return self._idle == 0 and sum(len(lane.ready) for lane in self._turn) >= enough

    def close(self) -> None:
        """Let the workers go."""
        with self._changed:
            self._open = False
            self._changed.notify_all()
