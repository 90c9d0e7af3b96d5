"""Waiting for what tasks bring about."""

from __future__ import annotations

import time
from typing import Any

from tests.e2e.client import Client

PATIENCE = 30.0
"""Seconds, on a machine that has much else to do."""


def seen(client: Client, path: str, field: str, value: object) -> Any:
    """What is shown once `field` has come to `value`: the chain behind a request takes a moment."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        shown = client.get(path).body
        if shown[field] == value:
            return shown
        time.sleep(0.05)
    raise AssertionError(f"{field} never came to {value}: {shown}")
