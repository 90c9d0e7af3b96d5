"""The Google Cloud wiring on this machine: every function in a process of its own, from its archive, amid stand-ins.

Each archive is unpacked alone; the processes share one environment, for that each archive's own requirements suffice is
shown by tests of their own (tests/e2e/test_archives.py, tests/infrastructure/test_package.py).

Firestore is the official emulator, behind a proxy that can lose answers; Cloud Tasks, Secret Manager and the mail
server are stand-ins in the process of the tests, and so is the load balancer. Each process gets what Terraform gives
the function: its own secrets' versions, its own environment, its own concurrency.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path
from typing import Any

from common.adapters.gcp import openai_client
from common.adapters.gcp.firestore import Firestore
from common.domain.accounts import tokens
from common.domain.accounts.links import LinkKey
from common.domain.accounts.tokens import SigningKey
from common.settings import Settings
from infrastructure.tools import discovery, manifest
from infrastructure.tools.discovery import Function
from infrastructure.tools.package import requirements
from infrastructure.tools.package.archive import pack
from infrastructure.tools.package.reach import Tree
from infrastructure.tools.routing import Routing
from tests.e2e.client import Client
from tests.e2e.load_balancer import LoadBalancer
from tests.emulators.cloud_tasks import CloudTasksEmulator
from tests.emulators.lossy import Lossy
from tests.emulators.secret_manager import SecretManagerEmulator
from tests.emulators.smtp import MailServer

ROOT = Path(__file__).resolve().parents[2]
SIGNING_KEY, LINK_KEY, OPENAI_KEY = tokens.generate_key(), secrets.token_urlsafe(32), f"sk-{secrets.token_urlsafe(32)}"


def free_ports(count: int) -> list[int]:
    """So many different ports on which nobody listens."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def wait_until(holds: Callable[[], bool], what: str, patience: float = 20.0) -> None:
    """Look again and again; AssertionError when it does not come about."""
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.01)


