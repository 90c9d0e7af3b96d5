"""OpenAI's protocol as far as Scholium uses it, on a free port: responses (also as a stream), embeddings, moderations.

It answers as a test says, and can be slow, out of order, over its limit or broken. `requests` holds what was asked.
"""

from __future__ import annotations

import hashlib
import json
import random
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Asked = dict[str, Any]
Write = Callable[[Asked], str]
Fault = int | Literal["garbage", "cut", "hang", "loose", "drop"]
"""A status; a body that is no JSON; a stream that ends early; no answer in time; JSON of another shape; no answer."""

FLAGGED = {"kill myself": "self-harm", "kill you": "violence"}


def first_sentence(asked: Asked) -> str:
    """What the model says unless a test says otherwise: the first sentence of the last message."""
    return str(asked["input"][-1]["content"]).partition(".")[0] + "."


def hashed_vector(text: str, dimensions: int) -> list[float]:
    """The same for the same text, of no length in particular."""
    chance = random.Random(hashlib.sha256(text.encode()).digest())
    return [chance.uniform(-2, 2) for _ in range(dimensions)]


@dataclass(frozen=True)
class Request:
    """One request, as it came."""

    path: str
    authorization: str
    retry: int
    body: Asked


class OpenAIServer:
    """`write` makes a reply; `embed` a vector; `faults` are taken one a request, the next one first."""

    def __init__(self, write: Write = first_sentence, embed: Callable[[str, int], list[float]] = hashed_vector) -> None:
        self.write, self.embed = write, embed
        self.faults: deque[Fault] = deque()
        self.requests: list[Request] = []
        self.counts_tokens = True
        self.retry_after = {"retry-after-ms": "1"}
        self.released = threading.Event()
        """Ends those that hang."""
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> OpenAIServer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def bodies(self, path: str) -> list[Asked]:
        """What was asked of one path."""
        return [request.body for request in self.requests if request.path == f"/v1{path}"]

    def response(self, asked: Asked, text: str, status: str = "completed") -> Asked:
        """A response object of the Responses API."""
        said = "".join([asked.get("instructions", ""), *(turn["content"] for turn in asked["input"])])
        usage = {
            "input_tokens": len(said) // 4,
            "input_tokens_details": {"cached_tokens": len(said) // 8, "cache_write_tokens": 0},
            "output_tokens": len(text) // 4, "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": len(said) // 4 + len(text) // 4,
        }  # fmt: skip
        is_refusal = text.startswith("REFUSED")
        part = (
            {"type": "refusal", "refusal": text}
            if is_refusal
            else {"type": "output_text", "text": text, "annotations": []}
        )
        message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
        return {
            "id": "resp_1", "object": "response", "created_at": 0, "model": asked["model"], "status": status,
            "error": None, "output": [message], "usage": usage if self.counts_tokens else None,
            "incomplete_details": None, "instructions": None, "metadata": {}, "parallel_tool_calls": True,
            "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0,
        }  # fmt: skip

    def events(self, asked: Asked, *, cut: bool) -> Iterator[Asked]:
        """The events of a streamed response, in pieces of ten characters."""
        text = self.write(asked)
        yield {"type": "response.created", "response": self.response(asked, "", "in_progress")}
        place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
        kind = "refusal" if text.startswith("REFUSED") else "output_text"
        pieces = [text[start : start + 10] for start in range(0, len(text), 10)]
        for piece in pieces[: 1 if cut else len(pieces)]:
            yield {"type": f"response.{kind}.delta", **place, "delta": piece, "logprobs": []}
        if not cut:
            yield {"type": "response.completed", "response": self.response(asked, text)}

    def answer(self, path: str, asked: Asked) -> Asked | None:
        """The body of an answer; None where there is no such path."""
        match path:
            case "/v1/responses":
                return self.response(asked, self.write(asked))
            case "/v1/embeddings":
                vectors = [self.embed(text, asked["dimensions"]) for text in asked["input"]]
                data = [{"object": "embedding", "index": n, "embedding": vector} for n, vector in enumerate(vectors)]
                tokens = sum(len(text) // 4 + 1 for text in asked["input"])
                usage = {"prompt_tokens": tokens, "total_tokens": tokens}
                return {"object": "list", "model": asked["model"], "data": data[::-1], "usage": usage}
            case "/v1/moderations":
                found = {category for phrase, category in FLAGGED.items() if phrase in asked["input"].lower()}
                categories = {name: name in found for name in ("self-harm", "violence", "hate", "sexual/minors")}
                result = {"flagged": bool(found), "categories": categories, "category_scores": {}}
                return {"id": "modr_1", "model": asked["model"], "results": [result]}
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, emulator: OpenAIServer) -> None:
        self.emulator = emulator
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up waiting is no fault of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        emulator = self.server.emulator
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        retry = int(self.headers.get("x-stainless-retry-count", "0"))
        emulator.requests.append(Request(self.path, self.headers.get("Authorization", ""), retry, asked))
        fault = emulator.faults.popleft() if emulator.faults else None
        match fault:
            case int():
                self._send(
                    fault, json.dumps({"error": {"message": "as the test says", "type": "test", "code": "test"}})
                )
            case "garbage":
                self._send(200, "<html>not what you asked for</html>")
            case "loose":
                self._send(200, '{"output": null, "data": null, "results": null}')
            case "drop":
                self.close_connection = True
            case "hang":
                emulator.released.wait(30)
                self.close_connection = True
            case _ if asked.get("stream"):
                self._stream(emulator.events(asked, cut=fault == "cut"))
            case _:
                answer = emulator.answer(self.path, asked)
                self._send(404 if answer is None else 200, json.dumps(answer or {}))

    def _send(self, status: int, body: str) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in self.server.emulator.retry_after.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, events: Iterator[Asked]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for number, event in enumerate(events):
            said = json.dumps({**event, "sequence_number": number})
            self.wfile.write(f"event: {event['type']}\ndata: {said}\n\n".encode())
            self.wfile.flush()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
