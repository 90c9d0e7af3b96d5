"""A learner's own documents: listed, shown, named anew, deleted."""

from common.domain.documents.bodies import DocumentChange, DocumentView
from common.domain.documents.messages import RemovePieces
from common.domain.documents.models import Status, StoredDocument
from common.errors import NotFound
from common.ports import Caller, Clock, Page, Query, Queue, Store, StoreReader, read_page
from common.ports.store import Scalar

DOCUMENTS = Query(StoredDocument, equal=("user_id", "deleted"), optional=("status",), order=("-created_at",))


def documents(
    caller: Caller, store: StoreReader, *, status: Status | None, page_size: int, page_token: str | None
) -> Page[DocumentView]:
    """A page of the caller's documents, newest first."""
    where: dict[str, Scalar] = {"user_id": caller.user_id, "deleted": False, "status": status}
    return read_page(store, DOCUMENTS, where, page_size=page_size, page_token=page_token, show=DocumentView.of)


def document(caller: Caller, document_id: str, store: StoreReader) -> DocumentView:
    """One of the caller's documents; NotFound."""
    return DocumentView.of(_own(caller, document_id, store))


def change(caller: Caller, document_id: str, wished: DocumentChange, store: Store, clock: Clock) -> DocumentView:
    """Give a document another title; NotFound."""
    named = {"title": wished.title, "updated_at": clock.now()}
    before = _own(caller, document_id, store)
    store.amend(StoredDocument, document_id, lambda latest: latest.model_copy(update=named))
    return DocumentView.of(before.model_copy(update=named))


def delete(caller: Caller, document_id: str, store: Store, removals: Queue[RemovePieces], clock: Clock) -> None:
    """Delete a document: it is gone for everybody at once, and what it consisted of is removed soon; NotFound."""
    _own(caller, document_id, store)
    gone = {"deleted": True, "updated_at": clock.now(), "check_at": None, "embedding_model": None}
    store.amend(StoredDocument, document_id, lambda latest: latest.model_copy(update=gone))
    removals.stage(RemovePieces(document_id=document_id, user_id=caller.user_id, forget=True))


def _own(caller: Caller, document_id: str, store: StoreReader) -> StoredDocument:
    found = store.get(StoredDocument, document_id)
    if found is None or found.deleted or found.user_id != caller.user_id:
        raise NotFound("There is no such document")
    return found
