"""Task: one page of the sweep over documents that wait."""

from common.domain.documents import sweep
from common.domain.documents.files import Uploads
from common.domain.documents.messages import CheckDocuments, EmbedChunks, ExtractPages, RemovePieces
from common.ports import Clock, Embedder, FilesReader, Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=5, max_concurrent=1, memory="1Gi")
def document_check(
    message: CheckDocuments,
    store: Store,
    files: FilesReader[Uploads],
    embedder: Embedder,
    extracts: Queue[ExtractPages],
    embeds: Queue[EmbedChunks],
    removals: Queue[RemovePieces],
    checks: Queue[CheckDocuments],
    clock: Clock,
) -> None:
    """Begin what a lost event did not, end what came to a halt, embed anew what lacks vectors of the model in use."""
    sweep.check(message, store, files, embedder, extracts, embeds, removals, checks, clock)
