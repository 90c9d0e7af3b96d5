"""The classroom of `progress`: rewards are given for what learners do there."""

from tests.domain.progress.conftest import _database, _settings, _world, classroom, cost

__all__ = ["_database", "_settings", "_world", "classroom", "cost"]
