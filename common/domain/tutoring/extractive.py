"""The offline tutor: answers with sentences of the material, word for word, or says that it is not there.

Pure functions over passages and vectors. The scoring was chosen by measurement on the tuning questions of
infrastructure/samples (`make bench-retrieval`).
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import mul

from common.domain.tutoring.calibration import BY_WORDS, WITH_VECTORS
from common.domain.tutoring.passages import Passage, Sentence, sentences
from common.domain.tutoring.question import Question
from common.domain.tutoring.sources import Source, TutorAnswer, nearest_pages

VERSION = "extractive-2"
"""Changes with whatever changes its answers: cached ones are not given any more."""
MOST_EMBEDDED, MOST_WORDS = 14, 5
"""Sentences, and words of the question, whose vectors are asked for; about 5 ms and 1 ms each."""
MOST_CHOSEN, MOST_CITED = 4, 5
"""Sentences that are chosen for themselves, and all that an answer has."""
WITHIN = 0.4
"""Of the best score: a worse sentence is not cited beside it."""
FITTING, FITTING_WORDS = 0.15, 0.4
"""What it adds, beside scores of 0 to 1, that a sentence holds the kind of thing that is asked for; the second where
words alone decide."""
Vectors = Callable[[list[str]], Sequence[Sequence[float]] | None]
"""Vectors of texts, by the model that embedded the question; None when it is down."""

ANSWERS = {
    "en": "This is the offline tutor. It quotes your material and adds nothing of its own:",
    "de": "Hier antwortet der Offline-Tutor. Er zitiert dein Material und fügt nichts hinzu:",
    "es": "Responde el tutor sin conexión. Cita tu material y no añade nada:",
    "fr": "Le tuteur hors ligne te répond. Il cite tes documents et n'ajoute rien :",
}
REFUSES = {
    "en": "This is the offline tutor. I found nothing in your material that answers this.",
    "de": "Hier antwortet der Offline-Tutor. In deinem Material habe ich nichts gefunden, was das beantwortet.",
    "es": "Responde el tutor sin conexión. No he encontrado en tu material nada que responda a esto.",
    "fr": "Le tuteur hors ligne te répond. Je n'ai rien trouvé dans tes documents qui réponde à cette question.",
}
_LEANS_BACK = re.compile(
    r"(?:it|its|they|their|them|this|these|those|that|such|he|she|his|her|er|sie|es|ihre?|diese[rs]?|esto|estos|estas?|su|"
    r"ellos?|ellas?|il|elle|ils|elles|ce|cette|ces|leurs?)\b",
    re.IGNORECASE,
)
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
"""Zero-width spaces, and marks of direction; joiners, which some scripts need, are not among them."""
_BRACKETED = re.compile(r"\[(\s*\d+(?:\s*[,;\N{EN DASH}-]\s*\d+)*\s*)\]")


@dataclass(frozen=True)
class Scored:
    """A sentence of a passage, with what speaks for it."""

    passage: Passage
    sentence: Sentence
    before: Sentence | None
    """The sentence of the passage in front of it."""
    after: Sentence | None
    """The one behind it."""
    coverage: float
    """Share of the question's terms in the sentence and what gives it its meaning."""
    fits: bool
    """It holds the kind of thing that is asked for."""
    cosine: float | None = None
    """Of the question and the sentence with what gives it its meaning."""
    nearest_word: float = 0.0
    """Of that and the one word of the question that comes nearest to it."""
    score: float = 0.0


def answer(
    question: Question, passages: Sequence[Passage], vectors: Vectors, language: str | None = None
) -> TutorAnswer:
    """Sentences that answer the question, each cited, or a refusal with the nearest pages.

    `language` is of the tutor's own words: en, de, es or fr; the question's when it is not given.
    """
    language = language or question.language
    ranked = rank(question, passages, vectors)
    confidence, least = _confidence(question, ranked)
    if confidence < least:
        pages = nearest_pages(one.passage for one in ranked)
        return TutorAnswer(route="not_found", answer=REFUSES[language], confidence=confidence, nearest=pages)
    return quoted(ranked, confidence, language)


def quoted(ranked: Sequence[Scored], confidence: float, language: str) -> TutorAnswer:
    """The best of some ranked sentences as an answer, each cited."""
    cited = list(enumerate(_chosen(ranked), start=1))
    said = " ".join(f"{harmless(sentence.flat)} [{n}]" for n, (_, sentence) in cited)
    sources = tuple(Source.of(n, passage, sentence) for n, (passage, sentence) in cited)
    return TutorAnswer(route="grounded", answer=f"{ANSWERS[language]} {said}", confidence=confidence, sources=sources)


def rank(question: Question, passages: Sequence[Passage], vectors: Vectors) -> list[Scored]:
    """Sentences of the passages, the best first; the MOST_EMBEDDED likeliest where there are vectors."""
    found = [one for passage in passages for one in _sentences_of(question, passage)]
    most = max((passage.keyword for passage in passages), default=0.0) or 1.0
    if question.vector is None:
        return _ordered(found, [_by_words(one, most) for one in found], FITTING_WORDS)
    likely = sorted(found, key=lambda one: -_at_first_sight(one, most))[:MOST_EMBEDDED]
    near = _with_cosines(question, question.vector, likely, vectors)
    if near is None:
        return _ordered(found, [_by_words(one, most) for one in found], FITTING_WORDS)
    return _ordered(near, [_by_vectors(one, most) for one in near], FITTING)


