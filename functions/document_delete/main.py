"""Task: removes some of what a deleted or failed document consisted of."""

from common.domain.assessment import sets
from common.domain.documents import removal
from common.domain.documents.files import Uploads
from common.domain.documents.messages import RemovePieces
from common.ports import Files, Queue, Store
from common.triggers import task


@task(max_attempts=20, max_dispatches_per_second=10, max_concurrent=5)
def document_delete(message: RemovePieces, store: Store, files: Files[Uploads], removals: Queue[RemovePieces]) -> None:
    """Remove a few hundred pieces; the rest, where there is more, goes on as a chain."""
    removal.remove(message, store, files, removals)
    sets.forget(message.document_id, store)
