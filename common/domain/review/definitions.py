"""Sentences that say what something is: the term that is explained, and the place where that stands.

Told by form alone: "A fjord is a valley that ...", "... is called a fjord", "Fjord: a valley that ...". What leans on
the sentence before it is taken with that sentence, or not at all: a card is read without the page around it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from common.domain.documents.models import Chunk
from common.domain.language.stop_words import STOP_WORDS
from common.domain.language.terms import language_of, stem_sequence
from common.domain.tutoring.passages import Sentence, sentences

SHORTEST, LONGEST = 25, 400
"""Characters of what is said, with the sentence before where it is needed."""
LEAST_TERMS = 2
"""That say something of the term: fewer distinguish nothing."""

_CURLED = "\N{RIGHT SINGLE QUOTATION MARK}"
_WORD = rf"[^\W\d_][\w'{_CURLED}-]*"
_DEFINED = "(?:: | [\N{EN DASH}\N{EM DASH}] )"
"""What stands between a term and what it is, in a glossary."""
_TERM = rf"(?P<term>{_WORD}(?: {_WORD}){{0,4}}?)"
_SHORT = rf"(?P<term>{_WORD}(?: {_WORD}){{0,2}}?)"
_ASIDE = r"(?: \([^()]{1,60}\)|, [^,.;:]{1,60},)?"
_FORMS: dict[str, tuple[re.Pattern[str], ...]] = {
    "en": (
        re.compile(
            rf"(?:(?:An?|The) )?{_TERM}{_ASIDE} (?:is|are|was|were|means|refers to|denotes) "
            r"(?P<said>(?:an?|the|any|what|when|how) [^:]+)\."
        ),
        re.compile(
            r"(?P<said>.+?),? (?:(?:is|are|was|were) (?:also |often |usually |then |now |sometimes )?)?(?:so-)?"
            rf"(?:called|known as|termed) (?:an? |the )?{_SHORT}"
            r"(?:[.;]|,(?! (?:\w+ ){1,2}and )| (?:that|which|who|and|in|by|from|because|on)\b).*"
        ),
        re.compile(rf"(?P<said>.*\b(?:[Aa]n?|[Tt]he) {_WORD}(?: {_WORD})?) named (?P<term>{_WORD})\b.*"),
        re.compile(rf"(?P<said>(?:An?|The) [^:;]{{25,}}?) (?:is|are) (?:an?|the) {_SHORT}\."),
        re.compile(rf"{_SHORT}{_DEFINED}(?P<said>(?:an?|any) .+)"),
    ),
    "de": (
        re.compile(
            rf"(?:(?:Eine?|Der|Die|Das) )?{_TERM}{_ASIDE} (?:ist|sind|war|waren|bedeutet|bezeichnet) "
            r"(?P<said>(?:eine?[nrms]?|der|die|das|den) .+)\."
        ),
        re.compile(rf"(?P<said>.+?) (?:heißt|heißen|nennt man) (?:eine?[nrm]? |der |die |das )?{_SHORT}\."),
        re.compile(rf"{_SHORT}{_DEFINED}(?P<said>eine? .+)"),
    ),
    "es": (
        re.compile(
            rf"(?:(?:Una?|El|La|Los|Las) )?{_TERM}{_ASIDE} (?:es|son|era|fue|significa) "
            r"(?P<said>(?:una?|el|la|los|las) .+)\."
        ),
        re.compile(
            rf"(?P<said>.+?) (?:se llaman?|se denominan?|se conocen? como) (?:una? |el |la |los |las )?{_SHORT}\."
        ),
        re.compile(rf"{_SHORT}{_DEFINED}(?P<said>una? .+)"),
    ),
    "fr": (
        re.compile(
            rf"(?:(?:Une?|Le|La|Les) |L['{_CURLED}])?{_TERM}{_ASIDE} (?:est|sont|était|désigne|signifie) "
            rf"(?P<said>(?:une?|le|la|les|des|l['{_CURLED}]) ?.+)\."
        ),
        re.compile(
            rf"(?P<said>.+?) (?:s['{_CURLED}]appelle(?:nt)?|(?:est|sont) appelée?s?) (?:une? |le |la )?{_SHORT}\."
        ),
        re.compile(rf"{_SHORT}{_DEFINED}(?P<said>une? .+)"),
    ),
}
_LEANING = (
    r"it|its|they|their|them|this|these|those|that|such|he|she|his|her|one|both|some|others?|another|most|many|few|all|"
    r"each|here|there|then|thus|therefore|hence|so|also|too|however|but|and|or|yet|still|in the other|"
    r"(?:if|when|while|where) (?:it|they|this|so|not)|"
    r"er|sie|es|dies\w*|dabei|dazu|dann|doch|aber|ihre?|seine?|est[aeo]s?|ellos?|ellas?|sus?|pero|"
    r"ils?|elles?|ces?|cette|leurs?|mais"
)
_LEANING_NOUNS = (
    r"other|same|former|latter|process|method|practice|result|instrument|whole|line|upper|lower|middle|first|second"
)
_LEANS = re.compile(rf"(?:{_LEANING}|the (?:{_LEANING_NOUNS})(?!(?: \w+)? of))\b", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:this|these|them|those(?! who| that| which| of))\b", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:above|below|following|(?:figure|table|chapter|page|section|exercise) \d|in this way|of this|by these)\b|"
    r"https?:",
    re.IGNORECASE,
)
_VAGUE = frozenset(
    {
        "aim", "answer", "best", "case", "cause", "chapter", "difference", "end", "example", "exception", "exercise",
        "fact", "first", "goal", "good", "idea", "key", "kind", "last", "line", "matter", "most", "must", "name",
        "note", "number", "one", "only", "part", "pity", "point", "problem", "purpose", "question", "reason",
        "result", "rule", "same", "second", "solution", "step", "summary", "thing", "third", "time", "tip", "total",
        "type", "use", "warning", "way", "word", "work", "worst", "year", "beispiel", "ergebnis", "frage", "grund",
        "teil", "ziel", "zweck", "ejemplo", "problema", "razón", "resultado", "but", "exemple", "problème", "raison",
        "résultat",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """A term, and what says what it is."""

    term: str
    """As it stands there."""
    said: str
    """One sentence, or two, on one line."""
    page: int
    """From 1."""
    start: int
    """Characters from the beginning of the page's text; between start and end it says the same."""
    end: int


