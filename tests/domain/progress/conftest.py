"""A desk over an empty database."""

from collections.abc import Callable
from typing import Any

import pytest

from common import logs
from tests.domain.progress.classroom import Classroom
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def classroom(world: HandWorld) -> Classroom:
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
