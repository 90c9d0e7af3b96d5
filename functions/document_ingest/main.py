"""Event: a file came to be among the uploads."""

from common.domain.documents import uploads
from common.domain.documents.files import Uploads
from common.domain.documents.messages import ExtractPages, RemovePieces
from common.ports import Clock, Files, FinalizedObject, Queue, Store
from common.triggers import event


@event.object_finalized(Uploads)
def document_ingest(
    found: FinalizedObject,
    store: Store,
    files: Files[Uploads],
    extracts: Queue[ExtractPages],
    removals: Queue[RemovePieces],
    clock: Clock,
) -> None:
    """Check that a document awaits the file, and begin its processing."""
    uploads.ingest(found, store, files, extracts, removals, clock)
