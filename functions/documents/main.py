"""GET /v1/documents · GET, PATCH, DELETE /v1/documents/{document_id} · GET /v1/documents/{document_id}/pages/{page}"""

from typing import Annotated

from pydantic import Field

from common.domain.documents import library
from common.domain.documents.bodies import DocumentChange, DocumentView, PageView
from common.domain.documents.messages import RemovePieces
from common.domain.documents.models import Status
from common.errors import Forbidden, NotFound
from common.ports import Caller, Clock, Page, PageSize, PageToken, Queue, Store, StoreReader
from common.triggers import http

documents = http.resource("documents")


@documents.get("/v1/documents", role="learner", raises=(NotFound,))
def find(
    caller: Caller,
    store: StoreReader,
    course_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None,
    status: Status | None = None,
    page_size: PageSize = 20,
    page_token: PageToken | None = None,
) -> Page[DocumentView]:
    """The caller's own documents, or those of a course, newest first, of one status or all."""
    return library.documents(
        caller, store, course_id=course_id, status=status, page_size=page_size, page_token=page_token
    )


@documents.get("/v1/documents/{document_id}", role="learner", raises=(NotFound,))
def show(caller: Caller, document_id: str, store: StoreReader) -> DocumentView:
    """One document: how far it has come, and what is wrong with it if it failed."""
    return library.document(caller, document_id, store)


@documents.get("/v1/documents/{document_id}/pages/{page}", role="learner", raises=(NotFound,))
def read(caller: Caller, document_id: str, page: str, store: StoreReader) -> PageView:
    """The text of one page, in which citations point at what they quote."""
    return library.page(caller, document_id, page, store)


@documents.patch("/v1/documents/{document_id}", role="learner", max_body=8192, raises=(NotFound, Forbidden))
def change(caller: Caller, document_id: str, wished: DocumentChange, store: Store, clock: Clock) -> DocumentView:
    """Give a document another title."""
    return library.change(caller, document_id, wished, store, clock)


@documents.delete("/v1/documents/{document_id}", role="learner", raises=(NotFound, Forbidden))
def delete(caller: Caller, document_id: str, store: Store, removals: Queue[RemovePieces], clock: Clock) -> None:
    """Delete a document with all that was made of it."""
    library.delete(caller, document_id, store, removals, clock)
