"""The local server as a process of the tests, on a free port, ended by its process id."""

from __future__ import annotations

import email
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from email import policy
from pathlib import Path

from infrastructure.tools import seed
from tests.e2e.client import Client

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LocalServer:
    """`python -m infrastructure.tools serve` in a session of its own, so that all of it can be killed at once."""

    python = (sys.executable,)
    root = ROOT

    def __init__(
        self,
        data: Path,
        *arguments: str,
        port: int | None = None,
        environment: dict[str, str] | None = None,
        samples: bool = True,
    ) -> None:
        """Without `samples` the first start finds them loaded, and spares the seconds of taking in their documents."""
        if not samples:
            data.mkdir(parents=True)
            seed.samples_file(data).touch()
        self.data, self.port = data, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [sys.executable, "-m", "infrastructure.tools", "serve", "--port", str(self.port)]
        self._command += ["--data", str(data), *arguments]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SCHOLIUM_", "OPENAI_"))}
        self._environment = {**kept, **(environment or {})}
        self.process: subprocess.Popen[str] | None = None

    def start(self, patience: float = 30.0) -> LocalServer:
        output = (self.data.parent / f"{self.data.name}.out").open("a+")
        self.process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environment,
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
        )
        output.close()
        until = time.monotonic() + patience
        while time.monotonic() < until:
            with suppress(OSError):
                if Client(self.url, timeout=5).get("/v1/status").status == 200:
                    return self
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended: {self.output()}")
            time.sleep(0.02)
        raise AssertionError(f"the server did not answer: {self.output()}")

    def output(self) -> str:
        return (self.data.parent / f"{self.data.name}.out").read_text()

    def kill(self) -> None:
        """SIGKILL to every process of the server at once."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def interrupt(self) -> float:
        """Ctrl-C: SIGINT to the group; how many seconds it took to end."""
        assert self.process
        started = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=10)
        return time.monotonic() - started

    def __enter__(self) -> LocalServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def client(self) -> Client:
        return Client(self.url)

    def mails(self, to: str, patience: float = 10.0, least: int = 1) -> list[str]:
        """The texts of the mails to an address, once there are at least so many."""
        until = time.monotonic() + patience
        found: list[str] = []
        while time.monotonic() < until:
            files = sorted((self.data / "mail").glob("*.eml")) if (self.data / "mail").exists() else []
            read = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
            found = [mail.get_content() for mail in read if to.lower() in str(mail["To"]).lower()]
            if len(found) >= least:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{len(found)} mails to {to}, not {least}: {self.output()}")
