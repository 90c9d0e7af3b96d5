"""Gives chunks their vectors, a batch at a time.

Where the model is not to be had, a document becomes ready all the same and is found by keywords; its batches are tried
again, by themselves at first, then by the sweep. The same way a document gets vectors of another model.
"""

from datetime import datetime, timedelta

from common import logs
from common.domain.documents import processing
from common.domain.documents.messages import EmbedChunks
from common.domain.documents.models import Chunk, StoredDocument, chunk_id
from common.ports import Clock, Embedder, Queue, Store
from common.ports.ai import ModelUnavailable, Usage

AGAIN = (timedelta(minutes=1), timedelta(minutes=10))
"""After each attempt of a batch; then the sweep takes over."""


def embed(
    message: EmbedChunks, store: Store, embedder: Embedder, embeds: Queue[EmbedChunks], clock: Clock
) -> Usage | None:
    """Embed one batch, and say so in the document: the last one to be done makes it ready.

    What the model used, for the ledger; None where it was not asked, or did not answer.
    """
    document = store.get(StoredDocument, message.document_id)
    if document is None or not processing.is_open(document) or document.round != message.round:
        return None
    usage = None
    if document.embedded_by != embedder.model or message.first not in document.embedded:
        usage = _vectors(document, message.first, store, embedder)
        model, now = embedder.model if usage else None, clock.now()
        store.amend(
            StoredDocument,
            document.document_id,
            lambda latest: processing.with_batch(latest, message.first, model, now),
        )
        if usage is None:
            _try_again(message, embeds, now)
            return None
    if message.follow:
        _go_on(document, message, embedder.model, embeds)
    return usage


def _vectors(document: StoredDocument, first: int, store: Store, embedder: Embedder) -> Usage | None:
    """Stage the vectors of a batch; what that took, or None where the model is not to be had."""
    end = next((later for later in document.batches if later > first), document.chunks)
    chunks = store.get_many(Chunk, [chunk_id(document.document_id, ordinal) for ordinal in range(first, end)])
    try:
        made = embedder.embed([chunk.text for chunk in chunks], "passage")
    except ModelUnavailable:
        logs.warning("document.not_embedded", document_id=document.document_id, batch=first)
        return None
    for chunk, vector in zip(chunks, made.vectors, strict=True):
        store.update(Chunk, chunk.chunk_id, {"vector": vector, "embedding_model": embedder.model})
    return made.usage


def _try_again(message: EmbedChunks, embeds: Queue[EmbedChunks], now: datetime) -> None:
    if message.attempt < len(AGAIN):
        again = message.model_copy(update={"attempt": message.attempt + 1})
        embeds.stage(again, at=now + AGAIN[message.attempt])


def _go_on(document: StoredDocument, message: EmbedChunks, model: str, embeds: Queue[EmbedChunks]) -> None:
    done = document.embedded if document.embedded_by == model else ()
    left = (batch for batch in document.batches if batch > message.first and batch not in done)
    following = next(left, None)
    if following is not None:
        embeds.stage(message.model_copy(update={"first": following, "attempt": 0}))


def begin_round(document: StoredDocument, model: str, store: Store, embeds: Queue[EmbedChunks], now: datetime) -> None:
    """Stage another embedding of a ready document: of what lacks vectors of `model`, one batch after the other."""
    kept = document.embedded if document.embedded_by == model else ()
    begun = document.model_copy(
        update={"round": document.round + 1, "embedded": kept, "embedded_by": model, "embedding_model": None}
    )
    store.put(processing.settled(begun, now))
    following = next((batch for batch in document.batches if batch not in kept), None)
    if following is not None:
        embeds.stage(
            EmbedChunks(
                document_id=document.document_id,
                user_id=document.user_id,
                round=begun.round,
                first=following,
                follow=True,
            )
        )
    logs.info("document.embedded_anew", document_id=document.document_id, round=begun.round)
