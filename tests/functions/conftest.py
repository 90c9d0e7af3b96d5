"""One application for the tests of this folder; each test uses names of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from common import adapters
from infrastructure.tools import create_admin
from tests.functions.local_api import LocalApi, local_api


@pytest.fixture(scope="session")
def shared_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalApi]:
    """All functions over a folder that the tests share; the rate limits are a thousandfold."""
    with local_api(tmp_path_factory.mktemp("api"), rate_limit_factor="1000") as api:
        yield api


@pytest.fixture
def api(tmp_path: Path) -> Iterator[LocalApi]:
    """All functions over an empty folder, with the rate limits as they are deployed."""
    with local_api(tmp_path / "data") as made:
        yield made


@pytest.fixture(scope="session")
def admin(shared_api: LocalApi) -> str:
    """An admin's access token."""
    made = create_admin.create(adapters.world(), "operator", "operator@example.org")
    assert made.password
    return str(shared_api.login("operator", made.password)["access_token"])
