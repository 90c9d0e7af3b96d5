"""A fresh database and a world in the test's hands, for every test of this folder."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from common import adapters, triggers
from common.adapters.local.sqlite import Sqlite
from common.ports import Caller
from common.settings import Settings
from tests.triggers.world import HandWorld


@pytest.fixture(name="settings")
def _settings(tmp_path: Path) -> Settings:
    return Settings(adapters="local", data=tmp_path, rate_limit_factor=1e6, log_level="error")


@pytest.fixture(name="database")
def _database(settings: Settings) -> Iterator[Sqlite]:
    database = Sqlite(settings)
    yield database
    database.close()


@pytest.fixture(name="world")
def _world(settings: Settings, database: Sqlite, monkeypatch: pytest.MonkeyPatch) -> HandWorld:
    """The world that every function of the test lives in; `Authorization: Bearer ada` is ada."""
    world = HandWorld(settings, database)
    monkeypatch.setattr(adapters, "world", lambda: world)

    def named(_world: object, _route: object, request: object, *_: object) -> Caller:
        name = getattr(request, "headers").get("Authorization", "Bearer ada").removeprefix("Bearer ")  # noqa: B009
        return Caller(name, "learner")

    fake = SimpleNamespace(authenticate=named)  # credentials are judged in tests of their own
    monkeypatch.setitem(sys.modules, "common.triggers.authentication", fake)
    monkeypatch.setattr(triggers, "authentication", fake, raising=False)
    return world
