"""The console is served as a page that is asked for anew and files whose addresses name their content."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from common.settings import Settings
from common.triggers import assets
from infrastructure.tools.discovery import ROOT
from tests.functions.local_api import LocalApi, Reply

FOLDER = ROOT / "common" / "assets" / "console"


@pytest.fixture(scope="module")
def page(shared_api: LocalApi) -> Reply:
    return shared_api.call("GET", "/")


def address(page: Reply, name: str) -> str:
    """Where a file of the page's build lies."""
    build = re.search(r"/assets/([0-9a-f]{12})/app\.js", page.text)
    assert build
    return f"/assets/{build[1]}/{name}"


def test_the_page_names_files_that_are_there_and_nothing_of_another_host(shared_api: LocalApi, page: Reply):
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    named = re.findall(r'(?:src|href)="([^"#]+)"', page.text)
    assert len(named) > 10
    assert {one for one in named if not one.startswith("/")} == set()
    for one in named:
        assert shared_api.call("GET", one).status_code == 200, one


def test_the_page_lets_run_nothing_but_its_own_files(page: Reply):
    policy = dict(rule.strip().partition(" ")[::2] for rule in page.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert (policy["script-src"], policy["style-src"], policy["connect-src"].strip()) == ("'self'",) * 3
    assert policy["require-trusted-types-for"] == "'script'"
    assert (policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'")
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", page.text)


def test_uploads_may_go_to_the_bucket_and_no_further():
    local = Settings(adapters="local")
    keys = {"k": "-----BEGIN PUBLIC KEY-----"}
    deployed = Settings(adapters="gcp", project="p", bucket_prefix="school-", token_public_keys=keys)
    assert local.uploads_url == ""
    assert deployed.uploads_url == "https://storage.googleapis.com/school-uploads/"


def test_the_page_is_asked_for_anew_and_its_files_never_again(shared_api: LocalApi, page: Reply):
    assert page.headers["Cache-Control"] == "no-cache"
    script = shared_api.call("GET", address(page, "app.js"))
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.headers["X-Content-Type-Options"] == "nosniff"
    for path, answer in (("/", page), (address(page, "app.js"), script)):
        again = shared_api.call("GET", path, If_None_Match=answer.headers["ETag"])
        assert (again.status_code, again.text, again.headers["ETag"]) == (304, "", answer.headers["ETag"])
        assert shared_api.call("GET", path, If_None_Match='"another"').status_code == 200


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("app.js", "text/javascript; charset=utf-8"),
        ("style/tokens.css", "text/css; charset=utf-8"),
        ("text/de.json", "application/json"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_a_file_comes_as_what_it_is_compressed_where_the_client_can(
    shared_api: LocalApi, page: Reply, name: str, content_type: str
):
    path = address(page, name)
    whole = shared_api.call("GET", path)
    assert (whole.status_code, whole.content_type, whole.headers["Vary"]) == (200, content_type, "Accept-Encoding")
    assert whole.text == (FOLDER / name).read_text()
    assert "Content-Encoding" not in whole.headers
    zipped = shared_api.call("GET", path, Accept_Encoding="br, gzip")
    if zipped.headers.get("Content-Encoding") == "gzip":
        assert zipped.headers["ETag"] != whole.headers["ETag"]
        assert int(zipped.headers["Content-Length"]) < len(whole.text.encode())
    else:
        assert len(whole.text) < assets.LEAST_COMPRESSED
    assert "Content-Encoding" not in shared_api.call("GET", path, Accept_Encoding="gzip;q=0").headers


@pytest.mark.parametrize(
    "name",
    [
        "nothing.js",
        "core/nothing.js",
        "index.html",
        "README.md",
        "vendor/README.md",
        "vendor/LICENSE.preact",
        "../docs.html",
        "..%2fdocs.html",
        "%2e%2e/docs.html",
        "../../settings.py",
        "core/../../docs.html",
        "core/..%2f..%2fdocs.html",
        "/etc/passwd",
        "app.js%00",
        "core",
    ],
)
def test_what_the_site_does_not_serve_is_not_found(shared_api: LocalApi, page: Reply, name: str):
    assert shared_api.call("GET", address(page, name)).status_code == 404


def test_a_file_of_another_build_is_not_found(shared_api: LocalApi, page: Reply):
    assert shared_api.call("GET", address(page, "app.js").replace("/assets/", "/assets/0")).status_code == 404
    assert shared_api.call("GET", "/assets/000000000000/app.js").status_code == 404


def test_a_changed_file_gives_every_file_another_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    (tmp_path / "site").mkdir()
    page, script = tmp_path / "site" / "index.html", tmp_path / "site" / "app.js"
    page.write_text('<script src="/assets/{build}/app.js"></script>')
    script.write_text("first")
    site = assets.Site("site")
    first = site.build
    assert site.file(first, "app.js").path == "site/app.js"
    assert site.page("default-src 'none'").replace == ("{build}", first)
    script.write_text("the second")
    assert site.build != first
    (tmp_path / "site" / "notes.md").write_text("for those who read it")
    assert assets.Site("site").build == site.build


def test_the_api_document_is_compressed_too(shared_api: LocalApi):
    whole = shared_api.call("GET", "/openapi.json")
    zipped = shared_api.call("GET", "/openapi.json", Accept_Encoding="gzip")
    assert int(zipped.headers["Content-Length"]) < len(whole.text) / 5
    assert len(gzip.compress(whole.text.encode(), 9)) == int(zipped.headers["Content-Length"])
