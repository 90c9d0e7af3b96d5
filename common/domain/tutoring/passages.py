"""Passages of documents, and the sentences and table rows in them that can be quoted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from common.domain.documents.models import Chunk

_END = re.compile(r"[.!?…][\"'”\u2019»)\]]*(?=\s+[\"'“\u2018«(\[¿¡]*[A-ZÀ-ÖØ-ÞĀ-Ž0-9\u0370-\uffff])|[。\uff01\uff1f]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-zÄÖÜ]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|cf|al|ca|Fig|fig|No|no|Nr|pp|approx|bzw|vgl|Abs|Art|Sra|Mme|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)|\b[ei]\.[ge]|\b[zdu]\.\s?[BhaÄ])\.$"
)
_STOPS = re.compile(r"[.!?:;…。\uff01\uff1f][\"'”\u2019»)\]]*$")
_BULLET = re.compile(r"\s*(?:[-*+•‣▪◦·\u2013\u2014→]|\(?(?:\d{1,2}|[a-zA-Z])[.)])\s+(?=\S)")
_LABEL = re.compile(r"\(?\w*\d\w*[.)]+|\w{1,12}[.:]|\w+ \(?\w*\d\w*[.):]+")
"""What numbers or names the sentence behind it, as "1471." and "Step 7." do."""
_RULE = re.compile(r"[\s|:+=_*-]*")
SHORTEST_TABLE = 3
"""Lines in a row that end no sentence."""
NARROW = 60
"""Characters. Text with no longer line and no end of a sentence is a list or a table, a line an entry."""
LONGEST_HEADING = 80
"""Characters."""
FIRST_WORDS, LAST_WORDS = 6, 4
"""Of what stands before a sentence, in its gist."""


@dataclass(frozen=True)
class Passage:
    """One chunk as an answer may use it, with how well it fits the question."""

    chunk_id: str
    document_id: str
    title: str
    page: int
    start: int
    """Characters from the beginning of the page's text."""
    text: str
    similarity: float | None = None
    """Cosine of question and chunk; None where there is no vector of the embedder's model."""
    keyword: float = 0.0
    """BM25."""

    @classmethod
    def of(cls, chunk: Chunk, *, similarity: float | None, keyword: float) -> "Passage":
        """A chunk that was found."""
        place = (chunk.chunk_id, chunk.document_id, chunk.title, chunk.page, chunk.start, chunk.text)
        return cls(*place, similarity, keyword)


@dataclass(frozen=True)
class Sentence:
    """A sentence or a table's row: `text` is exactly the passage's text from `start` to `end`."""

    start: int
    end: int
    text: str
    before: str
    """What gives it its meaning: the sentence in front of it; for a row the table's head."""
    is_row: bool = False

    @property
    def flat(self) -> str:
        """The text on one line."""
        return " ".join(self.text.split())

    @property
    def window(self) -> str:
        """The text with what gives it its meaning."""
        return f"{' '.join(self.before.split())} {self.flat}".strip()

    @property
    def gist(self) -> str:
        """The text behind the first and the last words of what gives it its meaning: what is embedded.

        A whole sentence in front of it would drown a short one, and takes as long again.
        """
        words = self.before.split()
        if len(words) > FIRST_WORDS + LAST_WORDS:
            words = words[:FIRST_WORDS] + words[-LAST_WORDS:]
        return " ".join([*words, self.flat])


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    text: str
    breaks: bool
    """Whether a paragraph, a heading or a row ends with it."""


def sentences(text: str) -> list[Sentence]:
    """The sentences and table rows of a passage, in order, without its headings."""
    found: list[Sentence] = []
    before = lead = ""
    for start, end, is_table in _blocks(text):
        if is_table:
            found += _rows(text, start, end)
            before = ""
            continue
        body = text[start:end]
        is_point = _BULLET.match(body) is not None
        if body.startswith("#") or (not is_point and not _STOPS.search(body) and len(body) < LONGEST_HEADING):
            before = lead = body.lstrip("# ")
            continue
        if is_point:
            before = lead
        for one, other in _spans(body):
            found.append(Sentence(start + one, start + other, body[one:other], before))
            before = body[one:other]
        if not is_point:
            lead = before
    return found


def _rows(text: str, start: int, end: int) -> Iterator[Sentence]:
    """The rows of a table. A heading over it cannot be told from its head: the first two lines give the meaning."""
    lines = [line for line in _lines(text[start:end]) if not _RULE.fullmatch(line.text)]
    for at, line in enumerate(lines):
        if at and (len(line.text.split()) > 3 or any(letter.isdigit() for letter in line.text)):
            head = " ".join(other.text for other in lines[: min(at, 2)])
            yield Sentence(start + line.start, start + line.end, line.text, head, is_row=True)


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Runs of lines that belong together: (start, end, whether it is a table)."""
    table: list[_Line] = []
    block: list[_Line] = []
    for line in _lines(text):
        block.append(line)
        if not line.breaks:
            continue
        is_open = len(block) == 1 and not _STOPS.search(line.text) and not _BULLET.match(line.text)
        if not is_open:
            yield from _table_or_lines(table)
            table = []
            yield block[0].start, block[-1].end, False
        else:
            table.append(line)
        block = []
    yield from _table_or_lines(table)
    if block:
        yield block[0].start, block[-1].end, False


def _table_or_lines(lines: list[_Line]) -> Iterator[tuple[int, int, bool]]:
    if len(lines) >= SHORTEST_TABLE or any("|" in line.text for line in lines):
        yield lines[0].start, lines[-1].end, True
    else:
        for line in lines:
            yield line.start, line.end, False


def _lines(text: str) -> Iterator[_Line]:
    """Lines without the space around them.

    Extracted text is broken where the page's lines were: a line ends its paragraph where the next line's first word
    would have had room in it, unless that word is in small letters and the line is not a short one.
    """
    found = [match for match in re.finditer(r"[^\r\n\f\v\u2028\u2029]+", text) if match[0].strip()]
    widest = max((len(match[0]) for match in found), default=0)
    is_list = widest < NARROW and not any(_STOPS.search(match[0].rstrip()) for match in found)
    for at, match in enumerate(found):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        inside = match[0].strip()
        following = found[at + 1] if at + 1 < len(found) else None
        breaks = following is None
        if following is not None:
            between = text[match.end() : following.start()].replace("\r\n", "\n")
            word = following[0].split()[0]
            fits = len(match[0].rstrip()) + 1 + len(word) <= widest
            goes_on = word[0].islower() and len(inside) > widest / 2 and "|" not in inside
            is_apart = between.count("\n") > 1 or inside.startswith("#") or "|" in inside or _BULLET.match(following[0])
            breaks = bool(is_apart) or is_list or (fits and not goes_on)
        yield _Line(start, start + len(inside), inside, breaks)


def _spans(body: str) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end."""
    start = 0
    for match in _END.finditer(body):
        if match[0][0] == "." and _ABBREVIATION.search(body, max(0, match.start() - 12), match.start() + 1):
            continue
        if _LABEL.fullmatch(body[start : match.end()].strip()):
            continue
        if body[start : match.end()].strip():
            yield start, match.end()
        start = match.end() + len(body[match.end() :]) - len(body[match.end() :].lstrip())
    if body[start:].strip():
        yield start, len(body.rstrip())
