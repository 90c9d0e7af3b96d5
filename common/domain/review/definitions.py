"""Sentences that say what something is: the term that is explained, and the place where that stands.

Told by form alone: "A fjord is a valley that ...", "... is called a fjord", "Fjord: a valley that ...". What makes the
quizzes finds most of them in English; the forms here find more, and in other languages. What leans on the sentences
before it is taken with them, or not at all: a card is read without the page around it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from common.domain.assessment import nouns
from common.domain.assessment.material import defined_in
from common.domain.assessment.statements import Statement, statements
from common.domain.documents.models import Chunk
from common.domain.language.stop_words import STOP_WORDS
from common.domain.language.terms import stem_sequence

LONGEST = 400
"""Characters of a sentence."""
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
_POINTS = re.compile(
    r"\b(?:above|below|following|(?:figure|table|chapter|page|section|exercise) \d|in this way|of this|by these)\b|"
    r"https?:",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"(?:\w+ ){1,2}(?:example|case|matter|problem|question|reason|result|must|pity|same|good|exception|"
    r"beispiel|frage|problem|grund|ejemplo|problema|exemple|problème)\b",
    re.IGNORECASE,
)
"""It "is an example", "is the reason": that says nothing of what it is."""
_VAGUE = nouns.VAGUE | frozenset(
    {
        "aim", "chapter", "exception", "exercise", "goal", "good", "important", "key", "line", "matter", "most", "must",
        "note", "one", "only", "oldest", "pity", "purpose", "question", "same", "solution", "summary", "tip", "use",
        "warning",
        "beispiel", "ergebnis", "frage", "grund", "teil", "ziel", "zweck", "ejemplo", "problema", "razón", "resultado",
        "but", "exemple", "problème", "raison", "résultat",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """A term, and what says what it is."""

    term: str
    """As it stands there."""
    said: str
    """The sentence, behind those that it leans on, on one line."""
    page: int
    """From 1."""
    start: int
    """Of the sentence: characters from the beginning of the page's text."""
    end: int


def definitions(chunks: Iterable[Chunk]) -> list[Definition]:
    """What the chunks explain, in order; of several places that explain a term the first."""
    found: dict[str, Definition] = {}
    for one in statements(chunks):
        for term in _terms(one) if one.alone is not None else ():
            where = one.citation()
            made = Definition(term, one.alone or one.text, where.page, where.start, where.end)
            found.setdefault(key_of(term), made)
    return list(found.values())


def _terms(statement: Statement) -> list[str]:
    language = statement.language or "en"
    known = [one.term for one in defined_in(statement)] if language == "en" else []
    other = term_of(statement.text, language, (statement.alone or "").removesuffix(statement.text))
    return known or ([other] if other else [])


def key_of(term: str) -> str:
    """What is the same for a term in any case."""
    return " ".join(term.casefold().split())


def term_of(sentence: str, language: str = "en", context: str = "") -> str | None:
    """The term that a sentence explains, or it and the `context` before it; None where it explains none."""
    if len(sentence) > LONGEST or _POINTS.search(sentence):
        return None
    for form in _FORMS[language]:
        found = form.fullmatch(sentence)
        if found is None:
            continue
        says_what_it_is = form is _FORMS[language][0]  # and all of it; what "is called so" may have been told before
        said = found["said"] if says_what_it_is else f"{context}{found['said']}"
        if _explains(found["term"], said, language) and not (says_what_it_is and _EMPTY.match(said)):
            return found["term"]
    return None


def _explains(term: str, said: str, language: str) -> bool:
    words = [word.casefold() for word in term.split()]
    stop = STOP_WORDS[language]
    if words[0] in stop or words[-1] in stop or len(term) < 3 or not _VAGUE.isdisjoint(words):
        return False
    if language == "en" and len(words) > 1 and words[0].endswith("est"):  # "the oldest of the roads" is no name
        return False
    about = set(stem_sequence(said, language)) - set(stem_sequence(term, language))
    return len(about) >= LEAST_TERMS
