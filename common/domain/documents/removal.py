"""Removes what a document consisted of, some pieces at a time; whoever is killed in between, the rest goes on."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from common import logs
from common.domain.documents.files import Uploads
from common.domain.documents.messages import RemovePieces
from common.domain.documents.models import Chunk, DocumentPage, StoredDocument
from common.ports import Document, Files, Query, Queue, Store

PIECES = 200
"""Deletes of one step."""
LONGEST_HANDLER = timedelta(minutes=10)
"""After so long nobody is at work who read the document before it was deleted."""
CHUNKS = Query(Chunk, equal=("document_id",))
PAGES = Query(DocumentPage, equal=("document_id",))
OWN: tuple[tuple[Query[Any], str], ...] = ((CHUNKS, "document_id"), (PAGES, "document_id"))


def remove(
    message: RemovePieces,
    made_of_it: Sequence[tuple[Query[Any], str]],
    store: Store,
    files: Files[Uploads],
    removals: Queue[RemovePieces],
) -> None:
    """Remove the pieces that are found first, and stage the next step; the last one forgets the document too.

    `made_of_it` are what other subjects made of the document: queries, each with the field that names it.
    """
    found: list[Document] = []
    for query, field in (*made_of_it, *OWN):
        left = PIECES - len(found)
        found += store.query(query, {field: message.document_id}, limit=left) if left else []
    for piece in found:
        store.delete(type(piece), piece.stored_id)
    if len(found) == PIECES:
        removals.stage(message.model_copy(update={"step": message.step + 1}))
    elif message.forget:
        _forget(message.document_id, store, files)


def _forget(document_id: str, store: Store, files: Files[Uploads]) -> None:
    document = store.get(StoredDocument, document_id)
    if document is not None:
        files.delete(document.file)
        store.delete(StoredDocument, document_id)
        logs.info("document.removed", document_id=document_id)
