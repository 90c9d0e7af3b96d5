"""A document under schedules of duplicates, disorder, deaths and refusals: the same chunks, once."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from common import adapters, logs
from common.adapters.local.sqlite import Sqlite
from common.domain.documents import page_steps
from common.settings import Settings
from common.triggers.unit_of_work import UnitOfWork
from tests.domain.documents import made_files
from tests.domain.documents.chaos import Chaos
from tests.domain.documents.shelf import Shelf
from tests.triggers.processes import world_here
from tests.triggers.world import Tries

SCHEDULES = 240
PARTS = 4


@pytest.fixture
def pages_a_step() -> int:
    return 2


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_a_document_ends_with_the_same_chunks_once(
    part: int, shelf: Shelf, settings: Settings, database: Sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(page_steps, "BATCH", 2)
    monkeypatch.setattr(logs, "_write", lambda *_: None)
    text = "\f".join(" ".join(made_files.sentence(page, n) for n in range(25)) for page in range(5)).encode()
    promised = shelf.document(shelf.put(text, "a.txt"))
    assert promised is not None
    shelf.tell(promised.file)
    shelf.work()
    chunks, pages = shelf.chunks(), shelf.pages()
    assert len(chunks) > len(pages) == 5
    monkeypatch.setattr(adapters, "world", world_here)
    for seed in range(part, SCHEDULES, PARTS):
        _empty(tmp_path / "scholium.sqlite3")
        if shelf.world.files.bucket("uploads").info(promised.file) is None:
            shelf.write(promised.file, text)
        unit = UnitOfWork(database)
        unit.create(promised)
        unit.commit(Tries())
        _explore(Chaos(seed, settings, database, promised), seed, lambda one: one.judge(chunks, pages))


def _explore(chaos: Chaos, seed: int, judge) -> None:
    try:
        chaos.chaos(150)
        chaos.peace()
        judge(chaos)
    except AssertionError as error:
        error.add_note(f"schedule {seed}")
        raise


def _empty(file: Path) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            connection.execute(f"DELETE FROM {table}")
    finally:
        connection.close()
