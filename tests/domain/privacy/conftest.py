"""The records of a school over an empty folder."""

import pytest

from tests.domain.privacy.archive_room import ArchiveRoom
from tests.domain.privacy.office import Office
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def office(world: HandWorld) -> Office:
    return Office(world)


@pytest.fixture
def room(world: HandWorld) -> ArchiveRoom:
    made = ArchiveRoom(world)
    made.account("ada")
    made.account("bob")
    return made
