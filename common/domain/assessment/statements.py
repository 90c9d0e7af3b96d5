"""The sentences of material as statements that can be asked about: each with what it needs to be understood alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from common.domain.assessment.content import Citation
from common.domain.documents.models import Chunk
from common.domain.language.terms import language_of, stem_sequence
from common.domain.tutoring.passages import Sentence, sentences

SHORTEST, LONGEST = 25, 300
"""Characters of a sentence that is asked about."""
LONGEST_CONTEXT = 300
"""Characters of what stands in front of it, where it needs that."""

_LEANS_AT_START = re.compile(
    r"(?:it|its|they|their|theirs|them|this|these|those|that|such|he|she|his|her|hers|him|one|both|neither|either|some|"
    r"others?|another|most|many|few|all|each|none|below|above|here|there|then|thus|therefore|hence|so|also|too|instead|"
    r"however|moreover|afterwards|later|but|and|or|yet|still|otherwise|meanwhile|for example|for instance|if (?:it|they|not|"
    r"so|there)|when (?:it|they|this)|if one|with it|in it|from it|for this|in this|to this|at this|by this|on this|because of "
    r"this|the (?:former|latter|other|others|same|first|second|third|last|two|three|result|figure|reason|rest|whole|"
    r"process|effect|answer)|er|sie|es|diese[rsmn]?|dies|dabei|dazu|dann|so|doch|aber|ihre?|seine?|esto|estos|estas?|ellos?|"
    r"ellas?|su|sus|pero|il|elle|ils|elles|ce|cette|ces|leurs?|mais)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:this|these|those|ones?(?= (?:at|is|was|in|on|with|that|which|who|has)\b|[.,;])|such (?!as\b)|(?:does|do|did|doing) so|the (?:former|latter|other|others|same|two)\b)",
    re.IGNORECASE,
)
"""Words that always speak of something said before; "one" and "those" also of what follows: "those who"."""
_HARMLESS = re.compile(r"\b(?:those (?:who|that|which|of|with|in)|one (?:of|another)|(?:at|no|every|any|some|each|only|about|just) ?one|this (?:way|year))")
_IT = re.compile(r"\b(?:it|its|itself)\b", re.IGNORECASE)
_THEY = re.compile(r"\b(?:they|them|their|theirs|themselves)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|him|his|himself|she|her|hers|herself)\b", re.IGNORECASE)
_OF_ITSELF = ("its", "itself", "their", "theirs", "themselves", "his", "himself", "her", "herself")
_NEW_CLAUSE = re.compile(
    r"[,;:]|\b(?:and|or|but|that|which|who|when|because|so|if|until|while|as|before|after|where|than|whether)\b", re.IGNORECASE
)
_A_THING = re.compile(
    r"\b(?:[Aa]n?|[Tt]he|[Ee]ach|[Ee]very|[Nn]o|[Aa]nother) +(?:[a-z-]+ +)?[a-z-]{3,}|(?<=[a-z,;] )[A-Z]\w+|"
    r"^[A-Z][a-z]{2,}(?= (?:is|are|was|were|has|have|had|can|may|must|will|\w+ed|\w+[^s\W]s)\b)"
)
_THINGS = re.compile(r"\b[a-z]{2,}[^s\W]s\b|^[A-Z][a-z]+[^s\W]s\b|\b[a-z]{3,} and [a-z]{3,}|\bpeople\b|\bchildren\b")
_NOT_A_THING = re.compile(r"^(?:If|When|While|As|Since|Because|Although|Though|After|Before|Until|Unless|Where|With|Without|In|On|At|By|From|For|To|Of|All|Only|Even|Just|Not|What|Who|How|Why)\b")
_A_PERSON = re.compile(r"\b[A-Z]\w+ [A-Z]\w+|(?<=[a-z,;] )[A-Z]\w+|\b(?:[Aa]n?|[Tt]he|[Ee]ach|[Ee]very) +(?:[a-z-]+ +)?[a-z-]{3,}")
_POINTS = re.compile(r"\b(?:figure|table|chapter|section|page|see|above|below|following|exercise)\s+(?:\d|[A-Z]\b)|https?:", re.IGNORECASE)
_DEFINITE = re.compile(r"The ([a-z]+(?: [a-z]+)?)\b")


@dataclass(frozen=True)
class Statement:
    """A sentence of the material, on one line."""

    chunk: Chunk
    sentence: Sentence
    text: str
    before: tuple[str, ...]
    """The sentences in front of it in its paragraph, at most two, the nearest last."""
    heading: str

    @cached_property
    def language(self) -> str | None:
        """en, de, es, fr; None where that cannot be told."""
        return language_of(" ".join((*self.before, self.text))) or language_of(self.chunk.text)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Of its words."""
        return frozenset(stem_sequence(self.text, self.language))

    @cached_property
    def leans(self) -> bool:
        """Whether it cannot be understood without what stands in front of it."""
        return leans(self.text) or self._names_what_is_not_here()

    def _names_what_is_not_here(self) -> bool:
        """It begins with "The middle ...", of which neither title nor heading speaks, and nothing says of what."""
        named = _DEFINITE.match(self.text)
        if named is None:
            return False
        known = set(stem_sequence(f"{self.chunk.title} {self.heading}", self.language))
        is_said = re.match(rf"The {re.escape(named[1])} (?:of|that|which|where|in|on|at|for|between|behind)\b", self.text)
        return not is_said and not known & set(stem_sequence(named[1], self.language))

    @cached_property
    def alone(self) -> str | None:
        """The text with as much of what stands in front as it needs; None where that is not enough."""
        if not self.leans:
            return self.text
        for first in range(len(self.before) - 1, -1, -1):
            context = " ".join(self.before[first:])
            if not leans(self.before[first]) and len(context) <= LONGEST_CONTEXT:
                return f"{context} {self.text}"
        return None

    def citation(self) -> Citation:
        """Where it stands."""
        return Citation(
            document_id=self.chunk.document_id,
            title=self.chunk.title,
            page=self.chunk.page,
            start=self.chunk.start + self.sentence.start,
            end=self.chunk.start + self.sentence.end,
            quote=self.sentence.text,
        )


