"""The dispatcher process of the local server: what Cloud Tasks, Cloud Scheduler and Eventarc do when deployed."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from types import FrameType

from common.adapters import World
from common.adapters.local.dispatch_targets import EventTarget, ScheduleTarget, Target, TaskTarget
from common.adapters.local.dispatcher import Dispatcher
from common.settings import Settings
from infrastructure.tools.discovery import Function
from infrastructure.tools.local_app import DISPATCH_PREFIX

_OF_GUNICORN = {
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGWINCH,
    signal.SIGTTIN,
    signal.SIGTTOU,
    signal.SIGCHLD,
}
LOOK_AGAIN = 0.5
"""Seconds between looks at whether the server and the dispatcher live."""


def start(settings: Settings, functions: Mapping[str, Function], address: str) -> int:
    """Fork a keeper that runs the dispatcher, and runs it again should it die; the keeper's process id."""
    keeper = os.fork()
    if keeper:
        return keeper
    try:
        _keep(settings, functions, address, server=os.getppid())
    finally:
        os._exit(0)


def _keep(settings: Settings, functions: Mapping[str, Function], address: str, server: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, _end)
    for number in set(signal.valid_signals()) & _OF_GUNICORN:
        signal.signal(number, signal.SIG_DFL)
    child = 0
    try:
        while os.getppid() == server:
            if not child:
                child = _run(settings, functions, address)
            if os.waitpid(child, os.WNOHANG)[0]:
                print("scholium: the dispatcher ended and is started again", file=sys.stderr)
                child = 0
            time.sleep(LOOK_AGAIN)
    finally:
        if child:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit


def _run(settings: Settings, functions: Mapping[str, Function], address: str) -> int:
    child = os.fork()
    if child:
        return child
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        dispatcher = Dispatcher(settings, World(settings).database, targets(functions), address=address)
        dispatcher.run(while_parent_lives=True)
    finally:
        os._exit(1)


def targets(functions: Mapping[str, Function]) -> list[Target]:
    """Where the dispatcher delivers what, as the declarations say."""
    return [target for name, function in sorted(functions.items()) if (target := _target(name, function))]


def _target(name: str, function: Function) -> Target | None:
    declared, path = function.declaration, DISPATCH_PREFIX + name
    message = declared.routes[0].message if declared.routes else None
    if declared.trigger == "task" and message:
        return TaskTarget(
            kind=message.__name__,
            function=name,
            url_path=path,
            max_attempts=declared.max_attempts,
            max_dispatches_per_second=declared.max_dispatches_per_second,
            max_concurrent=declared.max_concurrent,
            timeout_seconds=declared.timeout,
        )
    if declared.trigger == "schedule":
        return ScheduleTarget(function=name, cron=declared.cron, url_path=path)
    if declared.trigger == "event" and declared.bucket:
        return EventTarget(function=name, bucket=declared.bucket.name, url_path=path)
    return None
