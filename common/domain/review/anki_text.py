"""Anki's text files: notes in lines, fields in columns, and what holds for all of them in lines that begin with #.

https://docs.ankiweb.net/importing/text-files.html; what is written here reads the same there, and comes back unchanged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import ValidationError

from common.domain.review.bodies import NewCard
from common.domain.review.jobs import ImportedNote
from common.domain.review.models import Card

MOST_ROWS = 10_000
MOST_FAULTS = 50
"""That are told at once."""
LONGEST_GUID = 100
SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":", "space": " "}
GUESSED = ("\t", ";", "|", ",")
"""Where a file does not say: the first of these that tells fields of its first record apart."""
COLUMNS = ("guid", "deck", "Front", "Back", "tags", "Format")
"""Of what is written. Anki drops the last, which tells plain text from HTML."""

_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"')
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "<br>"))
_BEYOND_TEXT = re.compile(r"<(?!br>)|&(?!(?:amp|lt|gt|quot);)")
"""What no plain text becomes when it is escaped: somebody has formatted it since."""


@dataclass(frozen=True)
class Fault:
    """Why a line cannot be taken in."""

    line: int
    """From 1."""
    detail: str


@dataclass
class _Head:
    """What a file says of itself; columns are counted from 0."""

    separator: str = ""
    html: bool = False
    deck: str = ""
    tags: tuple[str, ...] = ()
    columns: dict[str, int] = field(default_factory=dict)
    """guid, notetype, deck, tags, format -> column."""
    lines: int = 0

    @property
    def format_column(self) -> int | None:
        return self.columns.get("format")


def read(text: str, deck: str) -> tuple[list[ImportedNote], list[Fault]]:
    """The cards of a file, and what is wrong with it; `deck` is for lines that name none.

    One fault is reason enough to take nothing in. Fields behind the second are added to the back.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    head, body = _head(text)
    notes: list[ImportedNote] = []
    faults: list[Fault] = []
    if not head.separator:
        return [], [Fault(head.lines + 1, "no column ends: there is no tab, semicolon, pipe or comma")]
    seen: dict[str, int] = {}
    for line, fields in _records(body, head.separator, head.lines + 1):
        made = _note(line, fields, head, deck) if isinstance(fields, list) else Fault(line, fields)
        if isinstance(made, ImportedNote) and made.guid and made.guid in seen:
            made = Fault(line, f"the guid is that of line {seen[made.guid]}")
        if isinstance(made, Fault):
            faults.append(made)
        else:
            notes.append(made)
            seen |= {made.guid: line} if made.guid else {}
        if len(faults) == MOST_FAULTS:
            break
        if len(notes) > MOST_ROWS:
            return [], [Fault(line, f"a file has {MOST_ROWS} cards at most")]
    return notes, faults or ([] if notes else [Fault(head.lines + 1, "there is no card")])


def head() -> str:
    """The first lines of what is written."""
    columns = {name: number for number, name in enumerate(COLUMNS, start=1)}
    said = ["#separator:tab", "#html:true", *(f"#{name} column:{columns[name]}" for name in ("guid", "deck", "tags"))]
    return "\n".join([*said, "#columns:" + "\t".join(COLUMNS)]) + "\n"


def line(card: Card) -> str:
    """A card as a line, or as several where it has line ends that HTML keeps."""
    front, back = (text if card.html else escaped(text) for text in (card.front, card.back))
    fields = (card.guid, card.deck, front, back, " ".join(card.tags), "html" if card.html else "text")
    return "\t".join(_quoted(one) for one in fields) + "\n"


def escaped(text: str) -> str:
    """Plain text as HTML that shows the same."""
    for plain, html in _ESCAPES:
        text = text.replace(plain, html)
    return text


def unescaped(html: str) -> str:
    """The plain text that was escaped."""
    for plain, said in reversed(_ESCAPES):
        html = html.replace(said, plain)
    return html


def _quoted(text: str) -> str:
    needs = text.startswith("#") or any(c in text for c in '\t"\n')
    return '"' + text.replace('"', '""') + '"' if needs else text


