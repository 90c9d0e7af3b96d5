"""Finds the passages that may answer a question: by vectors and by words, scope by scope.

Rights are in the queries: every one names its scope, and nothing of another is ever read. No query has a
disjunction. How many there are is bounded whatever the question and however many scopes: see MOST_SCOPES,
MOST_COUNTED and MOST_LOOKED_UP, which are shared among the scopes.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from common.domain.documents.models import Chunk, StoredDocument
from common.domain.language.terms import stem_sequence
from common.domain.tutoring.passages import Passage
from common.domain.tutoring.question import Question
from common.ports import StoreReader
from common.ports.ai import Embedder, ModelUnavailable, Usage
from common.ports.store import Nearest, Query

MOST_SCOPES = 50
"""Of one question, in the caller's order; more are not searched."""
MOST_DOCUMENTS = 10
"""That a question can be confined to."""
MOST_COUNTED = 40
"""Term counts of one question, all scopes together, but at least 2 a scope: each bills one read."""
MOST_LOOKED_UP = 20
"""Word queries of one question, all scopes together, but at least 1 a scope."""
MOST_CHUNKS = 60
"""Chunks that one kind of query brings in, all scopes together, but at least 3 a scope."""
BY_VECTOR, BY_WORD = 6, 4
"""Passages that are kept of each list. Without vectors words alone bring as many as both."""

NEAREST = Nearest(Chunk, "vector", equal=("scope", "embedding_model"))
NEAREST_OF_DOCUMENT = Nearest(Chunk, "vector", equal=("scope", "embedding_model", "document_id"))
IN_SCOPE = Query(Chunk, equal=("scope",), optional=("document_id",))
WITH_TERM = Query(Chunk, equal=("scope",), optional=("document_id",), contains="terms")

_SATURATION, _LENGTH = 1.2, 0.75  # BM25's k1 and b: Robertson and Zaragoza, 2009


@dataclass(frozen=True)
class Retrieved:
    """What was found, the likeliest first."""

    question: Question
    passages: tuple[Passage, ...]
    usage: Usage | None
    """Of embedding the question; None when no embedder answered."""


@dataclass(frozen=True)
class _Place:
    scope: str
    document_id: str | None

    def where(self, **more: str) -> dict[str, str]:
        """The filters of a query."""
        return {"scope": self.scope, **({"document_id": self.document_id} if self.document_id else {}), **more}


def retrieve(
    text: str,
    scopes: Sequence[str],
    store: StoreReader,
    embedder: Embedder,
    *,
    document_ids: Collection[str] = (),
) -> Retrieved:
    """The passages of `scopes` that fit the question; of `document_ids` alone where some are given.

    `scopes` are those that the caller may read: nothing here checks it. Where the embedder is down, words alone
    decide. Documents that are not ready, or deleted, bring nothing.
    """
    documents: list[str | None] = [*list(dict.fromkeys(document_ids))[:MOST_DOCUMENTS]] or [None]
    places = [_Place(scope, one) for one in documents for scope in dict.fromkeys(scopes)][:MOST_SCOPES]
    try:
        embedded = embedder.embed([text], "question")
    except ModelUnavailable:
        embedded = None
    question = Question(text, embedded.vectors[0] if embedded else None)
    similar = _by_vector(question, places, store, embedder.model)
    counts, total = _frequencies(question, places, store)
    found = {**_by_word(question, places, store, counts), **{chunk.chunk_id: chunk for chunk, _ in similar}}
    rarity = {term: math.log(1 + (total - count + 0.5) / (count + 0.5)) for term, count in counts.items()}
    unknown = math.log(1 + (total + 0.5) / 0.5)
    question = replace(question, rarity={term: rarity.get(term, unknown) for term in question.terms})
    passages = _ranked(question, found, {chunk.chunk_id: cosine for chunk, cosine in similar})
    return Retrieved(question, _readable(passages, store), embedded.usage if embedded else None)


def _by_vector(question: Question, places: list[_Place], store: StoreReader, model: str) -> list[tuple[Chunk, float]]:
    if question.vector is None or not places:
        return []
    limit = max(3, min(2 * BY_VECTOR, MOST_CHUNKS // len(places)))
    found: list[tuple[Chunk, float]] = []
    for place in places:
        search = NEAREST_OF_DOCUMENT if place.document_id else NEAREST
        found += store.nearest(search, question.vector, place.where(embedding_model=model), limit=limit)
    return sorted(found, key=lambda one: -one[1])


def _frequencies(question: Question, places: list[_Place], store: StoreReader) -> tuple[Counter[str], int]:
    """How many chunks hold each term, as far as it is counted, and how many there are.

    An index counts exactly and needs no document that every upload and removal would have to keep right. Longer
    words are rarer in general: where not all can be counted, those are.
    """
    counted = max(2, MOST_COUNTED // max(1, len(places)))
    terms = sorted(question.terms, key=lambda term: (not any(letter.isdigit() for letter in term), -len(term)))
    counts: Counter[str] = Counter()
    for place in places:
        for term in terms[:counted]:
            counts[term] += store.count(WITH_TERM, place.where(terms=term))
    return counts, sum(store.count(IN_SCOPE, place.where()) for place in places)


def _by_word(question: Question, places: list[_Place], store: StoreReader, counts: Counter[str]) -> dict[str, Chunk]:
    """Chunks with the question's rarest words."""
    rarest = sorted((count, term) for term, count in counts.items() if count)
    if not rarest:
        return {}
    lookups = max(1, min(3 if question.vector else 5, MOST_LOOKED_UP // len(places)))
    limit = max(3, min(2 * BY_VECTOR, MOST_CHUNKS // len(places)))
    found: dict[str, Chunk] = {}
    for place in places:
        for _, term in rarest[:lookups]:
            chunks = store.query(WITH_TERM, place.where(terms=term), limit=limit)
            found |= {chunk.chunk_id: chunk for chunk in chunks}
    return found


def _ranked(question: Question, found: dict[str, Chunk], similarities: dict[str, float]) -> list[Passage]:
    """The best by cosine and the best by BM25, each once."""
    counted = {one: Counter(stem_sequence(chunk.text, question.language)) for one, chunk in found.items()}
    mean = sum(words.total() for words in counted.values()) / max(1, len(counted)) or 1.0
    passages = [
        Passage.of(chunk, similarity=similarities.get(one), keyword=_bm25(question, counted[one], mean))
        for one, chunk in found.items()
    ]
    similar = sorted((one for one in passages if one.similarity is not None), key=lambda one: -(one.similarity or 0))
    worded = sorted((one for one in passages if one.keyword > 0), key=lambda one: -one.keyword)
    kept = [*similar[:BY_VECTOR], *worded[: BY_WORD if similar else BY_VECTOR + BY_WORD]]
    return list({one.chunk_id: one for one in kept}.values())


def _bm25(question: Question, words: Counter[str], mean: float) -> float:
    norm = _SATURATION * (1 - _LENGTH + _LENGTH * words.total() / mean)
    return sum(
        question.weight(term) * words[term] * (_SATURATION + 1) / (words[term] + norm)
        for term in question.terms
        if words[term]
    )


def _readable(passages: list[Passage], store: StoreReader) -> tuple[Passage, ...]:
    """Those of documents that stand, by the title that they have now."""
    documents = store.get_many(StoredDocument, list(dict.fromkeys(one.document_id for one in passages)))
    titles = {one.document_id: one.title for one in documents if one.status == "ready" and not one.deleted}
    return tuple(replace(one, title=titles[one.document_id]) for one in passages if one.document_id in titles)
