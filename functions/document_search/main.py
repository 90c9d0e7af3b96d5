"""GET /v1/documents/search"""

from typing import Annotated

from pydantic import Field

from common.domain.tutoring import search
from common.domain.tutoring.search import Found, Many, Words
from common.ports import Caller, Embedder, StoreReader
from common.triggers import http


@http.get("/v1/documents/search", role="learner", rate_limit="120/minute", memory="1Gi")
def document_search(
    caller: Caller,
    store: StoreReader,
    embedder: Embedder,
    q: Words,
    document_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None,
    limit: Many = 10,
) -> Found:
    """Passages of the caller's documents that fit a question, with their pages."""
    return search.search(caller, q, store, embedder, document_id=document_id, limit=limit)