def leans(text: str) -> bool:
    """Whether a sentence speaks of what it does not name: it begins so, or a pronoun comes before any noun."""
    if _LEANS_AT_START.match(text.lstrip("\"'“‘(")):
        return True
    if _POINTING.search(_HARMLESS.sub("", text)):
        return True
    return any(_refers_back(text, pronoun, noun) for pronoun, noun in ((_IT, _A_THING), (_THEY, _THINGS), (_HE, _A_PERSON)))


def _refers_back(text: str, pronoun: re.Pattern[str], noun: re.Pattern[str]) -> bool:
    """Whether a pronoun comes before anything that it could stand for."""
    found = pronoun.search(text)
    if found is None or re.match(r"it (?:is|was|may be|takes|pays|helps) (?:\w+ )?(?:\w+ )?(?:to|that|why|how)\b", text[found.start() :], re.IGNORECASE):
        return False
    before = _NOT_A_THING.sub("", text[: found.start()])
    named = noun.search(before)
    if named is None:
        return True
    # What acts is seldom what it acts on: in "Soldiers built them" they are not the soldiers.
    return found[0].casefold() not in _OF_ITSELF and not _NEW_CLAUSE.search(before[named.end() - 1 :])


def statements(chunks: Iterable[Chunk]) -> list[Statement]:
    """The sentences that can be asked about, in order: no headings, no rows of tables, no questions, no commands to look
    elsewhere, none that is too short or too long."""
    return [one for chunk in chunks for one in _of(chunk) if _is_askable(one)]


def _of(chunk: Chunk) -> Iterator[Statement]:
    paragraph: list[Sentence] = []
    heading = ""
    for one in sentences(chunk.text):
        if one.is_row:
            paragraph = []
            continue
        if paragraph and re.search(r"\n\s*\n", chunk.text[paragraph[-1].end : one.start]):
            paragraph = []
        if not paragraph and one.before and not one.before.rstrip().endswith((".", "!", "?")):
            heading = one.before
        yield Statement(chunk, one, one.flat, tuple(before.flat for before in paragraph[-2:]), heading)
        paragraph.append(one)


def _is_askable(one: Statement) -> bool:
    whole = one.text.endswith((".", "!", ".”", '."')) and one.text[0].isupper()
    fits = SHORTEST <= len(one.text) <= LONGEST and len(one.sentence.text) <= 600
    return whole and fits and "____" not in one.text and not _POINTS.search(one.text)