def _head(text: str) -> tuple[_Head, str]:
    """What stands in the lines at the top that begin with #, and the rest."""
    head, start, named = _Head(), 0, ""
    while text.startswith("#", start):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        key, _, value = text[start + 1 : end].partition(":")
        named = value if key.strip().lower() == "columns" else named
        _take(head, key.strip().lower(), value)
        start, head.lines = end + 1, head.lines + 1
    body = text[start:]
    head.separator = head.separator or next((one for one in GUESSED if _tells_apart(one, body)), "")
    names = [name.strip().lower() for name in named.split(head.separator)] if named and head.separator else []
    if "format" in names:
        head.columns["format"] = names.index("format")
    return head, body


def _tells_apart(separator: str, body: str) -> bool:
    """Whether the first record has several fields by this separator."""
    _, fields = next(_records(body, separator, 1), (0, ""))
    return isinstance(fields, list) and len(fields) > 1


def _take(head: _Head, key: str, value: str) -> None:
    said = value.strip()
    if key == "separator":
        head.separator = SEPARATORS.get(said.lower(), value[:1] if len(value) == 1 and value not in '"\n#' else "")
    elif key == "html":
        head.html = said.lower() == "true"
    elif key == "deck":
        head.deck = said
    elif key == "tags":
        head.tags = tuple(said.split())
    elif key.endswith(" column") and said.isdecimal() and len(said) < 4 and int(said) > 0:
        head.columns[key.removesuffix(" column")] = int(said) - 1


def _records(body: str, separator: str, line: int) -> Iterator[tuple[int, list[str] | str]]:
    """The fields of each record with the line where it begins, or why they cannot be told apart."""
    bare = re.compile(f"[^{re.escape(separator)}\n]*")
    at = 0
    while at < len(body):
        if body[at] in "#\n":  # a remark, or nothing
            end = body.find("\n", at)
            at, line = len(body) if end < 0 else end + 1, line + 1
            continue
        begin, fields = at, list[str]()
        while True:
            is_quoted = body.startswith('"', at)
            found = (_QUOTED if is_quoted else bare).match(body, at)
            if found is None:
                yield line, "a quotation mark is never closed"
                return
            at = found.end()
            fields.append(found[1].replace('""', '"') if is_quoted else found[0])
            ends = at >= len(body) or body[at] == "\n"
            if ends or body[at] != separator:
                break
            at += 1
        if not ends:
            stop = body.find("\n", at)
            at = len(body) if stop < 0 else stop
        yield line, fields if ends else "there is text behind a quotation mark that closes"
        line, at = line + body.count("\n", begin, at) + 1, at + 1


def _note(line: int, fields: list[str], head: _Head, deck: str) -> ImportedNote | Fault:
    special = {name: fields[column] for name, column in head.columns.items() if column < len(fields)}
    sides = [text for column, text in enumerate(fields) if column not in head.columns.values()]
    if len(sides) < 2:
        return Fault(line, "it has a front, and no back")
    guid = special.get("guid", "").strip()
    if len(guid) > LONGEST_GUID:
        return Fault(line, f"the guid has more than {LONGEST_GUID} characters")
    front, back, html = _sides(sides, head, special.get("format", "").strip().lower())
    said = {
        "front": front,
        "back": back,
        "html": html,
        "deck": special.get("deck", "").strip() or head.deck or deck,
        "tags": (*head.tags, *special.get("tags", "").split()),
    }
    try:
        card = NewCard.model_validate(said)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        return Fault(line, f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}")
    return ImportedNote(
        line=line, guid=guid or None, front=card.front, back=card.back, deck=card.deck, tags=card.tags, html=card.html
    )


def _sides(sides: list[str], head: _Head, said: str) -> tuple[str, str, bool]:
    """Front, back, and whether they are HTML."""
    html = head.html
    if html and said == "text" and not any(_BEYOND_TEXT.search(one) for one in sides):
        html, sides = False, [unescaped(one) for one in sides]
    gap = "<br><br>" if html else "\n\n"
    return sides[0], gap.join([sides[1], *(one for one in sides[2:] if one.strip())]), html
