"""Uploads as a front end makes them: promise, file, and patience until the document has settled."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from tests.e2e.client import Client

PATIENCE = 90.0
"""Seconds that the processing of a document may take on a busy machine."""


def upload(client: Client, filename: str, data: bytes, course_id: str | None = None) -> str:
    """Send a file, of a course where one is named; the id of its document."""
    body = {"filename": filename, "content_type": "application/octet-stream", "size": len(data), "course_id": course_id}
    promised = client.post("/v1/documents", body)
    assert promised.status == 201, promised.body
    wanted = promised.body["upload"]
    parts = urlsplit(wanted["url"])
    sent = Client(f"{parts.scheme}://{parts.netloc}").request(
        wanted["method"], f"{parts.path}?{parts.query}", data, wanted["headers"]
    )
    assert sent.status == 200, sent.body
    return str(promised.body["document_id"])


def settled(client: Client, document_id: str) -> Any:
    """The document, once it is ready or has failed."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        shown = client.get(f"/v1/documents/{document_id}").body
        if shown["status"] in ("ready", "failed"):
            return shown
        time.sleep(0.1)
    raise AssertionError(shown)
