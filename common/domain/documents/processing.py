"""How far a document has come, whatever came first, twice or never."""

from datetime import datetime, timedelta

from common import logs
from common.domain.documents.messages import RemovePieces
from common.domain.documents.models import Failure, FailureCode, StoredDocument
from common.errors import Conflict
from common.ports import Queue, Store

STALLED = timedelta(hours=6)
"""Without any progress: longer than a message is tried."""
RETRY_SOONEST, RETRY_LATEST = timedelta(hours=1), timedelta(days=1)
"""How long a document that is found by keywords alone waits for the model to be tried again."""


class NoLongerProcessed(Conflict):
    """The document was deleted, or failed, while a step was at work."""

    code, title = "document_not_processed", "The document is not being processed any more"


def is_open(document: StoredDocument | None) -> bool:
    """Whether a step of processing may still add to it."""
    return document is not None and not document.deleted and document.status in ("processing", "ready")


def settled(document: StoredDocument, now: datetime) -> StoredDocument:
    """The document with the status that its pages and batches amount to."""
    extracted = document.pages is not None and document.pages_done == document.pages
    is_ready = extracted and set(document.batches) <= set(document.tried)
    is_full = is_ready and set(document.batches) <= set(document.embedded)
    age = now - document.created_at
    retry = min(max(age, RETRY_SOONEST), RETRY_LATEST)
    return document.model_copy(
        update={
            "status": "ready" if is_ready else "processing",
            "embedding_model": document.embedded_by if is_full else None,
            "updated_at": now,
            "check_at": None if is_full else now + (retry if is_ready else STALLED),
        }
    )


def failed(document: StoredDocument, code: FailureCode, detail: str, now: datetime) -> StoredDocument:
    """The document, failed."""
    failure = Failure(code=code, detail=detail)
    return document.model_copy(update={"status": "failed", "failure": failure, "updated_at": now, "check_at": None})


def fail(
    document: StoredDocument,
    code: FailureCode,
    detail: str,
    store: Store,
    removals: Queue[RemovePieces],
    now: datetime,
) -> None:
    """Stage the failure of a document that was read; what was extracted of it goes."""
    store.put(failed(document, code, detail, now))
    if document.pages_done:
        removals.stage(RemovePieces(document_id=document.document_id, user_id=document.user_id, forget=False))
    logs.info("document.failed", document_id=document.document_id, kind=document.kind, code=code)


def with_pages(document: StoredDocument, since: int, change: dict[str, object], now: datetime) -> StoredDocument:
    """The document with what a step brought that began behind page `since`.

    NoLongerProcessed once it was deleted, has failed, or has come further by another delivery of the step.
    """
    if not is_open(document) or document.pages_done != since:
        raise NoLongerProcessed
    return settled(document.model_copy(update=change), now)


def with_batch(document: StoredDocument, first: int, model: str | None, now: datetime) -> StoredDocument:
    """The document with a batch that was tried, and has vectors of `model` unless that is None."""
    if not is_open(document):
        return document
    tried = tuple(sorted({*document.tried, first}))
    embedded, by = document.embedded, document.embedded_by
    if model is not None:
        embedded = tuple(sorted({*(embedded if by == model else ()), first}))
        by = model
    return settled(document.model_copy(update={"tried": tried, "embedded": embedded, "embedded_by": by}), now)
