"""Load: wrk as fast as it goes, and a client in Python for what wrk cannot do: a pace, several users."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from infrastructure.tools.bench.report import percentile

SCRIPT = Path(__file__).parent / "post.lua"
EACH = Path(__file__).parent / "each.lua"
WITHOUT_WRK = (
    "wrk is missing (sudo apt-get install wrk): a client in Python takes its place, and takes CPU from the server"
)


@dataclass(frozen=True)
class Call:
    """One request to be made."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def json(cls, path: str, content: object, **headers: str) -> Call:
        """A POST of JSON."""
        return cls("POST", path, {"Content-Type": "application/json", **headers}, json.dumps(content).encode())


@dataclass(frozen=True)
class Answered:
    """One request that was made: when it was due, how many seconds later it was answered, and what came of it."""

    due: float
    seconds: float
    status: int
    body: bytes


@dataclass(frozen=True)
class Load:
    """What a load came to; latencies in milliseconds."""

    rate: float
    p50: float
    p95: float
    p99: float
    failed: int
    requests: int


BEHIND = 2.0
"""Seconds by which a load may last longer than it should."""

Next = Callable[[int], Call]
"""The n-th request of a load."""


def load_of(answers: list[Answered]) -> Load:
    """The figures of what was answered, from the first that was due to the last that was answered."""
    seconds = max(one.due + one.seconds for one in answers) - min(one.due for one in answers)
    took = [1e3 * answer.seconds for answer in answers if answer.status < 400]
    failed = len(answers) - len(took)
    p50, p95, p99 = (percentile(took, share) for share in (0.5, 0.95, 0.99))
    return Load(len(took) / seconds, p50, p95, p99, failed, len(answers))


def has_wrk() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def wrk(port: int, path: str, tokens: list[str], tokens_file: Path, connections: int, seconds: float) -> Load:
    """POSTs as fast as the server answers, over so many connections; by a client in Python where wrk is missing."""
    program = shutil.which("wrk")
    if program is None:
        return _without_wrk(port, path, tokens, connections, seconds)
    return _run_wrk(program, SCRIPT, f"http://127.0.0.1:{port}{path}", tokens_file, connections, seconds)


def each(port: int, calls: list[Call], file: Path, connections: int, seconds: float) -> Load:
    """These requests in turn, as fast as the server answers; `file` is where wrk is told of them."""
    program = shutil.which("wrk")
    if program is None:
        return load_of(closed(port, lambda number: calls[number % len(calls)], connections, seconds))
    lines = ((one.method, one.path, one.headers["Authorization"], one.body.decode()) for one in calls)
    file.write_text("".join("\t".join(line) + "\n" for line in lines))
    return _run_wrk(program, EACH, f"http://127.0.0.1:{port}", file, connections, seconds)


def _run_wrk(program: str, script: Path, url: str, file: Path, connections: int, seconds: float) -> Load:
    command = [program, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency", "-s", str(script)]
    command += [url, "--", str(file)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, check=True).stdout
    line = next(line for line in said.splitlines() if line.startswith("figures "))
    figures = json.loads(line.removeprefix("figures "))
    done = figures["requests"] - figures["failed"]
    rate, p50, p95, p99 = done / figures["seconds"], figures["p50"], figures["p95"], figures["p99"]
    return Load(rate, p50, p95, p99, figures["failed"], figures["requests"])


def _without_wrk(port: int, path: str, tokens: list[str], connections: int, seconds: float) -> Load:
    def nth(number: int) -> Call:
        bearer = f"Bearer {tokens[number % len(tokens)]}"
        content = {"lesson": f"lesson-{number % 50}", "minutes": number % 60}
        return Call.json(path, content, Authorization=bearer)

    return load_of(closed(port, nth, connections, seconds))


def closed(port: int, nth: Next, connections: int, seconds: float) -> list[Answered]:
    """Each connection sends its next request when the last one is answered."""
    until = time.perf_counter() + seconds

    def due(_: int) -> float | None:
        now = time.perf_counter()
        return now if now < until else None

    return _drive(port, nth, due, connections)


def paced(port: int, nth: Next, rate: float, seconds: float, connections: int = 8) -> list[Answered]:
    """`rate` requests a second, evenly; one that must wait for a connection counts from when it was due.

    What a server falls behind with is not waited for without end: the rate then says so.
    """
    start = time.perf_counter() + 0.05

    def due(number: int) -> float | None:
        is_over = number >= rate * seconds or time.perf_counter() > start + seconds + BEHIND
        return None if is_over else start + number / rate

    return _drive(port, nth, due, connections)


def together(*loads: Callable[[], list[Answered]]) -> list[list[Answered]]:
    """Several loads at once."""
    results: list[list[Answered]] = [[] for _ in loads]

    def run(index: int) -> None:
        results[index] = loads[index]()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(loads))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _drive(port: int, nth: Next, due: Callable[[int], float | None], connections: int) -> list[Answered]:
    numbers, answers = itertools.count(), list[Answered]()

    def work() -> None:
        with _Connection(port) as connection:
            while (at := due(number := next(numbers))) is not None:
                time.sleep(max(0.0, at - time.perf_counter()))
                status, body = connection.send(nth(number))
                answers.append(Answered(at, time.perf_counter() - at, status, body))

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


class _Connection:
    """One connection that is kept; a fault counts as a failed answer, and opens it anew."""

    def __init__(self, port: int) -> None:
        self._http = HTTPConnection("127.0.0.1", port, timeout=30)

    def send(self, call: Call) -> tuple[int, bytes]:
        """The answer's status, 599 when there was none, and its body."""
        try:
            self._http.request(call.method, call.path, call.body or None, dict(call.headers))
            with self._http.getresponse() as answer:
                return answer.status, answer.read()
        except (OSError, HTTPException):
            self._http.close()
            return 599, b""

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()


def one(port: int, call: Call) -> Answered:
    """A single request."""
    started = time.perf_counter()
    with _Connection(port) as connection:
        status, body = connection.send(call)
    return Answered(started, time.perf_counter() - started, status, body)
