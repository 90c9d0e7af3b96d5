"""Looks after documents that wait: for an upload whose event was lost, for progress, for vectors of a model."""

from common.domain.documents import embedding, processing, uploads
from common.domain.documents.files import Uploads
from common.domain.documents.messages import CheckDocuments, EmbedChunks, ExtractPages, RemovePieces
from common.domain.documents.models import StoredDocument
from common.ports import Clock, Cursor, Embedder, FilesReader, Query, Queue, Store

PAGE = 50
"""Documents of one step."""
DUE = Query(StoredDocument, between=("check_at", "<="), order=("check_at",))
OF_AN_EARLIER_MODEL = Query(
    StoredDocument, equal=("status",), between=("embedding_model", "<"), order=("embedding_model",)
)
OF_A_LATER_MODEL = Query(
    StoredDocument, equal=("status",), between=("embedding_model", ">"), order=("embedding_model",)
)
"""By name: the two together find what was embedded by another model."""


def check(
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
    """Look after a page of documents, and stage the next page where there may be one."""
    now = clock.now()
    after = None
    if message.check_at is not None and message.document_id is not None:
        after = Cursor((message.check_at,), message.document_id)
    due = store.query(DUE, {"check_at": message.until}, limit=PAGE, after=after)
    for document in due:
        if document.deleted:
            continue
        if document.status == "ready":
            embedding.begin_round(document, embedder.model, store, embeds, now)
        elif document.status == "processing":
            processing.fail(document, "stalled", "Its processing came to a halt.", store, removals, now)
        else:
            _awaited(document, store, files, extracts, removals, clock)
    if len(due) == PAGE:
        last = due[-1]
        checks.stage(CheckDocuments(until=message.until, check_at=last.check_at, document_id=last.document_id))
    else:
        _of_other_models(message, store, embedder, embeds, clock)


def _awaited(
    document: StoredDocument,
    store: Store,
    files: FilesReader[Uploads],
    extracts: Queue[ExtractPages],
    removals: Queue[RemovePieces],
    clock: Clock,
) -> None:
    """An upload whose time is over: its event was lost, or it never came."""
    info = files.info(document.file)
    if info is not None:
        uploads.begin(document, info.generation, info.size, store, extracts, removals, clock.now())
    else:
        detail = "The file was not uploaded in time."
        processing.fail(document, "never_uploaded", detail, store, removals, clock.now())


def _of_other_models(
    message: CheckDocuments, store: Store, embedder: Embedder, embeds: Queue[EmbedChunks], clock: Clock
) -> None:
    """Begin to embed anew what has vectors of another model."""
    where = {"status": "ready", "embedding_model": embedder.model}
    for query in (OF_AN_EARLIER_MODEL, OF_A_LATER_MODEL):
        for document in store.query(query, where, limit=PAGE):
            if not document.deleted:
                embedding.begin_round(document, embedder.model, store, embeds, clock.now())
