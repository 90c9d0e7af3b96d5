"""The same question about the same material gets the same answer again, for a day, from whoever may read the same.

An answer's id is made of everything that it depends on: the prompt's version and the model, the scopes that were
searched and how their documents stood, the documents and the course it was confined to, the language, the persona,
the learner's level, and the question. So another learner, another right or a changed document makes another id: an
answer never crosses a permission. A hit is looked at once more: every document that it cites must still be there.
"""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from common.domain.documents.models import StoredDocument
from common.domain.tutoring.models import CachedAnswer
from common.domain.tutoring.sources import NearestPage, Source
from common.ports import Query, StoreReader

KEPT = timedelta(hours=24)
MOST_BYTES = 50_000
"""Of an answer with its sources; a longer one is not kept."""
OF_DOCUMENT = Query(CachedAnswer, contains="documents")
"""What a document's removal takes along."""
NEWEST = Query(StoredDocument, equal=("scope",), order=("-updated_at",))


def answer_id(question: str, scopes: Sequence[str], store: StoreReader, depends_on: dict[str, object]) -> str:
    """The id of the answer to a question. Costs one read a scope: its document that changed last."""
    said = {
        **depends_on,
        "question": " ".join(unicodedata.normalize("NFKC", question).casefold().split()),
        "scopes": [(scope, _version(scope, store)) for scope in sorted(set(scopes))],
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:40]


def _version(scope: str, store: StoreReader) -> str | None:
    newest = store.query(NEWEST, {"scope": scope}, limit=1)
    return f"{newest[0].document_id} {newest[0].updated_at.isoformat()}" if newest else None


def find(answer_id: str, scopes: Sequence[str], store: StoreReader, now: datetime) -> CachedAnswer | None:
    """The answer, if it is kept and all that it cites may still be read. Costs a read, and one a document it cites."""
    kept = store.get(CachedAnswer, answer_id)
    if kept is None or kept.expires_at <= now:
        return None
    documents = store.get_many(StoredDocument, list(kept.documents))
    standing = [one for one in documents if not one.deleted and one.status == "ready" and one.scope in scopes]
    return kept if len(standing) == len(kept.documents) else None


def made(
    answer_id: str,
    *,
    scopes: Sequence[str],
    route: str,
    answer: str,
    confidence: float,
    sources: tuple[Source, ...],
    nearest: tuple[NearestPage, ...],
    now: datetime,
) -> CachedAnswer | None:
    """The answer as it is kept; None where it is too long."""
    own = next((scope.removeprefix("user:") for scope in scopes if scope.startswith("user:")), None)
    named = dict.fromkeys([*(one.document_id for one in sources), *(one.document_id for one in nearest)])
    kept = CachedAnswer.model_validate(
        {
            "answer_id": answer_id,
            "user_id": own,
            "documents": tuple(named),
            "route": route,
            "answer": answer,
            "confidence": confidence,
            "sources": sources,
            "nearest": nearest,
            "created_at": now,
            "expires_at": now + KEPT,
        }
    )
    return kept if len(kept.model_dump_json()) <= MOST_BYTES else None
