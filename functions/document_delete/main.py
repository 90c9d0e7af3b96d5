"""Task: removes some of what a deleted or failed document consisted of."""

from common.domain.assessment import sets
from common.domain.documents import removal
from common.domain.documents.files import Uploads
from common.domain.documents.messages import RemovePieces
from common.domain.tutoring.answer_cache import OF_DOCUMENT
from common.ports import Files, Queue, Store
from common.triggers import task

MADE_OF_IT = ((OF_DOCUMENT, "documents"), (sets.OF_DOCUMENT, "document_id"))


@task(max_attempts=20, max_dispatches_per_second=10, max_concurrent=5)
def document_delete(message: RemovePieces, store: Store, files: Files[Uploads], removals: Queue[RemovePieces]) -> None:
    """Remove a few hundred pieces; the rest, where there is more, goes on as a chain."""
    removal.remove(message, MADE_OF_IT, store, files, removals)
