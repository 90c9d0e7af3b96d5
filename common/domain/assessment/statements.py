"""The sentences of material as statements that can be asked about: each with what it needs to be understood alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from common.domain.assessment.content import GAP, Citation
from common.domain.assessment.leaning import leans
from common.domain.documents.models import Chunk
from common.domain.language.terms import language_of, stem_sequence
from common.domain.tutoring.passages import Sentence, sentences

SHORTEST, LONGEST = 25, 300
"""Characters of a sentence that is asked about."""
LONGEST_CONTEXT = 300
"""Characters of what stands in front of it, where it needs that."""

_POINTS = re.compile(
    r"\b(?:figure|table|chapter|section|page|see|above|below|following|exercise)\s+(?:\d|[A-Z]\b)|https?:",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\bI (?=[a-z])|\b(?:[Mm]y|me|myself|[Oo]ur|ours)\b|^Mine (?:is|are|was|were)\b")
"""Who reads a question is not who wrote the text: what they own or like is nothing to be known."""
_NOTHING_HAPPENS = re.compile(r"^[A-Z][a-z]+(?:ed|en) (?:by|from|for|with|on|at|in) [^,]*$")
"""A note without a verb: "Agreed by the members on 14 March"."""
_ONE_OF_THEM = re.compile(r"The [a-z]+ (?:was|were|had|[a-z]+ed)\b")
_WHEN_OR_WHERE = (
    r"(?:(?:In|On|At|By|For|From|After|Before|Since|Until|During) [^,]{2,40}, (?:[^,]{2,30}, )?)?"  # 1 May, 1840, ...
)
_DEFINITE = re.compile(rf"{_WHEN_OR_WHERE}[Tt]he ([a-z]+(?: [a-z]+)?)\b")
"""What a sentence is about, behind the time or place that it begins with."""
_SAID_OF_WHAT = re.compile(r"[a-z]+(?: (?!\w+ed\b)[a-z]+)? (?:of|that|which|where|in|on|at|for|between|behind)\b")
_DEFINITE_INSIDE = re.compile(r"\bthe ([a-z]{3,}) (?:is|are|was|were|has|have|had)\b")


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
        return self._leans(self.text) or self._takes_up(self.text)

    def _leans(self, text: str) -> bool:
        return leans(text) or self._names_what_is_not_here(text)

    def _names_what_is_not_here(self, text: str) -> bool:
        """It begins with "The middle ...", of which neither title nor heading speaks, and nothing says of what.

        What "the bridge" once did is told of one bridge, though the title speaks of bridges.
        """
        named = _DEFINITE.match(text)
        if named is None:
            return False
        if _ONE_OF_THEM.match(text):
            return True
        is_said = _SAID_OF_WHAT.match(text, named.start(1))
        return not is_said and not self._about & set(stem_sequence(named[1], self.language))

    def _takes_up(self, text: str) -> bool:
        """It says of "the arms" what they are, and which arms was said in front of it."""
        said = set(stem_sequence(" ".join(self.before), self.language)) - self._about
        return any(set(stem_sequence(one[1], self.language)) & said for one in _DEFINITE_INSIDE.finditer(text))

    @cached_property
    def _about(self) -> set[str]:
        return set(stem_sequence(f"{self.chunk.title} {self.heading}", self.language))

    @cached_property
    def alone(self) -> str | None:
        """The text with as much of what stands in front as it needs; None where that is not enough."""
        if not self.leans:
            return self.text
        for first in range(len(self.before) - 1, -1, -1):
            context = " ".join(self.before[first:])
            stands = not self._leans(self.before[first]) and not _FIRST_PERSON.search(context)
            if stands and len(context) <= LONGEST_CONTEXT:
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


def statements(chunks: Iterable[Chunk]) -> list[Statement]:
    """The sentences that can be asked about, in order.

    No headings, no rows of tables, no questions, nothing that points elsewhere or that its author says of themselves,
    nothing too short or too long.
    """
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
    whole = one.text.endswith((".", "!", ".\N{RIGHT DOUBLE QUOTATION MARK}", '."')) and one.text[0].isupper()
    fits = SHORTEST <= len(one.text) <= LONGEST and len(one.sentence.text) <= 600
    refused = (_POINTS, _FIRST_PERSON, _NOTHING_HAPPENS)
    return whole and fits and GAP not in one.text and not any(each.search(one.text) for each in refused)
