"""The Google Cloud wiring on this machine: every function in a process of its own, from its archive, amid stand-ins.

Each archive is unpacked alone, and runs in a fresh environment of its own requirements, with nothing else of this
machine than a path and a home (tests/e2e/archives.py).

Firestore is the official emulator, behind a proxy that can lose answers; Cloud Storage is fake-gcs-server behind one
that judges signatures; Cloud Tasks, Eventarc, Secret Manager, the language model and the mail server are stand-ins in
the process of the tests, and so is the load balancer. Each process gets what Terraform gives the function: its own
secrets' versions, its own environment, its own concurrency.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from common.adapters.gcp.firestore import Firestore
from common.domain.accounts import tokens
from common.domain.accounts.links import LinkKey
from common.domain.accounts.models import Account
from common.domain.accounts.tokens import SigningKey
from common.domain.privacy.receipt import ReceiptKey
from common.ports.database import Write
from common.ports.queue import UNSENT, MessageRecord, queue_name
from common.settings import Settings
from infrastructure.tools import discovery, manifest
from infrastructure.tools.discovery import Function
from infrastructure.tools.routing import Routing
from tests.e2e.archives import Environments, NoEnvironments, unpacked
from tests.e2e.client import Client
from tests.e2e.load_balancer import LoadBalancer
from tests.e2e.scale_from_zero import Front
from tests.emulators.cloud_storage import cloud_storage, made_up_account
from tests.emulators.cloud_tasks import CloudTasksEmulator
from tests.emulators.eventarc import Eventarc
from tests.emulators.lossy import Lossy
from tests.emulators.openai_server import OpenAIServer
from tests.emulators.secret_manager import SecretManagerEmulator
from tests.emulators.smtp import MailServer

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "test-"
"""Of the buckets' names."""
SIGNING_KEY, LINK_KEY = tokens.generate_key(), secrets.token_urlsafe(32)


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
        self.python = Path(sys.executable)
        self.environment, self.archive = environment, archive
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        name, source = self.function.name, (self.archive or self.function.folder) / "main.py"
        command = [str(self.python), "-m", "functions_framework", "--target", name, "--source", str(source)]
        command += ["--signature-type", "http", "--host", "127.0.0.1", "--port", str(self.port)]
        path = {} if self.archive else {"PYTHONPATH": str(ROOT)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.archive or ROOT,
                env={**self.environment, **path},
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

    def wait(self) -> None:
        """Until it listens."""
        wait_until(self.is_up, f"{self.function.name} does not listen", 60)

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


class GcpDeployment:
    """All functions and what they stand on; each starts at its first call, and `with` ends them all on the way out."""

    def __init__(self, firestore: str, folder: Path, *also: Path, **settings: str) -> None:
        self.functions = discovery.discover(discovery.FOLDER, *also)
        self.folder, self.project = folder, f"test-{secrets.token_hex(6)}"
        self.mail_server = MailServer()
        self.lossy = Lossy(firestore, every=sys.maxsize)
        self.models = OpenAIServer()
        entries = {name: manifest.entry(one, self.functions) for name, one in self.functions.items()}
        known = {SigningKey.name: SIGNING_KEY, LinkKey.name: LINK_KEY, ReceiptKey.name: SIGNING_KEY}
        declared = {secret for entry in entries.values() for secret in entry["secrets"]}
        self.secret_manager = SecretManagerEmulator(
            {self._version(secret): known.get(secret, secrets.token_urlsafe(32)) for secret in declared}
        )
        free = free_ports(2 * len(self.functions))
        ports = dict(zip(self.functions, free, strict=False))
        own = dict(zip(self.functions, free[len(self.functions) :], strict=True))
        queues = {entry["queue"]["name"]: name for name, entry in entries.items() if entry["queue"]}
        self.tasks = CloudTasksEmulator(
            {queue: f"http://127.0.0.1:{ports[name]}" for queue, name in queues.items()}, most_backoff=0.5
        )
        heard = {PREFIX + entry["bucket"]: name for name, entry in entries.items() if entry["bucket"]}
        self.events = Eventarc(
            {bucket: f"http://127.0.0.1:{ports[name]}" for bucket, name in heard.items()}, twice=True
        )
        granted = {grant["on"] for entry in entries.values() for grant in entry["grants"]}
        self._buckets = [PREFIX + on.removeprefix("bucket:") for on in granted if on.startswith("bucket:")]
        account, self._public_key = made_up_account()
        self._account = folder / "account.json"
        self._account.write_text(json.dumps(account), encoding="utf-8")
        routing = Routing(self.functions)
        self._balancer = LoadBalancer(lambda path, method: ports[routing.function(path, method)])
        self._settings = {name.upper(): value for name, value in settings.items()}
        deployed = {name: one for name, one in self.functions.items() if one.folder.parent == discovery.FOLDER}
        archives = unpacked(deployed, folder / "archives")
        self.processes = {
            name: FunctionProcess(one, own[name], {}, folder / f"{name}.log", archives.get(name))
            for name, one in self.functions.items()
        }
        self.shares_one_environment = self._give_environments(archives)
        self.fronts = {name: Front(ports[name], one, one.wait) for name, one in self.processes.items()}
        self.urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        self._storage = ""
        self.database = Firestore(Settings(adapters="gcp", project=self.project, token_public_keys={"-": "unused"}))
        self._stack = ExitStack()

    def _give_environments(self, archives: Mapping[str, Path]) -> str:
        """Each archive's own; where this machine can make none, the reason, and all run in that of the tests."""
        environments = Environments(self.folder / "environments")
        listed = {name: archive / "requirements.txt" for name, archive in archives.items()}
        try:
            environments.make(*listed.values())
        except NoEnvironments as reason:
            return str(reason)
        for name, requirements in listed.items():
            self.processes[name].python = environments.python(requirements)
        return ""

    def _version(self, secret: str) -> str:
        return f"projects/{self.project}/secrets/{secret}/versions/1"

    def environment(self, name: str) -> dict[str, str]:
        """What the process of a function sees: as Terraform sets it, with the stand-ins' addresses."""
        entry: dict[str, Any] = manifest.entry(self.functions[name], self.functions)
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
            "STORAGE_EMULATOR": self._storage,
            "BUCKET_PREFIX": PREFIX,
            "OPENAI_BASE_URL": self.models.url,
            **self._settings,
        }
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.folder),
            "FIRESTORE_EMULATOR_HOST": self.lossy.host,
            "GOOGLE_APPLICATION_CREDENTIALS": str(self._account),
            "THREADS": str(entry["concurrency"]),
            **{f"SCHOLIUM_{key}": value for key, value in settings.items()},
            **entry["environment"],
        }

    def __enter__(self) -> GcpDeployment:
        with ExitStack() as stack:
            around = (self.lossy, self.secret_manager, self.mail_server, self.tasks, self._balancer, self.models)
            for part in (*around, self.events):
                stack.enter_context(part)
            self._storage = stack.enter_context(
                cloud_storage(*self._buckets, key=self._public_key, finalized=self.events.publish)
            )
            stack.callback(self.database.close)
            for process in self.processes.values():
                process.environment = self.environment(process.function.name)
                process.log.touch()
                stack.callback(process.kill)
            for front in self.fronts.values():
                stack.enter_context(front)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def wake(self, name: str) -> int:
        """Start a function, unless it runs, and ask it for what changes nothing; the status of its answer.

        An endpoint answers the preflight of its first path. A task that names no message is done, a schedule fires,
        and what is no event is refused.
        """
        declaration = self.functions[name].declaration
        method = "OPTIONS" if declaration.trigger == "http" else "POST"
        path = re.sub(r"\{\w+\}", "woken", declaration.routes[0].path) if declaration.trigger == "http" else "/"
        return Client(self.urls[name], timeout=60).request(method, path, {}).status

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
        """Wait until every event is delivered and every task that is due is done, duplicates too."""
        wait_until(lambda: self.events.delivered == self.events.published, "an event is not taken", 30)
        wait_until(lambda: self.tasks.is_idle(within=5), "a task is not done", 60)

    def fire(self, name: str, at: datetime | None = None) -> None:
        """The clock comes to what a schedule waits for: now, or at the time that is named."""
        scheduled = {"X-CloudScheduler-ScheduleTime": (at or datetime.now(UTC)).isoformat()}
        answer = Client(self.urls[name], timeout=60).request("POST", "/", {}, scheduled)
        assert answer.status == 200, answer

    def hasten(self, name: str) -> None:
        """What waits for a consumer until later is due now, and done: in place of hours of waiting."""
        queue = manifest.entry(self.functions[name], self.functions)["queue"]["name"]
        far = datetime.now(UTC) + timedelta(days=40)
        pending = [
            MessageRecord.model_validate(each.content)
            for each in self.database.query(UNSENT, {"status": "PENDING", "check_at": far}, 1000, None)
        ]
        waiting = [one.message_id for one in pending if queue_name(one.kind) == queue]
        assert waiting, f"nothing waits for {name}"
        due = {"due_at": datetime.now(UTC)}
        self.database.commit([Write("update", MessageRecord, one, fields=due) for one in waiting])
        self.tasks.run(queue)
        self.settle()

    def promote(self, user_id: str) -> None:
        """Make somebody an admin in the database, as infrastructure/README.md says of the first one."""
        self.database.commit([Write("update", Account, user_id, fields={"role": "admin"})])

    def worked(self, since: datetime) -> set[str]:
        """The functions that did what they are for: took a request, a schedule or an event, or settled a message."""
        found = set()
        for entry in self.logs(*self.processes):
            if entry["message"] in ("request.done", "stream.done") and entry["time"] >= since.isoformat():
                name = entry["function"]
                is_work = "message_id" in entry or self.functions[name].declaration.trigger != "task"
                if is_work and entry.get("method") != "OPTIONS" and entry.get("status", 200) < 300:
                    found.add(name)
        return found

    def logs(self, *names: str) -> list[dict[str, Any]]:
        """The log entries of these functions."""
        lines = [line for name in names for line in self.processes[name].log.read_text().splitlines()]
        return [json.loads(line) for line in lines if line.startswith("{")]

    def output(self) -> list[tuple[str, str]]:
        """(function, the end of what its process wrote), for a test that failed."""
        return [(name, one.log.read_text()[-4_000:]) for name, one in self.processes.items() if one.log.exists()]
