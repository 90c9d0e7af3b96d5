"""The invocation under thousands of schedules of duplicates, deaths, refusals, zombies and expired leases."""

import sqlite3
from pathlib import Path

import pytest

from common import adapters, logs
from common.adapters.local.sqlite import Sqlite
from common.settings import Settings
from tests.triggers import explorer
from tests.triggers.processes import world_here

SCHEDULES = 2_000
PARTS = 8


@pytest.mark.no_cover  # the other tests reach each line; measuring would take twice the time
@pytest.mark.parametrize("part", range(PARTS))
def test_no_effect_is_lost_and_none_doubled(
    part: int, world: object, settings: Settings, database: Sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters, "world", world_here)
    monkeypatch.setattr(logs, "_write", lambda *_: None)
    for seed in range(part, SCHEDULES, PARTS):
        explorer.explore(seed, settings, database)
        _empty(tmp_path / "scholium.sqlite3")


def _empty(file: Path) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            connection.execute(f"DELETE FROM {table}")
    finally:
        connection.close()
