"""What a deployed function judges before it listens: with a missing or default key it does not start.

Cloud Run then keeps the old revision, and nobody is answered by the new one. Secrets are read here, in place of at the
first request, which would find too late that a version is not there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping

from flask import appcontext_popped, current_app, has_app_context

from common import adapters, ports
from common import settings as environment
from common.adapters import World
from common.domain.accounts import known_keys
from common.ports.secrets import SecretMissing
from common.settings import SettingsError
from common.triggers.declaration import Declaration


class ReadSecrets:
    """The secrets that were read before the start."""

    def __init__(self, values: Mapping[str, tuple[str, ...]]) -> None:
        self._values = values

    def read(self, name: str) -> tuple[str, ...]:
        """All pinned versions of a secret, the one in use first; SecretMissing for one that no port declares."""
        if name not in self._values:
            raise SecretMissing(f"secret {name!r} is not declared")
        return self._values[name]


def judge_when_declared(declaration: Declaration) -> None:
    """Have `judge` called once main.py is executed, where a server executes it to serve this function.

    functions-framework executes it within its application's context. A plain import has none: nothing happens then,
    and no environment is read.
    """
    if not has_app_context():
        return
    application = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's LocalProxy

    def executed(_: object, **__: object) -> None:
        appcontext_popped.disconnect(executed, application)
        judge(declaration)

    appcontext_popped.connect(executed, application, weak=False)


def judge(declaration: Declaration) -> None:
    """SystemExit with one line where this process must not answer as `declaration`."""
    try:
        settings = environment.load()
        if settings.adapters == "gcp":
            known_keys.check_public_keys(settings.token_public_keys)
            _prepare(adapters.world(), declaration)
    except (SettingsError, SecretMissing, ValueError) as error:
        raise SystemExit(f"scholium: {declaration.name} does not start: {error}") from None


def _prepare(world: World, declaration: Declaration) -> None:
    """Import what the function declares, and read and judge its secrets."""
    needs = declaration.adapters()
    world.import_adapters(needs)
    declared = [need.argument for need in declaration.needs() if need.port is ports.Secret]
    secrets = {one.name: one for one in declared if one is not None and issubclass(one, ports.SecretName)}
    if not secrets and "mailer" not in needs:
        return

    def read() -> dict[str, tuple[str, ...]]:
        if "mailer" in needs:
            world.preload({"mailer"})  # its address and its password
        return {name: world.secrets.read(name) for name in secrets}

    values = in_child(read)
    for name, secret in secrets.items():
        secret.check(values[name], world.deployment)
    world.secrets = ReadSecrets(values)


def in_child(read: Callable[[], Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """What `read` returns in a forked process; ValueError with what it raised.

    A child, because gRPC, once it was used, does not survive the fork with which gunicorn makes its worker.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(read, writer)
    os.close(writer)
    with open(reader, "rb") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    answered = json.loads(said or b'{"fault": "its secrets could not be read"}')
    if "fault" in answered:
        raise ValueError(answered["fault"])
    return {name: tuple(values) for name, values in answered["values"].items()}


def _answer(read: Callable[[], Mapping[str, tuple[str, ...]]], writer: int) -> None:
    try:
        said: dict[str, object] = {"values": read()}
    except (SettingsError, SecretMissing) as error:
        said = {"fault": str(error)}
    except Exception as error:  # noqa: BLE001 - no right to read it, or no answer: told in one line by the parent
        said = {"fault": f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"}
    try:
        with open(writer, "wb") as answer:
            answer.write(json.dumps(said).encode())
    finally:
        os._exit(0)