def definitions(chunks: Iterable[Chunk]) -> list[Definition]:
    """What the chunks explain, in order; of several places that explain a term the first."""
    found: dict[str, Definition] = {}
    for chunk in chunks:
        for one in _of(chunk):
            found.setdefault(key_of(one.term), one)
    return list(found.values())


def key_of(term: str) -> str:
    """What is the same for a term in any case."""
    return " ".join(term.casefold().split())


def term_of(sentence: str, language: str = "en", context: str = "") -> str | None:
    """The term that a sentence explains, or it and the `context` before it; None where it explains none."""
    if len(sentence) > LONGEST or _POINTS.search(sentence):
        return None
    for form in _FORMS[language]:
        found = form.fullmatch(sentence)
        if found and _explains(found["term"], found["said"], context, language):
            return found["term"]
    return None


def leans(sentence: str) -> bool:
    """Whether a sentence speaks of what only the sentence before it names."""
    return bool(_LEANS.match(sentence) or _POINTS_BACK.search(sentence))


def _of(chunk: Chunk) -> Iterator[Definition]:
    spoken = language_of(chunk.text) or "en"
    before: Sentence | None = None
    for sentence in sentences(chunk.text):
        context = _context(chunk, before, sentence) if leans(sentence.flat) else None
        term = term_of(sentence.flat, spoken, context.flat if context else "")
        if term is not None and (context or not leans(sentence.flat)):
            first = context or sentence
            said = " ".join(chunk.text[first.start : sentence.end].split())
            if SHORTEST <= len(said) <= LONGEST:
                yield Definition(term, said, chunk.page, chunk.start + first.start, chunk.start + sentence.end)
        before = sentence


def _context(chunk: Chunk, before: Sentence | None, sentence: Sentence) -> Sentence | None:
    """The sentence before, where it is of the same paragraph and stands by itself."""
    if before is None or sentence.is_row or "\n\n" in chunk.text[before.end : sentence.start]:
        return None
    return None if leans(before.flat) or before.flat != sentence.before.strip() else before


def _explains(term: str, said: str, context: str, language: str) -> bool:
    words = [word.casefold() for word in term.split()]
    stop = STOP_WORDS[language]
    if words[0] in stop or words[-1] in stop or len(term) < 3 or not _VAGUE.isdisjoint(words):
        return False
    if language == "en" and len(words) > 1 and words[0].endswith("est"):  # "the oldest of the roads" is no name
        return False
    head = [word for word in re.findall(r"\w+", said.casefold())[:3] if word not in stop]
    of_term = set(stem_sequence(term, language))
    about = set(stem_sequence(f"{context} {said}", language)) - of_term
    return len(about) >= LEAST_TERMS and not (head and head[0] in _VAGUE)
