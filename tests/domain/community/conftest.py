"""A square over an empty SQLite file; whoever is named in `Authorization` asks, with the role of their name."""

import sys
from types import SimpleNamespace

import pytest

from common import triggers
from tests.domain.community.square import Square, caller
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture(name="bare_square")
def _bare_square(world: HandWorld, monkeypatch: pytest.MonkeyPatch) -> Square:
    def named(_world: object, route: object, request: object, *_: object) -> object:
        name = getattr(request, "headers").get("Authorization").removeprefix("Bearer ")  # noqa: B009
        return caller(name)

    fake = SimpleNamespace(authenticate=named)  # credentials and roles of routes are judged in tests/functions
    monkeypatch.setitem(sys.modules, "common.triggers.authentication", fake)
    monkeypatch.setattr(triggers, "authentication", fake, raising=False)
    return Square(world)


@pytest.fixture
def square(bare_square: Square) -> Square:
    bare_square.settle()
    return bare_square
