"""Where documents hold a learner's data."""

from datetime import datetime

from common.domain.documents.files import Uploads
from common.domain.documents.models import Chunk, StoredDocument
from common.domain.documents.removal import PAGES
from common.domain.holdings.declaration import ERASED, FileHolding, Holding, Part
from common.ports import Store, StoreReader


def _let_go(document: StoredDocument, user_id: str, store: Store, now: datetime) -> None:
    """What is a course's stays the course's; what is the learner's own goes."""
    if document.course_id is not None:
        store.update(StoredDocument, document.document_id, {"user_id": ERASED})
    else:
        store.delete(StoredDocument, document.document_id)


HOLDINGS = (
    Holding(Chunk, by="scope", prefix="user:", not_shown="it is the text of the pages, cut and indexed for searching"),
    Holding(
        StoredDocument,
        by="scope",
        prefix="user:",
        parts=(Part(PAGES, "document_id", is_shown=True),),
        not_shown="each stands among those that the learner uploaded",
    ),
    Holding(StoredDocument, erase=_let_go),
)


def _filename(name: str, store: StoreReader) -> str | None:
    found = store.get(StoredDocument, name.rpartition("/")[2])
    return found.filename if found else None


FILES = (FileHolding(Uploads, "documents/{user_id}/", titled=_filename),)
