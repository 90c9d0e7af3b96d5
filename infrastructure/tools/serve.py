"""`make run`: all functions on one port, tasks, schedules and events really dispatched, data in one folder.

gunicorn serves them in two worker processes; a third process is the dispatcher. SIGINT and SIGTERM stop at once:
nothing needs to be saved, for every acknowledged write is on disk and every staged message is in the database.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from gunicorn.app.base import BaseApplication

from common import settings as environment
from common.adapters import World
from common.adapters.local.files import kept_folder
from common.settings import Settings, SettingsError
from infrastructure.tools import discovery
from infrastructure.tools.discovery import Function

WORKERS, THREADS = 2, 72
"""More threads than may wait for a password's hash (accounts/passwords.py), so that others never wait for one."""
OPENAI_VARIABLES = {
    "OPENAI_API_KEY": "SCHOLIUM_SECRET_OPENAI_API_KEY",
    "OPENAI_BASE_URL": "SCHOLIUM_OPENAI_BASE_URL",
}
"""What OpenAI's own tools read, and what it is called here; either one chooses its models."""
COLLECTED_AFTER = (10_000, 20, 20)
"""New objects that begin a collection, and so many of it an older generation's; each request makes Python's own 700."""
PORT_PATIENCE = 3.0
"""Seconds to wait for a port that a server which was just killed still holds."""


class CannotStart(Exception):
    """One clear line on why the server does not start."""


def main(arguments: list[str]) -> int:
    """Run until stopped; 1 with one line on stderr when it cannot start."""
    parser = argparse.ArgumentParser(prog="serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data", type=Path, default=Path(".local"))
    parser.add_argument("--also", type=Path, action="append", default=[], help="functions of another folder too")
    options = parser.parse_args(arguments)
    try:
        data = prepare_folder(options.data)
        settings = configure(data, options.host, options.port)
        await_port(options.host, options.port)
    except (CannotStart, SettingsError) as error:
        print(f"scholium: {error}", file=sys.stderr)
        return 1
    functions = discovery.discover(discovery.FOLDER, *options.also)
    settings = share(functions)
    replay_erasures_once(settings)
    first_start = seed_once(settings)
    Server(options.host, options.port, settings, functions, first_start).run()
    return 0


def prepare_folder(data: Path) -> Path:
    """The data folder, made and writable."""
    folder = data.resolve()
    try:
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"cannot write to {folder}: {error.strerror}. Choose another: make run DATA=/some/folder"
        ) from None
    return folder


def await_port(host: str, port: int) -> None:
    """Nobody listens on the port, or CannotStart."""
    until = time.monotonic() + PORT_PATIENCE
    while True:
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except (OSError, OverflowError) as error:
                reason = getattr(error, "strerror", None) or str(error)
        if time.monotonic() > until:
            raise CannotStart(
                f"port {port} cannot be used ({reason}). Choose another: make run PORT={(port + 920) % 65536}"
            )
        time.sleep(0.1)


def configure(data: Path, host: str, port: int) -> Settings:
    """Local settings from `.env` and the environment, with the keys that the first start makes."""
    from infrastructure.tools import local_keys  # noqa: PLC0415 - cryptography, which a refused start need not load

    for name, value in dotenv_values(".env").items():
        os.environ.setdefault(name, value or "")
    os.environ["SCHOLIUM_ADAPTERS"] = "local"
    _choose_ai()
    os.environ["SCHOLIUM_DATA"] = str(data)
    os.environ.setdefault("SCHOLIUM_PUBLIC_URL", f"http://{host}:{port}")
    os.environ["SCHOLIUM_TOKEN_PUBLIC_KEYS"] = json.dumps(local_keys.ensure(_reloaded()))
    return _reloaded()


