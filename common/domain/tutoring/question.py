"""What a question asks for: its terms, and the kind of answer that would fit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from common.domain.language.terms import language_of, stem_of, stem_sequence, words

ANSWERED_IN = "en"
"""Where a question's language cannot be told."""

_NUMBER = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|third|twice|dozen|hundred|thousand|"
    r"million|billion|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|hundert|tausend|dos|tres|cuatro|cinco|seis|siete|"
    r"ocho|nueve|diez|cien|mil|deux|trois|quatre|cinq|sept|huit|neuf|dix|cent|mille)"
)
_UNIT = (
    r"(?:second|minute|hour|day|night|week|month|year|decade|centur|sekunde|stunde|tag|woche|monat|jahr|segundo|minuto|"
    r"hora|día|semana|mes|año|seconde|heure|jour|semaine|mois|ans?\b|année)"
)
_MONTH = (
    r"(?:jan(?:uary|uar|vier)|feb(?:ruary|ruar)|march|märz|april|may|june|juni|july|juli|august|september|o[ck]tober|"
    r"november|de[cz]ember|enero|febrero|marzo|abril|mayo|junio|julio|agosto|octubre|noviembre|diciembre|février|mars|"
    r"avril|juin|juillet|août|octobre|novembre|décembre)"
)
_DURATION = rf"(?:{_NUMBER})[^.]*\b{_UNIT}"
_MOMENT = (
    rf"\b(?:\d{{1,2}}:\d\d|[12]\d{{3}}|\d{{1,4}} (?:bc|ad|v\. chr)|{_MONTH}|spring|summer|autumn|winter|when|wenn|als|"
    r"cuando|quand|after|before|nach|vor|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|centur\w+|jahrhundert|siglo|siècle|"
    r"morning|noon|evening|night)\b"
)
_PERSON = r"(?-i:\b[A-ZÄÖÜÉ][\w'.-]+(?: (?:van|von|de|del|of|the|la))* [A-ZÄÖÜÉ]\w+|\b(?:Mrs?|Ms|Dr|Herr|Frau)\b)"
_REASON = (
    r"\b(?:because|so|since|to|due|therefore|for|otherwise|lest|weil|denn|damit|daher|um|porque|para|pues|por|parce|car|"
    r"pour|afin)\b"
)
_PLACE = r"\b(?:in|at|on|near|from|inside|behind|below|beside|between|under|auf|bei|aus|en|desde|dans|à|sur|chez)\b"

_ASKS_DURATION = (
    r"\bhow long\b|\bhow many (?:days|hours|years|weeks|months|minutes)\b|\bwie lange\b|\bcuánto tiempo\b|"
    r"\bcombien de temps\b"
)
_ASKS_NUMBER = (
    r"\bhow (?:many|much|deep|far|old|fast|quickly|hard|tight|late|high|tall|wide|big|large|heavy|hot|cold|often)\b|"
    r"\bwhat (?:share|portion|frequency|price|distance|number|percentage|temperature|dose|speed|rate|fraction)\b|"
    r"\bwhich number\b|\bat what\b|\bwie(?: ?viele?| hoch| groß| schnell| weit| alt| tief| schwer)\b|\bcuánt[oa]s?\b|"
    r"\bcombien\b"
)
_ASKS_MOMENT = r"\bwhen\b|\b(?:which|what) (?:date|year|day|month|time)\b|\bwann\b|\bcuándo\b|\bquand\b"
_KINDS = [
    (_ASKS_DURATION, _DURATION),
    (_ASKS_NUMBER, _NUMBER),
    (_ASKS_MOMENT, _MOMENT),
    (r"\bwho\b|\bwhom\b|\bwer\b|\bwen\b|\bwem\b|\bquién(?:es)?\b|\bqui\b", _PERSON),
    (r"\bwhy\b|\bwarum\b|\bwieso\b|\bweshalb\b|\bpor qué\b|\bpourquoi\b", _REASON),
    (r"\bwhere\b|\bwo\b|\bwoher\b|\bwohin\b|\bd[oó]nde\b|\boù\b", _PLACE),
]
KINDS = [(re.compile(asked, re.IGNORECASE), re.compile(fitting, re.IGNORECASE)) for asked, fitting in _KINDS]
"""What a question looks like, and what an answer to it must hold; the first that matches counts."""


_NUMERAL = re.compile(r"\d+")
_NAME = re.compile(r"(?<!^)\b[A-ZÀ-ÖØ-Þ]\w+|\d+")


@dataclass(frozen=True)
class Question:
    """A learner's question, with how rare each of its terms is where answers are looked for."""

    text: str
    vector: tuple[float, ...] | None = None
    """None where no embedder answered: then words alone decide."""
    rarity: Mapping[str, float] = field(default_factory=dict)
    """Inverse document frequency of its terms; 1 for a term that is not here."""

    @cached_property
    def language(self) -> str:
        """en, de, es or fr."""
        return language_of(self.text) or ANSWERED_IN

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Each once, in order."""
        return tuple(dict.fromkeys(stem_sequence(self.text, self.language)))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its terms as it writes them, each once, in order; stop words, and scripts without spaces, have none."""
        spoken = {stem_of(word, self.language): word for word in reversed(words(self.text))}
        return tuple(spoken[term] for term in self.terms if term in spoken)

    @cached_property
    def names(self) -> frozenset[str]:
        """The terms of its numbers, and of what it writes with a capital (German writes every noun so)."""
        pattern = _NUMERAL if self.language == "de" else _NAME
        return self.terms_of(" ".join(pattern.findall(self.text)))

    @cached_property
    def _fitting(self) -> re.Pattern[str] | None:
        return next((fitting for asked, fitting in KINDS if asked.search(self.text)), None)

    def fits(self, text: str) -> bool:
        """Whether `text` holds the kind of thing that is asked for; any does where that is not known."""
        return self._fitting is None or self._fitting.search(text) is not None

    def coverage(self, terms: frozenset[str]) -> float:
        """The share of the question's terms that are among `terms`, the rare ones weighing more: 0 to 1."""
        whole = sum(self.weight(term) for term in self.terms)
        return sum(self.weight(term) for term in self.terms if term in terms) / whole if whole else 0.0

    def weight(self, term: str) -> float:
        """How rare a term is."""
        return self.rarity.get(term, 1.0)

    def weight_of(self, word: str) -> float:
        """How rare the term of a word is."""
        return self.weight(stem_of(word, self.language) or word)

    def terms_of(self, text: str) -> frozenset[str]:
        """The terms of a text, stemmed as the question's are."""
        return frozenset(stem_sequence(text, self.language))
