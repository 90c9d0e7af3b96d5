"""A desk over an empty database."""

import pytest

from tests.domain.progress.classroom import Classroom
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def classroom(world: HandWorld) -> Classroom:
    return Classroom(world)
