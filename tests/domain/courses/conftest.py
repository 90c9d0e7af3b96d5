"""A school over an empty SQLite file; whoever is named in `Authorization` asks, with the role of their name."""

import sys
from types import SimpleNamespace

import pytest

from common import triggers
from tests.domain.courses.classroom import Classroom, caller
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def school(world: HandWorld, monkeypatch: pytest.MonkeyPatch) -> Classroom:
    def named(_world: object, route: object, request: object, *_: object) -> object:
        name = getattr(request, "headers").get("Authorization").removeprefix("Bearer ")  # noqa: B009
        return caller(name)

    fake = SimpleNamespace(authenticate=named)  # credentials and roles of routes are judged in tests/functions
    monkeypatch.setitem(sys.modules, "common.triggers.authentication", fake)
    monkeypatch.setattr(triggers, "authentication", fake, raising=False)
    return Classroom(world)
