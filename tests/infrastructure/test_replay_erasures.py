"""Who was erased and came back with a restored backup is counted, and erased again."""

from __future__ import annotations

from pathlib import Path

from common import adapters
from common.domain.accounts.models import Account
from common.domain.privacy.erasure_models import Erasures, entry_name
from common.triggers.unit_of_work import UnitOfWork
from infrastructure.tools import replay_erasures
from tests.functions.local_api import local_api


def test_who_came_back_is_counted_then_erased_again_and_nobody_else(tmp_path: Path):
    with local_api(tmp_path / "data") as api:
        ada, bob = (api.register(name)["user_id"] for name in ("ada", "bob"))
        world = adapters.world()
        assert replay_erasures.count_all(world) == 0
        world.files.bucket(Erasures.name).write(entry_name("request", ada), b"", content_type="text/plain")

        assert [replay_erasures.count_all(world) for _ in range(2)] == [1, 1], "counting changes nothing"
        assert replay_erasures.replay_all(world) == 1
        assert replay_erasures.count_all(world) == 0
        assert UnitOfWork(world.database).get(Account, ada) is None
        assert UnitOfWork(world.database).get(Account, bob) is not None
