"""A document's whole life over Firestore: what SQLite does with nulls, vectors and ranges, it does too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common.adapters.gcp.firestore import Firestore
from common.domain.tutoring.search import search
from common.ports import Caller
from common.settings import Settings
from functions.documents.main import documents
from tests.domain.documents import made_files
from tests.domain.documents.shelf import Shelf
from tests.triggers.world import HandWorld

KEYS = {"key": "unused"}


@pytest.fixture
def on_firestore(shelf: Shelf, world: HandWorld, firestore_project: str) -> Iterator[Shelf]:
    settings = Settings(adapters="gcp", project=firestore_project, token_public_keys=KEYS)
    world.database = Firestore(settings)
    yield shelf
    world.database.close()


def test_a_document_is_embedded_found_embedded_anew_and_deleted(on_firestore: Shelf):
    shelf = on_firestore
    shelf.embedder.is_down = True
    document_id = shelf.upload(made_files.book(12))
    assert shelf.shown(document_id)["search"] == "keyword"
    shelf.embedder.is_down = False
    shelf.world.clock.advance(hours=2)
    shelf.sweep()
    assert shelf.shown(document_id)["search"] == "full"
    for model in ("model-0", "model-b"):
        shelf.embedder.model = model
        shelf.sweep()
        chunks = shelf.chunks()
        assert {chunk.embedding_model for chunk in chunks} == {model}
        found = search(
            Caller("ada", "learner"), chunks[7].text, shelf.unit(), shelf.embedder, document_id=None, limit=3
        )
        assert (found.items[0].page, found.items[0].text) == (chunks[7].page, chunks[7].text)
        assert found.items[0].similarity == pytest.approx(1.0)
    assert shelf.call(documents, "DELETE", f"/v1/documents/{document_id}").status_code == 204
    shelf.work()
    assert (shelf.document(document_id), shelf.chunks(), shelf.pages()) == (None, [], [])


def test_a_listing_and_a_lost_event_work_the_same(on_firestore: Shelf):
    shelf = on_firestore
    made = [shelf.put(made_files.book(1)) for _ in range(3)]
    shelf.world.clock.advance(hours=2)
    shelf.sweep()
    listed = shelf.call(documents, "GET", "/v1/documents?page_size=2&status=ready").get_json()
    assert len(listed["items"]) == 2
    rest = shelf.call(
        documents, "GET", f"/v1/documents?page_size=2&status=ready&page_token={listed['next_page_token']}"
    )
    shown = [item["document_id"] for item in (*listed["items"], *rest.get_json()["items"])]
    assert sorted(shown) == sorted(made)
