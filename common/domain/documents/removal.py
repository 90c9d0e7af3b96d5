"""Removes what a document consisted of, some pieces at a time; whoever is killed in between, the rest goes on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from common import logs
from common.domain.courses.messages import CourseDeleted
from common.domain.courses.rights import scope_of
from common.domain.documents.files import Uploads
from common.domain.documents.messages import RemovePieces
from common.domain.documents.models import Chunk, DocumentPage, StoredDocument
from common.ports import Clock, Document, Files, Query, Queue, Store
from common.ports.store import Scalar

PIECES = 200
"""Deletes of one step."""
LONGEST_HANDLER = timedelta(minutes=10)
"""After so long nobody is at work who read the document before it was deleted."""
CHUNKS = Query(Chunk, equal=("document_id",))
PAGES = Query(DocumentPage, equal=("document_id",))
OWN: tuple[tuple[Query[Any], str], ...] = ((CHUNKS, "document_id"), (PAGES, "document_id"))
DOCUMENTS = 50
"""Of a deleted course, at one step."""
OF_SCOPE = Query(StoredDocument, equal=("scope", "deleted"), order=("-created_at",))


def begin(document: StoredDocument, store: Store, removals: Queue[RemovePieces], now: datetime) -> None:
    """Delete a document that was read: it is gone for everybody at once, and its pieces are removed soon."""
    gone = {"deleted": True, "updated_at": now, "check_at": None, "embedding_model": None}
    store.amend(StoredDocument, document.document_id, lambda latest: latest.model_copy(update=gone))
    walk = RemovePieces(document_id=document.document_id, user_id=document.user_id, forget=True)
    removals.stage(walk)
    removals.stage(walk.model_copy(update={"late": True}), at=now + LONGEST_HANDLER)


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
