"""Task: extracts some pages of a document."""

from common.domain.documents import page_steps
from common.domain.documents.files import Uploads
from common.domain.documents.messages import EmbedChunks, ExtractPages, RemovePieces
from common.ports import Clock, FilesReader, Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=10, max_concurrent=10, memory="2Gi", timeout=120)
def document_extract(
    message: ExtractPages,
    store: Store,
    files: FilesReader[Uploads],
    extracts: Queue[ExtractPages],
    embeds: Queue[EmbedChunks],
    removals: Queue[RemovePieces],
    clock: Clock,
) -> None:
    """Turn the next pages into text and chunks; a stranger's file is parsed in a process of its own."""
    page_steps.extract(message, store, files, extracts, embeds, removals, clock)
