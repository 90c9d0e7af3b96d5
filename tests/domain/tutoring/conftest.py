"""A lectern over an empty folder."""

import pytest

from tests.domain.tutoring.lectern import Lectern
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def lectern(world: HandWorld) -> Lectern:
    return Lectern(world)
