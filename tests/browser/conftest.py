"""A real Chromium and a real local server, which the tests share: their visitors have names of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visit import DESKTOP, Screen, Visit
from tests.e2e.local_server import LocalServer

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SETTINGS = {"SCHOLIUM_RATE_LIMIT_FACTOR": "1000"}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium (`apt-get install chromium`); SCHOLIUM_CHROMIUM names another."""
    path = os.environ.get("SCHOLIUM_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("there is no Chromium here: apt-get install chromium, or name one in SCHOLIUM_CHROMIUM")
    with sync_playwright() as playwright:
        # A root without user namespaces, as in many containers, cannot have Chromium's own sandbox.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """The local server over a folder of its own, with the samples of a first start."""
    with LocalServer(tmp_path_factory.mktemp("browser") / "data", environment=SETTINGS) as running:
        yield running


@pytest.fixture
def screen() -> Screen:
    """What the visitor sees it on; a test that varies it says so."""
    return DESKTOP


@pytest.fixture
def visit(chromium: Browser, server: LocalServer, screen: Screen) -> Iterator[Visit]:
    """A visitor with an empty browser; whatever went wrong in their page fails the test."""
    with Visit(chromium, server.url, screen) as visiting:
        yield visiting
    assert visiting.faults == []
    assert visiting.strangers == set()
