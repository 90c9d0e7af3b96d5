"""Removes what a document consisted of, some pieces at a time; whoever is killed in between, the rest goes on."""

from datetime import datetime

from common import logs
from common.domain.courses.messages import CourseDeleted
from common.domain.courses.rights import scope_of
from common.domain.documents.files import Uploads
from common.domain.documents.messages import RemovePieces
from common.domain.documents.models import Chunk, DocumentPage, StoredDocument
from common.ports import Clock, Files, Query, Queue, Store
from common.ports.store import Scalar

PIECES = 200
"""Deletes of one step."""
CHUNKS = Query(Chunk, equal=("document_id",))
PAGES = Query(DocumentPage, equal=("document_id",))
DOCUMENTS = 50
"""Of a deleted course, at one step."""
OF_SCOPE = Query(StoredDocument, equal=("scope", "deleted"), order=("-created_at",))


def begin(document: StoredDocument, store: Store, removals: Queue[RemovePieces], now: datetime) -> None:
    """Delete a document that was read: it is gone for everybody at once, and its pieces are removed soon."""
    gone = {"deleted": True, "updated_at": now, "check_at": None, "embedding_model": None}
    store.amend(StoredDocument, document.document_id, lambda latest: latest.model_copy(update=gone))
    removals.stage(RemovePieces(document_id=document.document_id, user_id=document.user_id, forget=True))


def remove_of_course(
    message: CourseDeleted,
    store: Store,
    removals: Queue[RemovePieces],
    deletions: Queue[CourseDeleted],
    clock: Clock,
) -> None:
    """Delete the documents of a course that is gone, some at a step, and stage the next step."""
    where: dict[str, Scalar] = {"scope": scope_of(message.course_id), "deleted": False}
    found = store.query(OF_SCOPE, where, limit=DOCUMENTS)
    for document in found:
        begin(document, store, removals, clock.now())
    if len(found) == DOCUMENTS:
        deletions.stage(message.model_copy(update={"step": message.step + 1}))


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
