"""A learner who used every function is exported: each text of theirs that is stored is there, and nobody else's."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client as WerkzeugClient

from common import adapters
from common.domain.privacy.registry import HOLDINGS
from tests.functions.everything import CANARY, TEXT, Everything
from tests.functions.local_api import local_api

SLOTS = {"usernames", "emails"}
"""That a name is taken: the name itself is in the account."""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    with local_api(tmp_path_factory.mktemp("export") / "data", rate_limit_factor="1000") as api:
        made = Everything(api)
        made.live()
        yield made


@pytest.fixture(scope="module")
def archive(school: Everything) -> dict[str, bytes]:
    """Ada's export, fetched by its link."""
    assert school.api.call("POST", "/v1/me/export", None, school.tokens["ada"]).status_code == 202
    school.works.all()
    shown = school.api.call("GET", "/v1/me/export", None, school.tokens["ada"]).json
    assert shown["status"] == "ready", shown
    path = shown["download_url"].removeprefix(adapters.world().settings.public_url)
    fetched = WerkzeugClient(school.api.app, use_cookies=False).get(path)
    assert fetched.status_code == 200
    with zipfile.ZipFile(io.BytesIO(fetched.get_data())) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def texts(value: Any) -> Iterator[str]:
    """Every text in JSON, keys too."""
    if isinstance(value, str):
        yield value
    for one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from texts(one[0])
        yield from texts(one[1])


def stored(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every document, with its collection."""
    with closing(sqlite3.connect(data / "scholium.sqlite3")) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
            if "content" in columns:
                for (content,) in connection.execute(f'SELECT content FROM "{name}"'):
                    yield name, json.loads(content)


def test_every_text_that_is_stored_of_the_learner_is_in_the_export(school: Everything, archive: dict[str, bytes]):
    files = [json.loads(content) for path, content in archive.items() if path.endswith(".json")]
    exported = {text for file in files for text in texts(file)}
    hidden: dict[str, set[str]] = {}
    for holding in HOLDINGS:
        fields = set(holding.model.model_fields) if holding.not_shown else set(holding.hidden)
        known = hidden.setdefault(holding.model.collection, fields)
        known &= fields  # what one of its holdings shows is shown
    missing: set[tuple[str, str]] = set()
    found: set[tuple[str, str]] = set()
    for collection, document in stored(school.api.data):
        shown = {name: value for name, value in document.items() if name not in hidden.get(collection, ())}
        for name, value in shown.items() if collection not in SLOTS else ():
            for text in texts(value):
                if CANARY.lower() in text.lower():
                    (found if text in exported else missing).add((collection, name))
    assert missing == set()
    assert len(found) > 30


def test_the_learners_files_are_in_it_as_they_were_sent_and_by_their_names(archive: dict[str, bytes]):
    files = {path: content for path, content in archive.items() if path.startswith("files/")}
    assert [content.decode() for content in files.values()] == [TEXT]
    assert all(path.endswith(f"/{CANARY}.md") for path in files)


def test_nothing_of_others_is_in_it(school: Everything, archive: dict[str, bytes]):
    said = b"\n".join(content for path, content in archive.items() if path != "README.txt").decode()
    others = [school.ids[name] for name in ("eve", "toni")]
    for text in ("It is Eve's", "I answer", "eve@example.org", "toni@example.org", *others):
        assert text not in said
