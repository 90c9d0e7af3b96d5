"""A school with everything that its dashboards count, and a count in the test's hands."""

import sys
from types import SimpleNamespace

import pytest
from flask import Request

from common import triggers
from common.ports import Caller
from tests.domain.courses.classroom import caller
from tests.domain.reporting.school import School
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def school(world: HandWorld, monkeypatch: pytest.MonkeyPatch) -> School:
    """Whoever is named in `Authorization` asks, with the role of their name."""

    def named(_world: object, _route: object, request: Request, *_: object) -> Caller:
        return caller(request.headers.get("Authorization", "Bearer nobody").removeprefix("Bearer "))

    fake = SimpleNamespace(authenticate=named)  # credentials and roles of routes are judged in tests/functions
    monkeypatch.setitem(sys.modules, "common.triggers.authentication", fake)
    monkeypatch.setattr(triggers, "authentication", fake, raising=False)
    return School(world)
