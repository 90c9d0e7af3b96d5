"""What tests of engagement may ask for."""

import pytest

from tests.domain.engagement.laboratory import Laboratory
from tests.domain.engagement.outreach import Outreach
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def laboratory(world: HandWorld) -> Laboratory:
    return Laboratory(world)


@pytest.fixture
def outreach(world: HandWorld) -> Outreach:
    return Outreach(world)
