"""Cold starts: each function in a process of its own, as a container runs it, from the spawn to its first answer."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from contextlib import ExitStack

from common.adapters.local.secrets import EnvironmentSecrets
from common.domain.accounts import tokens
from infrastructure.tools import discovery, manifest
from infrastructure.tools.bench import emulators, learners, processes
from infrastructure.tools.bench.processes import HELLO, NoAnswer
from infrastructure.tools.bench.report import Row, Spread, Table
from infrastructure.tools.bench.run import Bench
from infrastructure.tools.discovery import Function

HELLO_NAME = "bare hello"
WIRINGS = ("local", "gcp")
JSON = {"Content-Type": "application/json"}


def cold_starts(bench: Bench) -> Table:
    """All functions and a bare hello, in turn, for as many rounds as there is time."""
    table = Table("cold", "milliseconds from the spawn of a function to its first answer: median [least..most]", ())
    functions = discovery.discover()
    starts = _Starts(bench, functions)
    measured = [HELLO_NAME, *functions][: bench.effort.functions and bench.effort.functions + 1]
    with ExitStack() as stack:
        wirings = ["local"]
        try:
            starts.connect(stack)
            wirings.append("gcp")
        except emulators.Missing as missing:
            table.notes.append(f"gcp: not measured, for want of {missing}")
        rounds = _measure(starts, bench, measured, wirings)
    table.columns = (*(f"{wiring} wiring" for wiring in wirings), "first answer")
    for name in measured:
        cells = [_cell(starts, name, wiring) for wiring in wirings]
        table.rows.append(Row(name, (*cells, ", ".join(sorted(starts.statuses.get(name, ()))))))
    table.notes += [f"{rounds} spawns of each, in turn; modules are compiled already, as in a deployed archive"]
    if len(measured) <= len(functions):
        table.notes.append(f"--quick: {len(measured) - 1} of {len(functions)} functions")
    table.notes += starts.faults
    if "gcp" in wirings:
        table.notes.append("gcp: Google's clients against the Firestore emulator and the tests' Secret Manager")
    return table


def _measure(starts: _Starts, bench: Bench, names: list[str], wirings: list[str]) -> int:
    """How many rounds were made: the first one whole, and another one while there is time for it."""
    began, rounds = time.monotonic(), 0
    while rounds < bench.effort.spawns:
        if rounds and (time.monotonic() - began) * (rounds + 1) / rounds > bench.effort.spawning:
            break
        for name in names:
            for wiring in wirings:
                starts.spawn(name, wiring)
        rounds += 1
    return rounds


def _cell(starts: _Starts, name: str, wiring: str) -> Spread | str:
    if name == HELLO_NAME and wiring != "local":
        return ""
    found = starts.milliseconds.get((name, wiring))
    return Spread.of(found) if found else "no answer"


OPENAI_KEY = "openai-api-key"  # pragma: allowlist secret


class _Starts:
    """The variables of each function's process, and what its spawns took."""

    def __init__(self, bench: Bench, functions: Mapping[str, Function]) -> None:
        self._functions, self._folder, self._data = functions, bench.folder, bench.new_folder()
        made = learners.make(self._data, 1)
        self._bearer = {"Authorization": f"Bearer {next(iter(made.values()))}"}
        secrets = EnvironmentSecrets(learners.settings_of(self._data))
        self._signing_key = secrets.read(tokens.SigningKey.name)[0]
        self._secrets = secrets
        self._gcp: dict[str, str] = {}
        self.milliseconds: dict[tuple[str, str], list[float]] = {}
        self.statuses: dict[str, set[str]] = {}
        self.faults: list[str] = []

    def connect(self, stack: ExitStack) -> None:
        """Start what the Google Cloud wiring stands on; Missing."""
        declared = {name: self._entry(name)["secrets"] for name in self._functions}
        names = {secret for found in declared.values() for secret in found}
        path = "projects/bench/secrets/{}/versions/1".format
        own = names - {"smtp-password", OPENAI_KEY}  # what an operator brings: one is not asked for, one is not used
        versions = {path(name): self._secrets.read(name)[0] for name in own} | {path(OPENAI_KEY): "no key"}
        self._gcp = {
            "FIRESTORE_EMULATOR_HOST": stack.enter_context(emulators.firestore(self._folder)),
            "SCHOLIUM_SECRETS_EMULATOR": stack.enter_context(emulators.secret_manager(versions)).address,
        }

    def _entry(self, name: str) -> dict[str, dict[str, str]]:
        return manifest.entry(self._functions[name], self._functions)

    def _variables(self, name: str, wiring: str) -> dict[str, str]:
        keys = json.dumps(tokens.public_keys([self._signing_key]))
        if name == HELLO_NAME:
            return processes.environment()
        if wiring == "local":
            return processes.environment(
                SCHOLIUM_ADAPTERS="local", SCHOLIUM_DATA=str(self._data), SCHOLIUM_TOKEN_PUBLIC_KEYS=keys
            )
        entry = self._entry(name)
        return processes.environment(
            SCHOLIUM_ADAPTERS="gcp",
            SCHOLIUM_PROJECT="bench",
            SCHOLIUM_TOKEN_PUBLIC_KEYS=keys,
            SCHOLIUM_SECRET_VERSIONS=json.dumps({secret: [1] for secret in entry["secrets"]}),
            SCHOLIUM_SMTP_URL="smtp://127.0.0.1:1",
            SCHOLIUM_TASKS_EMULATOR="127.0.0.1:1",
            SCHOLIUM_STORAGE_EMULATOR="http://127.0.0.1:1",
            **self._gcp,
            **entry["environment"],
        )

    def spawn(self, name: str, wiring: str) -> None:
        """Start one process, ask it once, end it."""
        if name == HELLO_NAME and wiring != "local":
            return
        main = HELLO if name == HELLO_NAME else self._functions[name].folder / "main.py"
        log = self._folder / f"{name}-{wiring}.out"
        target = "hello" if name == HELLO_NAME else name
        with processes.function(target, main, self._variables(name, wiring), log) as process:
            try:
                seconds, status = process.first_answer(self._request(name))
            except NoAnswer as fault:
                if len(self.faults) < 5:
                    self.faults.append(f"{name}, {wiring}: no answer: {str(fault).splitlines()[-1:]}")
                return
        self.milliseconds.setdefault((name, wiring), []).append(1e3 * seconds)
        self.statuses.setdefault(name, set()).add(str(status))

    def _request(self, name: str) -> bytes:
        """A first request that is judged with a read of the database where that is possible, and changes nothing."""
        if name == HELLO_NAME:
            return processes.STATUS
        declaration = self._functions[name].declaration
        if declaration.trigger != "http":
            return processes.request("POST", "/", JSON, b'{"message_id": "none"}')
        route = declaration.routes[0]
        path = re.sub(r"\{\w+\}", "none", route.path)
        body = b"" if route.method == "GET" else b"{}"
        return processes.request(route.method, path, {**JSON, **self._bearer}, body)
