"""Tells functions of finalized objects: the local twin of Eventarc."""

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import quote

from common import logs
from common.adapters.local.dispatch_lanes import Job, Lane, Lanes
from common.adapters.local.dispatch_ledger import Failures, Ledger
from common.adapters.local.dispatch_targets import EventTarget
from common.adapters.local.file_index import FileEvent, FileIndex
from common.adapters.local.message_feed import fail
from common.adapters.system import SystemClock
from common.ports.store import rfc3339

LONGEST = timedelta(hours=24)
"""Eventarc drops an event that nobody took for so long."""
PRINTABLE = "!#$&'()*+,/:;<=>?@[\\]^`{|}~"
"""What a CloudEvents header carries unescaped (HTTP protocol binding 1.0, 3.1.3.2), letters and digits aside."""


class EventFeed:
    """A Source of events, as CloudEvents in binary mode, each to every function of its bucket."""

    def __init__(
        self, index: FileIndex, lanes: Lanes, ledger: Ledger, targets: Sequence[tuple[EventTarget, Lane]], least: float
    ) -> None:
        self._index, self._lanes, self._ledger, self._least = index, lanes, ledger, least
        self._targets = targets
        self._last = 0
        self._seen: int | None = None
        self._lock = threading.Lock()
        self._open: dict[int, set[str]] = {}
        self._events: dict[str, FileEvent] = {}

    def look(self) -> None:
        """Offer the events that came since the last look."""
        version = self._index.data_version()
        if version == self._seen:
            return
        self._seen = version
        while events := self._index.events(self._last, 100):
            for event in events:
                self._last = event.event_id
                self._offer(event)

    def _offer(self, event: FileEvent) -> None:
        lanes = [(target, lane) for target, lane in self._targets if target.bucket == event.bucket]
        if not lanes:
            self._index.settle(event.event_id)
            return
        jobs = [self._job(event, target, lane) for target, lane in lanes]
        with self._lock:
            self._open[event.event_id] = {job.key for job in jobs}
            self._events.update((job.key, event) for job in jobs)
        for job in jobs:
            self._lanes.offer(job)

    def _job(self, event: FileEvent, target: EventTarget, lane: Lane) -> Job:
        key = f"event:{event.event_id}:{target.function}"
        noted = self._ledger.failures(key)
        said = headers(event)
        return Job(
            key,
            lane,
            self,
            event.resource.encode(),
            lambda _: said,
            failures=noted.failures,
            answers=noted.answers,
            not_before=noted.not_before,
        )

    def done(self, job: Job) -> None:
        """Forget the event when every function has it."""
        with self._lock:
            event = self._events.pop(job.key)
            waiting = self._open[event.event_id]
            waiting.discard(job.key)
            if not waiting:
                del self._open[event.event_id]
        if not waiting:
            self._index.settle(event.event_id)
        self._ledger.forget(job.key)

    def failed(self, job: Job, *, answered: bool) -> None:
        """Again, up to a day after it happened."""
        event = self._events[job.key]
        if SystemClock().now() - event.created_at > LONGEST:
            logs.error("dispatch.event_dropped", path=job.lane.path, bucket=event.bucket, failures=job.failures + 1)
            self.done(job)
            return
        fail(job, answered=answered, least=self._least)
        self._ledger.note(job.key, Failures(job.failures, job.answers, job.not_before))
        self._lanes.offer(job)


def headers(event: FileEvent) -> Mapping[str, str]:
    """The attributes of the CloudEvent."""
    name = event.name
    return {
        "ce-specversion": "1.0",
        "ce-id": f"{event.bucket}-{event.event_id}",
        "ce-type": "google.cloud.storage.object.v1.finalized",
        "ce-source": f"//storage.googleapis.com/projects/_/buckets/{event.bucket}",
        "ce-subject": quote(f"objects/{name}", safe=PRINTABLE),
        "ce-time": rfc3339(event.created_at),
        "ce-bucket": event.bucket,
    }
