"""Search over HTTP: what is found, and by whom."""

from __future__ import annotations

from typing import Any

import pytest

from common import adapters
from common.domain.documents.chunking import chunks_of
from common.domain.documents.models import Chunk, StoredDocument
from common.ports.database import Write
from tests.functions.local_api import LocalApi

TEXT = "The Analytical Engine weaves algebraic patterns. Ada Lovelace wrote so in 1843."


@pytest.fixture(scope="module")
def tokens(shared_api: LocalApi) -> dict[str, str]:
    found = {}
    for name in ("find-ada", "find-eve"):
        shared_api.register(name)
        found[name] = str(shared_api.login(name)["access_token"])
    return found


@pytest.fixture
def ada(tokens: dict[str, str]) -> str:
    return tokens["find-ada"]


@pytest.fixture
def eve(tokens: dict[str, str]) -> str:
    return tokens["find-eve"]


def promise(api: LocalApi, token: str) -> dict[str, Any]:
    body = {"filename": "engine.pdf", "content_type": "application/pdf", "size": 1234}
    answer = api.call("POST", "/v1/documents", body, token)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def make_ready(document_id: str, text: str = TEXT) -> None:
    """Put a document's one page into the database, as its processing would have."""
    world = adapters.world()
    stored = world.database.get_many(StoredDocument, [document_id])[0]
    assert stored is not None
    document = StoredDocument.model_validate_json(str(stored.content))
    chunks = chunks_of(document, 1, text, 0)
    vectors = world.embedder.embed([chunk.text for chunk in chunks], "passage").vectors
    ready = document.model_copy(update={"status": "ready", "pages": 1, "pages_done": 1, "chunks": len(chunks)})
    writes = [Write("set", StoredDocument, document_id, document=ready)]
    for chunk, vector in zip(chunks, vectors, strict=True):
        embedded = chunk.model_copy(update={"vector": vector, "embedding_model": world.embedder.model})
        writes.append(Write("set", Chunk, chunk.chunk_id, document=embedded))
    world.database.commit(writes)


def test_a_deleted_document_is_found_no_more(shared_api: LocalApi, eve: str):
    document_id = promise(shared_api, eve)["document_id"]
    make_ready(document_id, "Zebra finches sing at dawn.")
    assert "Zebra" in shared_api.call("GET", "/v1/documents/search?q=zebra", token=eve).text
    assert shared_api.call("DELETE", f"/v1/documents/{document_id}", token=eve).status_code == 204
    assert "Zebra" not in shared_api.call("GET", "/v1/documents/search?q=zebra", token=eve).text


def test_a_search_finds_a_passage_by_meaning_and_by_words(shared_api: LocalApi, ada: str):
    document_id = promise(shared_api, ada)["document_id"]
    make_ready(document_id)
    for question in ("Who+wrote+about+the+engine%3F", "algebraic"):
        found = shared_api.call("GET", f"/v1/documents/search?q={question}", token=ada).json
        first = found["items"][0]
        assert (first["document_id"], first["page"], first["text"]) == (document_id, 1, TEXT)
        assert TEXT[first["start"] : first["end"]] == TEXT


def test_a_search_finds_nothing_of_anybody_else(shared_api: LocalApi, ada: str, eve: str):
    document_id = promise(shared_api, ada)["document_id"]
    make_ready(document_id, "The quokka smiles at every visitor of Rottnest.")
    for more in ("", f"&document_id={document_id}"):
        assert document_id in shared_api.call("GET", f"/v1/documents/search?q=quokka{more}", token=ada).text
        assert shared_api.call("GET", f"/v1/documents/search?q=quokka{more}", token=eve).json["items"] == []


@pytest.mark.parametrize("query", ["", "?q=", f"?q={'x' * 501}", "?q=x&limit=0", "?q=x&limit=21", "?q=x&page=1"])
def test_a_search_that_cannot_be_read_is_refused(shared_api: LocalApi, ada: str, query: str):
    assert shared_api.call("GET", f"/v1/documents/search{query}", token=ada).status_code == 400


def test_nobody_searches_without_credentials(shared_api: LocalApi):
    assert shared_api.call("GET", "/v1/documents/search?q=x").status_code == 401
