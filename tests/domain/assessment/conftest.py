"""A room with a question bank, over an empty database."""

import pytest

from tests.domain.assessment.room import Room
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def room(world: HandWorld) -> Room:
    return Room(world)
