"""Documents of a learner or of a course: listed, shown, named anew, deleted.

A learner's own are theirs alone. A course's are read by those who may read the course, and changed by those who
manage it, whoever uploaded them.
"""

import re

from common.domain.courses import rights
from common.domain.documents import removal
from common.domain.documents.bodies import DocumentChange, DocumentView, PageView
from common.domain.documents.messages import RemovePieces
from common.domain.documents.models import DocumentPage, Status, StoredDocument, page_id
from common.domain.documents.uploads import own_scope
from common.errors import Forbidden, NotFound
from common.ports import Caller, Clock, Page, Query, Queue, Store, StoreReader, read_page
from common.ports.store import Scalar

PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
DOCUMENTS = Query(StoredDocument, equal=("scope", "deleted"), optional=("status",), order=("-created_at",))


def documents(
    caller: Caller,
    store: StoreReader,
    *,
    course_id: str | None = None,
    status: Status | None,
    page_size: int,
    page_token: str | None,
) -> Page[DocumentView]:
    """A page of the caller's own documents, or of a course's, newest first; NotFound where they may not read it.

    Costs a read a document and one more; at most two more for a course.
    """
    if course_id is not None and not rights.rights_in(caller, course_id, store).may_read:
        raise NotFound("There is no such course")
    scope = own_scope(caller) if course_id is None else rights.scope_of(course_id)
    where: dict[str, Scalar] = {"scope": scope, "deleted": False, "status": status}
    return read_page(store, DOCUMENTS, where, page_size=page_size, page_token=page_token, show=DocumentView.of)


def document(caller: Caller, document_id: str, store: StoreReader) -> DocumentView:
    """A document that the caller may read; NotFound."""
    return DocumentView.of(readable(caller, document_id, store))


def page(caller: Caller, document_id: str, number: str, store: StoreReader) -> PageView:
    """The text of a page of a document that the caller may read; NotFound. Costs a read more than the document does."""
    found = readable(caller, document_id, store)
    at = int(number) if PAGE_NUMBER.fullmatch(number) else 0
    kept = store.get(DocumentPage, page_id(document_id, at)) if at else None
    note = next((note.code for note in found.notes if note.page == at), None)
    if kept is None and note is None:
        raise NotFound("There is no such page, or it was not read yet")
    text = kept.text if kept else ""
    return PageView(document_id=document_id, title=found.title, page=at, pages=found.pages, text=text, note=note)


def change(caller: Caller, document_id: str, wished: DocumentChange, store: Store, clock: Clock) -> DocumentView:
    """Give a document another title; NotFound, Forbidden."""
    named = {"title": wished.title, "updated_at": clock.now()}
    before = _changeable(caller, document_id, store)
    store.amend(StoredDocument, document_id, lambda latest: latest.model_copy(update=named))
    return DocumentView.of(before.model_copy(update=named))


def delete(caller: Caller, document_id: str, store: Store, removals: Queue[RemovePieces], clock: Clock) -> None:
    """Delete a document: it is gone for everybody at once, and its pieces are removed soon; NotFound, Forbidden."""
    before = _changeable(caller, document_id, store)
    removal.begin(before, store, removals, clock.now())


def readable(caller: Caller, document_id: str, store: StoreReader) -> StoredDocument:
    """A document that the caller may read; NotFound. Costs one read, and at most two more where it is a course's."""
    return _allowed(caller, document_id, store)[0]


def _changeable(caller: Caller, document_id: str, store: StoreReader) -> StoredDocument:
    found, allowed = _allowed(caller, document_id, store)
    if not allowed.may_manage:
        raise Forbidden("Its teacher changes the documents of a course")
    return found


def _allowed(caller: Caller, document_id: str, store: StoreReader) -> tuple[StoredDocument, rights.CourseRights]:
    found = store.get(StoredDocument, document_id)
    if found is None or found.deleted:
        raise NotFound("There is no such document")
    if found.course_id is None:
        allowed = rights.MANAGES if found.user_id == caller.user_id else rights.NO_RIGHTS
    else:
        allowed = rights.rights_in(caller, found.course_id, store)
    if not allowed.may_read:
        raise NotFound("There is no such document")
    return found, allowed
