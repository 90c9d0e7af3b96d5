"""A study over an empty database."""

import pytest

from tests.domain.review.study import Study
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def study(world: HandWorld) -> Study:
    return Study(world)
