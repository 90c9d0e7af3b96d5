"""A room with a question bank, over an empty database; a document, and a model in the test's hands."""

from __future__ import annotations

from typing import Any

import pytest

from common import adapters
from tests.domain.assessment.material import HandModel, take_in
from tests.domain.assessment.room import Room
from tests.domain.documents.shelf import HandEmbedder
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def room(world: HandWorld) -> Room:
    return Room(world)


@pytest.fixture
def model(world: HandWorld) -> HandModel:
    made = HandModel()
    made.is_down = True
    world.text_model = made
    embedder = HandEmbedder()
    embedder.is_down = True
    world.embedder = embedder
    return made


@pytest.fixture
def afford(world: HandWorld) -> Any:
    def allow(micros: int) -> None:
        world.settings = world.settings.model_copy(update={"daily_budget_micros": micros})
        world.deployment = adapters.World(world.settings).deployment

    allow(10_000)
    return allow


@pytest.fixture
def glaciers(world: HandWorld, model: HandModel, afford: Any) -> str:
    return take_in(world)
