"""Eventarc as far as Scholium uses it: tells functions of new objects, again and again until one of their 2xx.

The event is Cloud Storage's in HTTP binary mode
(https://cloud.google.com/eventarc/docs/cloudevents: storage.object.v1.finalized), delivered at least once.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

FINALIZED = "google.cloud.storage.object.v1.finalized"


class Eventarc:
    """`targets`: bucket -> URL of the function that its new objects start. `delivered` counts the events of 2xx."""

    def __init__(self, targets: Mapping[str, str], *, pause: float = 0.1, twice: bool = False) -> None:
        """`twice` delivers each event once more after it was taken, as the product may."""
        self.targets = dict(targets)
        self.published = self.delivered = 0
        self._pause, self._times = pause, 2 if twice else 1
        self._open = True
        self._count = threading.Lock()
        self._threads = ThreadPoolExecutor(2)

    def __enter__(self) -> Eventarc:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open = False
        self._threads.shutdown(wait=True, cancel_futures=True)

    def publish(self, resource: Mapping[str, Any]) -> None:
        """An object came to be; nothing happens where nobody asked for its bucket."""
        target = self.targets.get(str(resource["bucket"]))
        if target is not None and self._open:
            with self._count:
                self.published += 1
            self._threads.submit(self._deliver, target, dict(resource))

    def _deliver(self, target: str, resource: dict[str, Any]) -> None:
        for _ in range(self._times):
            while self._open and not self._post(target, resource):
                time.sleep(self._pause)
        with self._count:
            self.delivered += 1

    def _post(self, target: str, resource: dict[str, Any]) -> bool:
        headers = {
            "Content-Type": "application/json",
            "ce-specversion": "1.0",
            "ce-type": FINALIZED,
            "ce-source": f"//storage.googleapis.com/projects/_/buckets/{resource['bucket']}",
            "ce-subject": f"objects/{resource['name']}",
            "ce-id": f"{resource['bucket']}-{resource['generation']}",
            "ce-time": datetime.now(UTC).isoformat(),
        }
        url = urlsplit(target)
        connection = HTTPConnection(url.hostname or "", url.port, timeout=60)
        try:
            connection.request("POST", "/", json.dumps(resource), headers)
            return 200 <= connection.getresponse().status < 300
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
