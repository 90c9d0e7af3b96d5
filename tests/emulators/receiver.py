"""An HTTP server that notes what is delivered to it, and answers as a test says."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Delivery:
    """One POST, as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float
    """Unix time."""

    @property
    def json(self) -> dict[str, object]:
        loaded: dict[str, object] = json.loads(self.body)
        return loaded


Answer = Callable[[Delivery], int | None]
"""The status for a delivery; None drops the connection without one."""


class Receiver:
    """Listens on a free port; `next` waits for a delivery."""

    def __init__(self, answer: Answer = lambda delivery: 200) -> None:
        self.answer = answer
        self.deliveries: queue.Queue[Delivery] = queue.Queue()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def next(self, patience: float = 10.0) -> Delivery:
        """The next delivery; queue.Empty when none comes."""
        return self.deliveries.get(timeout=patience)

    def take(self, count: int) -> list[Delivery]:
        return [self.next() for _ in range(count)]

    def is_quiet(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        try:
            self.deliveries.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # kept connections of a dispatcher that was killed

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is killed in mid-request is no fault of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        delivery = Delivery(self.path, dict(self.headers), body, time.time())
        status = self.server.receiver.answer(delivery)
        self.server.receiver.deliveries.put(delivery)
        if status is None:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