def _choose_ai() -> None:
    """Models by OpenAI's protocol when there is a key or a server for them, else offline; a setting beats both."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read by numpy and onnxruntime: more threads were slower
    for name, meant in OPENAI_VARIABLES.items():
        if value := os.environ.get(name):
            os.environ.setdefault(meant, value)
    is_there = any(os.environ.get(name) for name in OPENAI_VARIABLES.values())
    os.environ.setdefault("SCHOLIUM_AI", "openai" if is_there else "offline")


def share(functions: Mapping[str, Function]) -> Settings:
    """The settings of the worker processes, which know the methods of every path."""
    os.environ["SCHOLIUM_ALLOW"] = json.dumps(discovery.paths(functions))
    os.environ["SCHOLIUM_LONGEST_TIMEOUT_SECONDS"] = str(discovery.longest_timeout(functions))
    return _reloaded()


def _reloaded() -> Settings:
    environment.load.cache_clear()
    return environment.load()


def seed_once(settings: Settings) -> bool:
    """Load the sample data on the first start; whether this was it."""
    from infrastructure.tools import seed  # noqa: PLC0415

    return seed.once(settings)


def replay_erasures_once(settings: Settings) -> None:
    """Erase again whom a folder that was put back from a copy has brought back; nothing where nobody ever was."""
    if kept_folder(settings.data).exists():
        from infrastructure.tools import replay_erasures  # noqa: PLC0415

        replay_erasures.replay_all(World(settings))


def gunicorn_options(host: str, port: int) -> dict[str, Any]:
    """How gunicorn serves: what `make bench` measures bare functions-framework under too."""
    return {
        "bind": f"{host}:{port}",
        "workers": WORKERS,
        "threads": THREADS,
        "worker_class": "infrastructure.tools.lingering_worker.LingeringWorker",
        "preload_app": True,
        "reuse_port": True,
        "timeout": 120,
        "graceful_timeout": 1,
        "keepalive": 75,
        "loglevel": "error",
        "control_socket_disable": True,
    }


class Server(BaseApplication):
    """gunicorn with all functions, and the dispatcher beside it."""

    def __init__(
        self, host: str, port: int, settings: Settings, functions: Mapping[str, Function], first_start: bool
    ) -> None:
        self._host, self._port, self._settings, self._functions = host, port, settings, functions
        self._first_start = first_start
        self._dispatcher = 0
        super().__init__()

    def load_config(self) -> None:
        """The settings of gunicorn."""
        for name, value in gunicorn_options(self._host, self._port).items():
            self.cfg.set(name, value)
        self.cfg.set("when_ready", self._when_ready)
        self.cfg.set("post_fork", self._post_fork)
        self.cfg.set("on_exit", self._on_exit)

    def load(self) -> Any:
        """The application, made once before the workers are forked; they open the store for themselves."""
        from infrastructure.tools.local_app import LocalApp  # noqa: PLC0415

        application = LocalApp(self._functions, self._settings)
        gc.freeze()  # what all functions are made of stays: to walk it again and again held requests up for 100 ms
        return application

    def _post_fork(self, arbiter: Any, worker: Any) -> None:
        gc.set_threshold(*COLLECTED_AFTER)
        if sys.platform == "linux":  # a thread that wakes need not take the core, only to wait for Python's one lock
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        _log_to(self._settings.data / "logs" / "server.jsonl")

    def _when_ready(self, arbiter: Any) -> None:
        from infrastructure.tools import dispatch  # noqa: PLC0415

        self._dispatcher = dispatch.start(self._settings, self._functions, f"http://{self._host}:{self._port}")
        print(_text(self._host, self._port, self._settings, self._functions, self._first_start), flush=True)

    def _on_exit(self, arbiter: Any) -> None:
        with suppress(ProcessLookupError):  # Ctrl-C reaches the whole group
            if self._dispatcher:
                os.kill(self._dispatcher, signal.SIGTERM)


def _models(settings: Settings) -> str:
    if settings.ai == "openai":
        return f"{settings.text_model} at {settings.openai_base_url}"
    return "offline: searched with a small model of its own (OPENAI_API_KEY chooses OpenAI's)"


def _log_to(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(descriptor, 1)
    os.close(descriptor)


def _text(host: str, port: int, settings: Settings, functions: Mapping[str, Function], first_start: bool) -> str:
    url = f"http://{host}:{port}"
    kinds: list[str] = [function.declaration.trigger for function in functions.values()]
    named = {"http": "answer HTTPS", "task": "tasks", "schedule": "schedules", "event": "upload events"}
    said = ", ".join(f"{kinds.count(kind)} {name}" for kind, name in named.items())
    samples = f"\n  Sample accounts   {settings.data / 'samples.txt'}" if first_start else ""
    return f"""
Scholium runs at {url}   (Ctrl-C stops it; nothing is lost)

  Functions         {said}
  Adapters          local: SQLite, files, a durable queue, mail as files ({settings.durability}-safe)
  Documents         {_models(settings)}
  Data              {settings.data}
  Mail, logs        {settings.data / "mail"}, {settings.data / "logs"}
  API reference     {url}/docs{samples}

Try:
  curl -s {url}/v1/users -H 'content-type: application/json' \\
       -d '{{"username": "ada", "email": "ada@example.org", "password": "the-engine-weaves"}}'
  curl -s {url}/v1/login -H 'content-type: application/json' \\
       -d '{{"username": "ada", "password": "the-engine-weaves"}}'
  curl -s {url}/v1/me -H 'authorization: Bearer <access_token>'
"""
