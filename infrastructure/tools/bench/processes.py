"""The servers that are measured: each a process group of its own on a free port of 127.0.0.1, ended by its id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

from infrastructure.tools.discovery import ROOT

PATIENCE = 30.0
"""Seconds after which a server that has not answered never will."""
FUNCTIONS = Path(__file__).parent / "functions"
HELLO = Path(__file__).parent / "hello" / "main.py"


class NoAnswer(Exception):
    """The process ended, or said nothing in time; the text is the end of what it wrote."""


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**settings: str) -> dict[str, str]:
    """The variables of a measured process: ours but for the settings of Scholium, which are `settings`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCHOLIUM_")}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


class Process:
    """A server from its spawn to the end of its group; what it writes is kept in `log`."""

    def __init__(self, command: Sequence[str], port: int, variables: Mapping[str, str], log: Path) -> None:
        self.port, self._log = port, log
        self._started = time.perf_counter()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=dict(variables), stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip

    def first_answer(self, request: bytes) -> tuple[float, int]:
        """Seconds from the spawn to the end of the first answer to `request`, and its status; NoAnswer."""
        while time.perf_counter() - self._started < PATIENCE:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
                connection.sendall(request)
                answer = b""
                while received := connection.recv(65_536):
                    answer += received
                if answer:
                    return time.perf_counter() - self._started, int(answer.split(b" ", 2)[1])
            if self._process.poll() is not None:
                break
            time.sleep(0.002)
        raise NoAnswer(self._log.read_text(errors="replace").strip()[-500:])

    def interrupt(self) -> None:
        """Ctrl-C, and wait for the end."""
        os.killpg(self._process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def request(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """A request whose answer ends with its connection."""
    said = {"Host": "127.0.0.1", "Connection": "close", "Content-Length": str(len(body)), **(headers or {})}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


STATUS = request("GET", "/v1/status")


def make_run(data: Path) -> Process:
    """`make run` as it is typed."""
    port = free_port()
    command = ["make", "--no-print-directory", "run", f"PORT={port}", f"DATA={data}"]
    return Process(command, port, environment(), data.with_name(f"{data.name}.out"))


def local_server(data: Path, *, also: bool = True) -> Process:
    """What `make run` runs, with the measured functions beside the product's; rate limits are taken, and are wide."""
    port = free_port()
    command = [sys.executable, "-m", "infrastructure.tools", "serve", "--port", str(port), "--data", str(data)]
    command += ["--also", str(FUNCTIONS)] if also else []
    variables = environment(SCHOLIUM_RATE_LIMIT_FACTOR="100000")
    return Process(command, port, variables, data.with_name(f"{data.name}.out"))


def hello_server(folder: Path) -> Process:
    """The bare hello under the gunicorn settings of the local server."""
    port = free_port()
    command = [sys.executable, "-m", "infrastructure.tools.bench.hello_server", str(port)]
    return Process(command, port, environment(), folder / "hello.out")


def function(name: str, main: Path, variables: Mapping[str, str], log: Path) -> Process:
    """One function as functions-framework runs it in a container."""
    port = free_port()
    command = [sys.executable, "-m", "functions_framework", "--target", name, "--source", str(main)]
    return Process([*command, "--host", "127.0.0.1", "--port", str(port)], port, variables, log)
