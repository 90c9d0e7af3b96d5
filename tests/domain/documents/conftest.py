"""A shelf over an empty folder; files are parsed in this process, by the code that the other process runs."""

from typing import BinaryIO

import pytest

from common.domain.documents import extraction, extraction_process
from common.domain.documents.extracted import Extracted
from common.domain.documents.models import Kind
from tests.domain.documents.shelf import Shelf
from tests.triggers.conftest import _database, _settings, _world
from tests.triggers.world import HandWorld

__all__ = ["_database", "_settings", "_world"]


@pytest.fixture
def pages_a_step() -> int:
    return 20


@pytest.fixture
def shelf(world: HandWorld, monkeypatch: pytest.MonkeyPatch, pages_a_step: int) -> Shelf:
    def pages(file: BinaryIO, kind: Kind, first: int) -> Extracted:
        return extraction_process.extract(file.read(), kind, first, pages_a_step)

    monkeypatch.setattr(extraction, "pages", pages)
    return Shelf(world)
