"""Removes what a document consisted of, some pieces at a time; whoever is killed in between, the rest goes on."""

from common import logs
from common.domain.documents.files import Uploads
from common.domain.documents.messages import RemovePieces
from common.domain.documents.models import Chunk, DocumentPage, StoredDocument
from common.ports import Files, Query, Queue, Store

PIECES = 200
"""Deletes of one step."""
CHUNKS = Query(Chunk, equal=("document_id",))
PAGES = Query(DocumentPage, equal=("document_id",))


def remove(message: RemovePieces, store: Store, files: Files[Uploads], removals: Queue[RemovePieces]) -> None:
    """Remove the pieces that are found first, and stage the next step; the last one forgets the document too."""
    where = {"document_id": message.document_id}
    chunks = store.query(CHUNKS, where, limit=PIECES)
    pages = store.query(PAGES, where, limit=PIECES - len(chunks)) if len(chunks) < PIECES else []
    found = (*chunks, *pages)
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
