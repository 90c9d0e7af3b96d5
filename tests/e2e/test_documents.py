"""A document's way through the local server: signed upload, event, queue, processes, search."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.domain.documents import made_files
from tests.e2e.client import Client
from tests.e2e.local_server import LocalServer
from tests.e2e.uploads import settled, upload
from tests.e2e.walk import PASSWORD


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    with LocalServer(tmp_path_factory.mktemp("documents") / "data", samples=False) as running:
        yield running


@pytest.fixture(scope="module")
def ada(server: LocalServer) -> Client:
    server.client.post("/v1/users", {"username": "ada", "email": "ada@example.org", "password": PASSWORD})
    token = server.client.post("/v1/login", {"username": "ada", "password": PASSWORD}).body["access_token"]
    return server.client.with_token(token)


def test_an_uploaded_document_becomes_ready_and_is_found_with_its_page(ada: Client) -> None:
    document_id = upload(ada, "engine.pdf", made_files.book(4))
    shown = settled(ada, document_id)
    assert (shown["status"], shown["pages"], shown["pages_done"]) == ("ready", 4, 4)
    assert shown["chunks_done"] == shown["chunks"] > 0
    found = ada.get(f"/v1/documents/search?q=engine+3x7&document_id={document_id}").body["items"]
    assert found[0]["page"] == 3
    assert made_files.sentence(3, 7) in found[0]["text"].replace("\n", " ")
    assert ada.request("DELETE", f"/v1/documents/{document_id}").status == 204
    assert ada.get(f"/v1/documents/search?q=engine+3x7&document_id={document_id}").body["items"] == []


def test_bad_files_end_with_a_reason_and_stop_nothing(ada: Client) -> None:
    bad = {
        "bomb.docx": (made_files.bomb(), "decompression_bomb"),
        "locked.pdf": (made_files.pdf([["Secret."]], password="opensesame"), "encrypted"),
        "cut.pdf": (made_files.book(3)[:-2000], "unreadable"),
        "empty.txt": (b"", "empty"),
        "picture.pdf": (made_files.picture(), "mislabelled"),
        "scans.pdf": (made_files.scans(3), "no_text"),
        "endless.txt": (b"All work and no play makes a dull document.\n" * 1_100_000, "too_much_text"),
    }
    sent = {name: upload(ada, name, data) for name, (data, _) in bad.items()}
    good = upload(ada, "good.txt", made_files.sentence(1, 1).encode())
    assert settled(ada, good)["status"] == "ready"
    ended = {name: settled(ada, document_id) for name, document_id in sent.items()}
    assert {name: shown["failure"]["code"] for name, shown in ended.items()} == {
        n: code for n, (_, code) in bad.items()
    }


def test_three_hundred_pages_are_taken_in_within_the_limits(ada: Client) -> None:
    shown = settled(ada, upload(ada, "book.pdf", made_files.book(300, 3)))
    assert (shown["status"], shown["pages_done"], shown["search"]) == ("ready", 300, "full")
