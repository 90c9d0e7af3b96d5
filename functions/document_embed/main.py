"""Task: embeds one batch of a document's chunks."""

from common.domain.documents import embedding
from common.domain.documents.messages import EmbedChunks
from common.domain.tutoring import ledger
from common.ports import Clock, Embedder, Ids, Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=20, max_concurrent=8, memory="1Gi", timeout=120)
def document_embed(
    message: EmbedChunks, store: Store, embedder: Embedder, embeds: Queue[EmbedChunks], clock: Clock, ids: Ids
) -> None:
    """Give the chunks of a batch their vectors; the last batch makes the document ready."""
    usage = embedding.embed(message, store, embedder, embeds, clock)
    if usage:
        ledger.record(
            store,
            ids,
            clock,
            user_id=message.user_id,
            purpose="embed",
            served_by="model",
            outcome="answered",
            usage=usage,
        )
