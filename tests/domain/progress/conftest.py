"""A classroom over an empty database; whoever is named in `Authorization` asks, with the role of their name."""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Request

from common import logs, triggers
from common.ports import Caller
from tests.domain.courses.classroom import caller
from tests.domain.progress.classroom import Classroom
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def classroom(world: HandWorld, monkeypatch: pytest.MonkeyPatch) -> Classroom:
    def named(_world: object, _route: object, request: Request, *_: object) -> Caller:
        return caller(request.headers["Authorization"].removeprefix("Bearer "))

    fake = SimpleNamespace(authenticate=named)  # credentials and roles of routes are judged in tests/functions
    monkeypatch.setitem(sys.modules, "common.triggers.authentication", fake)
    monkeypatch.setattr(triggers, "authentication", fake, raising=False)
    return Classroom(world)


Cost = tuple[int, int, int]


@pytest.fixture
def cost(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], Cost]:
    """What the one request or delivery in a piece of work is billed: documents read, written, deleted."""
    seen: list[Cost] = []

    def note(event: str, **said: Any) -> None:
        if event == "request.done":
            seen.append((said["reads"], said["writes"], said["deletes"]))

    monkeypatch.setattr(logs, "info", note)

    def of(work: Callable[[], object]) -> Cost:
        seen.clear()
        work()
        (only,) = seen
        return only

    return of
