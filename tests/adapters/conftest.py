"""Each contract suite runs against both adapters."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from common.adapters.gcp.firestore import Firestore
from common.adapters.local.sqlite import Sqlite
from common.settings import Settings

Open = Callable[[], Sqlite | Firestore]


@pytest.fixture(params=["sqlite", "firestore"])
def open_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the test's own database; each call as another process would."""
    settings = Settings(adapters="local", data=tmp_path)
    if request.param == "firestore":
        project = request.getfixturevalue("firestore_project")
        settings = Settings(adapters="gcp", project=project, token_public_keys={"k": "unused"})
    with ExitStack() as closing:

        def open_it() -> Sqlite | Firestore:
            database = Sqlite(settings) if request.param == "sqlite" else Firestore(settings)
            closing.callback(database.close)
            return database

        yield open_it


@pytest.fixture
def database(open_database: Open) -> Sqlite | Firestore:
    """The test's own, empty database."""
    return open_database()