class FunctionProcess:
    """One instance: gunicorn through functions-framework's command, started where the archive is unpacked."""

    def __init__(
        self, function: Function, port: int, environment: Mapping[str, str], log: Path, archive: Path | None = None
    ) -> None:
        """`archive` is where its archive is unpacked; without one it runs from the source."""
        self.function, self.port, self.log = function, port, log
        self.url = f"http://127.0.0.1:{port}"
        self.python = sys.executable
        self._environment, self._archive = environment, archive
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        name, source = self.function.name, (self._archive or self.function.folder) / "main.py"
        command = [self.python, "-m", "functions_framework", "--target", name, "--source", str(source)]
        command += ["--signature-type", "http", "--host", "127.0.0.1", "--port", str(self.port)]
        path = {"PYTHONPATH": "" if self._archive else str(ROOT)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self._archive or ROOT,
                env={**self._environment, **path},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_up(self) -> bool:
        assert self.process
        ended = self.process.poll()
        assert ended is None, f"{self.function.name} ended with {ended}: {self.log.read_text()}"
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def kill(self) -> None:
        """SIGKILL to the instance: gunicorn and its worker, at once."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def ended(self, patience: float = 20.0) -> int:
        """Its exit status, when it ends by itself."""
        assert self.process
        return self.process.wait(patience)


def unpacked(functions: Mapping[str, Function], folder: Path) -> dict[str, Path]:
    """The archives of these functions, each unpacked into a folder of its own."""
    tree, lock = Tree(ROOT), requirements.pins(requirements.LOCK)
    for name, function in functions.items():
        with zipfile.ZipFile(BytesIO(pack(function, tree, lock).data())) as archive:
            archive.extractall(folder / name)
    return {name: folder / name for name in functions}


class GcpDeployment:
    """All functions and what they stand on; `with` starts them, and ends every process on the way out."""

    def __init__(self, firestore: str, folder: Path, *also: Path, **settings: str) -> None:
        self.functions = discovery.discover(discovery.FOLDER, *also)
        self.folder, self.project = folder, f"test-{secrets.token_hex(6)}"
        self.mail_server = MailServer()
        self.lossy = Lossy(firestore, every=sys.maxsize)
        self.secret_manager = SecretManagerEmulator(
            {
                self._version(SigningKey.name): SIGNING_KEY,
                self._version(LinkKey.name): LINK_KEY,
                self._version(openai_client.KEY): OPENAI_KEY,
            }
        )
        ports = dict(zip(self.functions, free_ports(len(self.functions)), strict=True))
        queues = {manifest.entry(one, self.functions)["queue"]["name"]: name for name, one in self._consumers()}
        self.tasks = CloudTasksEmulator(
            {queue: f"http://127.0.0.1:{ports[name]}" for queue, name in queues.items()}, most_backoff=0.5
        )
        routing = Routing(self.functions)
        self._balancer = LoadBalancer(lambda path, method: ports[routing.function(path, method)])
        self._settings = {name.upper(): value for name, value in settings.items()}
        deployed = {name: one for name, one in self.functions.items() if one.folder.parent == discovery.FOLDER}
        archives = unpacked(deployed, folder / "archives")
        self.processes = {
            name: FunctionProcess(one, ports[name], self.environment(name), folder / f"{name}.log", archives.get(name))
            for name, one in self.functions.items()
        }
        self.database = Firestore(Settings(adapters="gcp", project=self.project, token_public_keys={"-": "unused"}))
        self.seconds_to_start = 0.0
        self._stack = ExitStack()

    def _version(self, secret: str) -> str:
        return f"projects/{self.project}/secrets/{secret}/versions/1"

    def _consumers(self) -> list[tuple[str, Function]]:
        return [(name, one) for name, one in self.functions.items() if one.declaration.trigger == "task"]

    def environment(self, name: str) -> dict[str, str]:
        """What the process of a function sees: as Terraform sets it, with the stand-ins' addresses."""
        entry: dict[str, Any] = manifest.entry(self.functions[name], self.functions)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("SCHOLIUM_", "FIRESTORE_"))}
        settings = {
            "ADAPTERS": "gcp",
            "PROJECT": self.project,
            "PUBLIC_URL": self._balancer.url,
            "TOKEN_PUBLIC_KEYS": json.dumps(tokens.public_keys([SIGNING_KEY])),
            "SECRET_VERSIONS": json.dumps({secret: [1] for secret in entry["secrets"]}),
            "TRUSTED_PROXIES": "2",
            "SMTP_URL": f"smtp://127.0.0.1:{self.mail_server.port}",
            "TASKS_EMULATOR": self.tasks.address,
            "SECRETS_EMULATOR": self.secret_manager.address,
            **self._settings,
        }
        return {
            **kept,
            "FIRESTORE_EMULATOR_HOST": self.lossy.host,
            "THREADS": str(entry["concurrency"]),
            **{f"SCHOLIUM_{key}": value for key, value in settings.items()},
            **entry["environment"],
        }

    def __enter__(self) -> GcpDeployment:
        started = time.monotonic()
        with ExitStack() as stack:
            for part in (self.lossy, self.secret_manager, self.mail_server, self.tasks, self._balancer):
                stack.enter_context(part)
            stack.callback(self.database.close)
            for process in self.processes.values():
                stack.callback(process.kill)
                process.start()
            for process in self.processes.values():
                wait_until(process.is_up, f"{process.function.name} does not listen", 60)
            self._stack = stack.pop_all()
        self.seconds_to_start = time.monotonic() - started
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def client(self) -> Client:
        """Requests through the load balancer."""
        return Client(self._balancer.url, timeout=60)

    def mails(self, to: str, least: int = 1) -> list[str]:
        """The texts of the mails that the mail server has for an address, once there are at least so many."""
        found: list[str] = []

        def are_there() -> bool:
            found[:] = [text for address, text in self.received() if address == to.lower()]
            return len(found) >= least

        wait_until(are_there, f"no {least} mails to {to}")
        return found

    def received(self) -> list[tuple[str, str]]:
        """(address, text) of every mail that came."""
        parsed = [message_from_bytes(raw, policy=policy.default) for raw in list(self.mail_server.received)]
        return [(str(mail["To"]).lower(), str(mail.get_content())) for mail in parsed]

    def settle(self) -> None:
        """Wait until every task that was created is done, duplicates too; not for those that are due later."""
        wait_until(lambda: self.tasks.done >= self.tasks.due(), "a task is not done", 30)

    def logs(self, *names: str) -> list[dict[str, Any]]:
        """The log entries of these functions."""
        lines = [line for name in names for line in self.processes[name].log.read_text().splitlines()]
        return [json.loads(line) for line in lines if line.startswith("{")]

    def output(self) -> list[tuple[str, str]]:
        """(function, the end of what its process wrote), for a test that failed."""
        return [(name, one.log.read_text()[-4_000:]) for name, one in self.processes.items() if one.log.exists()]
