"""A desk over an empty folder."""

from pathlib import Path

import pytest

from tests.domain.accounts.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
