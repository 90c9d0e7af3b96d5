"""Terms of a text: the stems of its words, by which chunks are found where no vector finds them.

A chunk and a question about it must come to the same stems, so both go through here.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from threading import Lock

import snowballstemmer  # type: ignore[import-untyped]  # it has no annotations

from common.domain.language.stop_words import STOP_WORDS

MOST_TERMS = 200
"""Of one text: a chunk's terms are index entries, and are paid for."""

LONGEST = 40
"""Characters of a term: longer runs of letters and digits are identifiers and noise."""

_STEMMERS = {
    "en": snowballstemmer.stemmer("english"),
    "de": snowballstemmer.stemmer("german"),
    "es": snowballstemmer.stemmer("spanish"),
    "fr": snowballstemmer.stemmer("french"),
}
_ONE_AT_A_TIME = Lock()  # a stemmer keeps the word that it works on in itself
_WORD = re.compile(r"\w+")
_APOSTROPHE = re.compile(r"(?<=\w)['\N{RIGHT SINGLE QUOTATION MARK}](?:s\b|(?=\w))")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def words(text: str) -> list[str]:
    """The words of `text` in order, with repeats: folded to one case and one form, stop words and all."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _WORD.findall(_APOSTROPHE.sub(" ", folded))


def language_of(text: str) -> str | None:
    """The language with the most stop words in `text` (en, de, es, fr); None where none is ahead."""
    return _ahead(words(text))


def stem_of(word: str, language: str) -> str | None:
    """The term of one folded word; None for stop words, and for single letters."""
    if word in STOP_WORDS[language] or len(word) > LONGEST or (len(word) == 1 and not word.isdigit()):
        return None
    return _stem(word, language)


def stem_sequence(text: str, language: str | None = None) -> list[str]:
    """The terms of `text` in order, with repeats.

    `language` is one of en, de, es, fr; it is told from stop words when it is not given or another, and is
    English where that does not tell. Scripts that write no spaces come in pairs of characters.
    """
    found = words(text)
    spoken = language if language in STOP_WORDS else _ahead(found) or "en"
    pieces = (piece for word in found for piece in _pieces(word))
    return [stem for stem in (stem_of(piece, spoken) for piece in pieces) if stem]


def stems(text: str, language: str | None = None) -> tuple[str, ...]:
    """The terms of `text`, each once, in order; at most MOST_TERMS, those that occur most often in it."""
    counted = Counter(stem_sequence(text, language))
    if len(counted) <= MOST_TERMS:
        return tuple(counted)
    kept = {term for term, _ in counted.most_common(MOST_TERMS)}
    return tuple(term for term in counted if term in kept)


def _ahead(found: list[str]) -> str | None:
    counts = sorted(((sum(word in stop for word in found), code) for code, stop in STOP_WORDS.items()), reverse=True)
    (most, code), (second, _) = counts[:2]
    return code if most > second else None


def _pieces(word: str) -> list[str]:
    if not _UNSPACED.search(word):
        return [word]
    runs = [run for run in re.split(f"({_UNSPACED.pattern})", word) if run]
    pairs: list[str] = []
    for run in runs:
        whole = len(run) <= 2 or not _UNSPACED.fullmatch(run)
        pairs += [run] if whole else [run[at : at + 2] for at in range(len(run) - 1)]
    return pairs


@lru_cache(maxsize=50_000)
def _stem(word: str, language: str) -> str:
    with _ONE_AT_A_TIME:
        stem: str = _STEMMERS[language].stemWord(word)
    decomposed = unicodedata.normalize("NFD", stem)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
