"""What happens behind the API: tasks and upload events, delivered as the local dispatcher does it, when a test says."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from common import adapters
from common.adapters.local.event_feed import headers
from common.adapters.local.keys import local_key
from common.adapters.system import SystemClock
from common.ports.queue import DUE, MessageRecord
from common.triggers.unit_of_work import parse
from infrastructure.tools import discovery
from infrastructure.tools.local_app import DISPATCH_PREFIX
from tests.functions.local_api import LocalApi, Reply


class ShiftedClock:
    """The machine's time, and more."""

    def __init__(self) -> None:
        self.more = timedelta()

    def now(self) -> datetime:
        """The present of the test."""
        return SystemClock().now() + self.more


class Works:
    """Delivers what is due."""

    def __init__(self, api: LocalApi) -> None:
        self.api = api
        self.clock = adapters.world().clock = ShiftedClock()
        self.consumers = discovery.messages(discovery.discover())
        self._key = local_key(api.data, "dispatch").hex()
        self._seen_event = 0

    def call(self, function: str, body: bytes, **said: str) -> Reply:
        """One delivery to a function that answers no request of clients."""
        return self.api.call("POST", DISPATCH_PREFIX + function, body, X_Scholium_Dispatch=self._key, **said)

    def due(self) -> list[dict[str, Any]]:
        """The messages that wait and whose time has come, the oldest first."""
        found = adapters.world().database.query(DUE, {"status": "PENDING", "due_at": self.clock.now()}, 1000, None)
        return [parse(MessageRecord, one).model_dump() for one in found]

    def deliver(self, message: dict[str, Any]) -> int:
        """One delivery of a message; the status."""
        body = json.dumps({"message_id": message["message_id"]}).encode()
        return self.call(self.consumers[message["kind"]], body).status_code

    def events(self) -> None:
        """Tell of the files that came."""
        for event in list(adapters.world().files.index.events(self._seen_event, 100)):
            self._seen_event = event.event_id
            said = {name.replace("-", "_"): value for name, value in headers(event).items()}
            assert self.call("document_ingest", event.resource.encode(), **said).status_code in (200, 204)
            adapters.world().files.index.settle(event.event_id)

    def all(self, *, but: tuple[str, ...] = ()) -> None:
        """Deliver until nothing is due, but for messages of some kinds."""
        for _ in range(200):
            self.events()
            found = [one for one in self.due() if one["kind"] not in but]
            if not found:
                return
            for message in found:
                assert self.deliver(message) in (200, 409), message
        raise AssertionError(f"work without end: {[one['kind'] for one in self.due()]}")

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.clock.more += timedelta(**time)
