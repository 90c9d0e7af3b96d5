"""Which material a caller may be answered from: the one place where the tutor and the search ask for rights."""

from common.domain.courses import rights
from common.domain.documents.models import StoredDocument
from common.domain.documents.uploads import own_scope
from common.errors import Conflict, NotFound
from common.ports import Caller, StoreReader


class DocumentsNotReady(Conflict):
    """The documents that an answer was wished from are still being read, or failed."""

    code, title = "documents_not_ready", "None of these documents is ready to be asked about"


def scopes_of(caller: Caller, course_id: str | None, store: StoreReader) -> tuple[str, ...]:
    """The caller's own scope and those of their courses, or the one course's; NotFound where they may not read it.

    Costs one read; for a course at most two.
    """
    if course_id is None:
        return (own_scope(caller), *rights.readable_course_scopes(caller, store))
    if not rights.rights_in(caller, course_id, store).may_read:
        raise NotFound("There is no such course")
    return (rights.scope_of(course_id),)


def check_documents(document_ids: tuple[str, ...], scopes: tuple[str, ...], store: StoreReader) -> None:
    """NotFound for a document that is not in the scopes; DocumentsNotReady when none of several is ready."""
    if not document_ids:
        return
    found = store.get_many(StoredDocument, list(dict.fromkeys(document_ids)))
    readable = [one for one in found if not one.deleted and one.scope in scopes]
    if len(readable) < len(set(document_ids)):
        raise NotFound("There is no such document")
    if not any(one.status == "ready" for one in readable):
        raise DocumentsNotReady