def _with_cosines(
    question: Question, vector: Sequence[float], likely: Sequence[Scored], vectors: Vectors
) -> list[Scored] | None:
    """The sentences with their cosines; None when no embedder answers. Sentences and words are asked for at once."""
    words = sorted(question.words, key=lambda word: -question.weight_of(word))[:MOST_WORDS]
    embedded = vectors([one.sentence.gist for one in likely] + words) if likely else []
    if embedded is None:
        return None
    meanings, spoken = embedded[: len(likely)], embedded[len(likely) :] or [vector]
    return [
        replace(one, cosine=_dot(vector, meaning), nearest_word=max(_dot(word, meaning) for word in spoken))
        for one, meaning in zip(likely, meanings, strict=True)
    ]


def features(question: Question, ranked: Sequence[Scored]) -> tuple[float, ...]:
    """What the confidence rests on; none depends on how much material there is.

    With vectors: the highest cosine of a sentence; how much of it is more than what the nearest single word of the
    question brings, for a sentence on the same subject is near to the subject's name whatever is asked about it; the
    share of the question's terms in the best passage, the rare ones weighing more; and whether that has all its names
    and numbers. By words alone: the share of terms that no passage has, and the last again.
    """
    best, most = ranked[0], max(1, len(question.terms))
    terms = question.terms_of(f"{best.passage.title} {best.passage.text}")
    named = float(question.names <= terms)
    if best.cosine is not None:
        highest = max(ranked, key=lambda one: one.cosine or 0.0)
        top = highest.cosine or 0.0
        return top, top - highest.nearest_word, question.coverage(terms), named
    texts = {one.passage.chunk_id: one.passage.text for one in ranked}
    known = frozenset[str]().union(*(question.terms_of(text) for text in texts.values()))
    return sum(term not in known for term in question.terms) / most, named


def harmless(text: str) -> str:
    """A document's words as part of an answer: its bracketed numbers cite nothing here, its markup is text."""
    return html.escape(_BRACKETED.sub(r"(\1)", visible(text)).strip("| "), quote=False)


def visible(text: str) -> str:
    """A text without what hides in it, or turns what follows it around."""
    return _UNSEEN.sub("", text)


def _confidence(question: Question, ranked: Sequence[Scored]) -> tuple[float, float]:
    """How sure the best sentence makes us, and how sure we have to be."""
    if not ranked:
        return 0.0, 1.0
    calibration = BY_WORDS if ranked[0].cosine is None else WITH_VECTORS
    return round(calibration.confidence(features(question, ranked)), 3), calibration.least


def _sentences_of(question: Question, passage: Passage) -> list[Scored]:
    found = sentences(passage.text)
    neighbours = zip([None, *found], found, [*found[1:], None], strict=False)
    return [
        Scored(passage, one, before, after, question.coverage(question.terms_of(one.window)), question.fits(one.flat))
        for before, one, after in neighbours
    ]


def _at_first_sight(one: Scored, most: float) -> float:
    similarity, keyword = one.passage.similarity or 0.0, one.passage.keyword / most
    return one.coverage + similarity + 0.3 * keyword + 0.2 * one.fits


def _by_vectors(one: Scored, most: float) -> float:
    similarity, keyword = one.passage.similarity or 0.0, one.passage.keyword / most
    return 1.8 * (one.cosine or 0.0) + 0.8 * similarity + 0.6 * one.coverage + 0.2 * keyword


def _by_words(one: Scored, most: float) -> float:
    return one.coverage + 0.3 * one.passage.keyword / most


def _ordered(found: Sequence[Scored], values: Sequence[float], fitting: float) -> list[Scored]:
    low, high = min(values, default=0.0), max(values, default=0.0)
    scored = [
        replace(one, score=(value - low) / ((high - low) or 1.0) + fitting * one.fits)
        for value, one in zip(values, found, strict=True)
    ]
    return sorted(scored, key=lambda one: -one.score)


def _chosen(ranked: Sequence[Scored]) -> list[tuple[Passage, Sentence]]:
    """The best sentences, and what must be read with them; the best one's passage first, each in its order.

    A sentence that leans back ("They open at night") brings the one in front of it, and the best the one behind it
    that leans on it.
    """
    best = ranked[0]
    chosen: dict[tuple[Passage, Sentence], None] = {}
    for one in ranked[:MOST_CHOSEN]:
        if one.score < best.score - WITHIN:
            break
        chosen[one.passage, one.sentence] = None
        if one.before and _leans_on_its_neighbour(one.sentence):
            chosen[one.passage, one.before] = None
        if one is best and one.after and _leans_on_its_neighbour(one.after):
            chosen[one.passage, one.after] = None
    cited = list(chosen)[:MOST_CITED]
    return sorted(cited, key=lambda one: (one[0] is not best.passage, one[0].chunk_id, one[1].start))


def _leans_on_its_neighbour(sentence: Sentence) -> bool:
    return not sentence.is_row and _LEANS_BACK.match(sentence.text) is not None


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return float(sum(map(mul, one, other)))
