"""Checks what a model wrote against the passages that it was given: no sentence stands without its proof.

Deterministic, sentence by sentence, so that a stream can be checked as it comes. What a document says is never
obeyed: its text only ever serves as proof, its own bracketed numbers and its markup are made harmless.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from common.domain.language.terms import language_of, stem_sequence
from common.domain.tutoring.extractive import harmless
from common.domain.tutoring.passages import Passage, Sentence, sentences
from common.domain.tutoring.sources import Source

LEAST_SUPPORT = 0.5
"""Share of a sentence's terms that the passages it cites must hold. A model rewords; it must not add."""
LEAST_SHARE = 0.25
"""What each of several cited passages must hold of them."""
MOST_WINDOW = 3
"""Sentences of a passage that one quote may span."""

CITATION = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_NUMBER = re.compile(r"\d+(?:[.,:\N{RIGHT SINGLE QUOTATION MARK}'\N{NO-BREAK SPACE}]\d+)*")
_GROUPING = re.compile(r"(?<=\d)[,.'\N{RIGHT SINGLE QUOTATION MARK}\N{NO-BREAK SPACE}](?=\d{3}\b)")
_NAME = re.compile(r"(?<=[\w,;] )[A-ZÄÖÜÉ]\w{2,}")
_DENIAL = re.compile(
    r"\b(?:not|no|never|none|nobody|without|cannot|\w+n't|nicht|kein\w*|nie|niemals|ohne|nunca|jamás|sin|ningun[oa]?|ne|pas|"
    r"jamais|sans|aucune?)\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?…][\"')\]]*(?:\s*\[[\d\s,;]+\])*(?=\s|$)")


@dataclass
class Checker:
    """Checks the sentences of one answer against its numbered passages, and numbers the quotes anew.

    `passages[0]` is what the model was given as [1].
    """

    passages: Sequence[Passage]
    sources: list[Source] = field(default_factory=list)
    dropped: int = 0
    """Sentences that did not stand."""

    def check(self, sentence: str) -> str | None:
        """The sentence as it may be shown, escaped, citing `sources`; None when it does not stand."""
        numbers = [int(one) for group in CITATION.findall(sentence) for one in re.findall(r"\d+", group)]
        said = CITATION.sub("", sentence).strip()
        cited = [self.passages[n - 1] for n in dict.fromkeys(numbers) if 0 < n <= len(self.passages)]
        supports = [one for one in (support(said, passage) for passage in cited) if one is not None]
        if not said or len(cited) != len(set(numbers)) or not self._stands(said, cited, supports):
            self.dropped += 1
            return None
        marks = "".join(f" [{n}]" for n in dict.fromkeys(self._number(one) for one in supports))
        return f"{harmless(said)}{marks}"

    def _stands(self, said: str, cited: Sequence[Passage], supports: Sequence["Support"]) -> bool:
        """Whether the quotes together hold the sentence's numbers, names, denial and enough of its words."""
        if not supports or len(supports) < len(cited):
            return False
        proof = " ".join(one.sentence.text for one in supports)
        if not numbers_of(said) <= numbers_of(proof) or (_DENIAL.search(said) and not _DENIAL.search(proof)):
            return False
        if _is_foreign(said, proof):
            return True
        known = proof.casefold()
        named = language_of(said) == "de" or all(name.casefold()[:5] in known for name in _NAME.findall(said))
        return named and overlap(said, proof) >= LEAST_SUPPORT

    def _number(self, one: "Support") -> int:
        made = Source.of(len(self.sources) + 1, one.passage, one.sentence)
        for source in self.sources:
            if (source.document_id, source.page, source.start, source.end) == (
                made.document_id, made.page, made.start, made.end,
            ):  # fmt: skip
                return source.n
        self.sources.append(made)
        return made.n


@dataclass(frozen=True)
class Support:
    """The span of a passage that comes closest to a sentence."""

    passage: Passage
    sentence: Sentence


def support(said: str, passage: Passage) -> Support | None:
    """The span of neighbouring sentences that holds most of what is said, the shortest of such; None where none does.

    Where passage and sentence are of different languages, and their numbers agree, that is the whole passage.
    """
    wanted = numbers_of(said)
    best: tuple[float, int, Sentence] | None = None
    for span in _spans(passage.text):
        shared = overlap(said, span.text)
        value = shared + (len(wanted & numbers_of(span.text)) / len(wanted) if wanted else 0.0)
        if shared >= LEAST_SHARE and (best is None or (value, -len(span.text)) > best[:2]):
            best = value, -len(span.text), span
    if best is not None:
        return Support(passage, best[2])
    whole = passage.text.strip()
    if not whole or not _is_foreign(said, whole) or not wanted <= numbers_of(whole):
        return None
    start = passage.text.index(whole)
    return Support(passage, Sentence(start, start + len(whole), whole, ""))


def overlap(said: str, proof: str) -> float:
    """The share of the terms of `said` that are in `proof`; 1 where it has none."""
    language = language_of(said) or language_of(proof) or "en"
    terms = set(stem_sequence(said, language))
    return len(terms & set(stem_sequence(proof, language))) / len(terms) if terms else 1.0


def numbers_of(text: str) -> frozenset[str]:
    """The numbers of a text, without the marks that group their digits."""
    return frozenset(_NUMBER.findall(_GROUPING.sub("", text)))


def whole_sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Whole sentences, with the citations behind them, of a text that comes in pieces; the last comes when it ends."""
    waiting = ""
    for piece in pieces:
        waiting += piece
        ends = [match.end() for match in _STOP.finditer(waiting)]
        # What ends the text may go on: a citation, or a number's decimals.
        done = max((end for end in ends if waiting[end:].lstrip() and waiting[end:].lstrip()[0] != "["), default=0)
        yield from _cut(waiting[:done])
        waiting = waiting[done:]
    yield from _cut(waiting)


def _cut(text: str) -> Iterator[str]:
    start = 0
    for match in _STOP.finditer(text):
        if text[start : match.end()].strip():
            yield text[start : match.end()].strip()
        start = match.end()
    if text[start:].strip():
        yield text[start:].strip()


def _spans(text: str) -> Iterator[Sentence]:
    found = sentences(text)
    for size in range(1, MOST_WINDOW + 1):
        for at in range(len(found) - size + 1):
            start, end = found[at].start, found[at + size - 1].end
            yield Sentence(start, end, text[start:end], "")


def _is_foreign(said: str, proof: str) -> bool:
    """Whether both are of known, different languages: then only numbers can be compared, not words."""
    one, other = language_of(said), language_of(proof)
    return one is not None and other is not None and one != other
