"""One step of extraction: some pages of a file become stored pages, chunks, and messages that embed them."""

from common import logs
from common.domain.documents import extraction, processing
from common.domain.documents.chunking import chunks_of
from common.domain.documents.extracted import Page
from common.domain.documents.files import Uploads
from common.domain.documents.messages import EmbedChunks, ExtractPages, RemovePieces
from common.domain.documents.models import Chunk, DocumentPage, PageNote, StoredDocument, page_id
from common.ports import Clock, FilesReader, Queue, Store
from common.ports.files import FileMissing

MOST_CHUNKS = 10_000
"""Of a document."""
CHUNKS_A_STEP = 250
"""A step ends with the page that reaches it: its writes must fit one batch."""
BATCH = 32
"""Chunks that are embedded together."""


def extract(
    message: ExtractPages,
    store: Store,
    files: FilesReader[Uploads],
    extracts: Queue[ExtractPages],
    embeds: Queue[EmbedChunks],
    removals: Queue[RemovePieces],
    clock: Clock,
) -> None:
    """Take in the pages from the message's cursor on, and stage the step behind them; or fail the document."""
    document = store.get(StoredDocument, message.document_id)
    if document is None or not processing.is_open(document) or document.pages_done != message.first - 1:
        return
    try:
        with files.open(document.file) as file:
            found = extraction.pages(file, document.kind, message.first)
    except FileMissing:
        processing.fail(document, "unreadable", "The file is gone.", store, removals, clock.now())
        return
    if found.failure:
        processing.fail(document, found.failure.code, found.failure.detail, store, removals, clock.now())
        return
    _take_in(_Step(document, found.pages, found.total), message, store, extracts, embeds, removals, clock)


class _Step:
    """What some pages come to, as far as one batch of writes can hold them."""

    def __init__(self, document: StoredDocument, pages: tuple[Page, ...], total: int) -> None:
        self.chunks: list[Chunk] = []
        self.pages: list[DocumentPage] = []
        self.notes: list[PageNote] = []
        self.document, self.total = document, total
        for number, page in enumerate(pages, start=document.pages_done + 1):
            self._add(number, page)
            if len(self.chunks) >= CHUNKS_A_STEP:
                break

    def _add(self, number: int, page: Page) -> None:
        document_id = self.document.document_id
        ordinal = self.document.chunks + len(self.chunks)
        self.chunks += chunks_of(self.document, number, page.text, ordinal)
        self.pages.append(
            DocumentPage(page_id=page_id(document_id, number), document_id=document_id, page=number, text=page.text)
        )
        if page.note:
            self.notes.append(PageNote(page=number, code=page.note))

    @property
    def last(self) -> int:
        return self.document.pages_done + len(self.pages)

    @property
    def batches(self) -> tuple[int, ...]:
        begin = self.document.chunks
        return tuple(range(begin, begin + len(self.chunks), BATCH))

    def change(self) -> dict[str, object]:
        """The fields of the document behind this step; that of chunks and batches changes with no other step."""
        return {
            "pages": self.total,
            "pages_done": self.last,
            "notes": (*self.document.notes, *self.notes),
            "chunks": self.document.chunks + len(self.chunks),
            "batches": (*self.document.batches, *self.batches),
        }


def _take_in(
    step: _Step,
    message: ExtractPages,
    store: Store,
    extracts: Queue[ExtractPages],
    embeds: Queue[EmbedChunks],
    removals: Queue[RemovePieces],
    clock: Clock,
) -> None:
    document, now, change = step.document, clock.now(), step.change()
    is_last = step.last == step.total
    if not step.pages:
        processing.fail(document, "unreadable", "The file changed while it was read.", store, removals, now)
    elif document.chunks + len(step.chunks) > MOST_CHUNKS:
        processing.fail(document, "too_much_text", "The document has too much text.", store, removals, now)
    elif is_last and not document.chunks + len(step.chunks):
        noted = document.model_copy(update=change)
        processing.fail(noted, "no_text", _without_text(noted), store, removals, now)
    else:
        for made in (*step.pages, *step.chunks):
            store.put(made)
        since, document_id = document.pages_done, document.document_id
        store.amend(StoredDocument, document_id, lambda latest: processing.with_pages(latest, since, change, now))
        for first in step.batches:
            embeds.stage(
                EmbedChunks(document_id=document_id, user_id=document.user_id, round=document.round, first=first)
            )
        if not is_last:
            extracts.stage(message.model_copy(update={"first": step.last + 1}))
        logs.info("document.extracted", document_id=document.document_id, pages=step.last, of=step.total)


def _without_text(document: StoredDocument) -> str:
    if any(note.code == "image_only" for note in document.notes):
        return "The pages are pictures, such as scans, and hold no text."
    return "There is no text in the document."
