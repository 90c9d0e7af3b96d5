"""Text as it is stored: one form of every letter, no control characters, and pages where a format has none."""

import re
import unicodedata

from common.domain.documents.extracted import PAGE_CHARACTERS, Unfit

_LINE_END = re.compile(r"\r\n?|[\u0085\u2028\u2029\v]")
_HYPHENATED = re.compile(r"[\u0002\ufffe]\s*")  # how PDFium writes a hyphen that only the end of a line brought
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff\u00ad]")
_TRAILING = re.compile(r"[^\S\n]+$", re.MULTILINE)
_GAP = re.compile(r"\n{3,}")
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)


def tidy(text: str) -> str:
    """`text` in Unicode's form NFC, with newlines for line ends, no trailing blanks and no gap over one empty line."""
    text = _HYPHENATED.sub("", _LINE_END.sub("\n", text)).replace("\f", "\n")
    text = unicodedata.normalize("NFC", _CONTROLS.sub("", text))
    return _GAP.sub("\n\n", _TRAILING.sub("", text)).strip()


def decode(data: bytes) -> str:
    """The text of a file: by its byte order mark, as UTF-8, as the encoding that HTML declares, or as Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _DECLARED.search(data[:2048])
        for name in (*([declared[1].decode()] if declared else []), "cp1252", "latin-1"):
            try:
                return data.decode(name)
            except (UnicodeDecodeError, LookupError):
                continue
    raise Unfit("unreadable", "The text's encoding is not known.")


def is_text(data: bytes) -> bool:
    """Whether bytes are a text: no NUL and hardly a control character, but for UTF-16 with its mark."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return len(data) % 2 == 0
    controls = sum(data.count(byte) for byte in range(32) if byte not in b"\t\n\f\r\x1b")
    return b"\x00" not in data and controls <= len(data) // 1000


def in_pages(text: str) -> list[str]:
    """Cut a text at form feeds, and what is longer than PAGE_CHARACTERS between paragraphs, lines or words."""
    return [piece for part in text.split("\f") for piece in _cut(tidy(part))]


def _cut(text: str) -> list[str]:
    pieces, start = [], 0
    while len(text) - start > PAGE_CHARACTERS:
        window = text[start : start + PAGE_CHARACTERS]
        half = PAGE_CHARACTERS // 2
        places = (window.rfind(mark, half) + len(mark) for mark in ("\n\n", "\n", ". ", " ") if mark in window[half:])
        end = start + next(places, PAGE_CHARACTERS)
        pieces.append(text[start:end].strip())
        start = end
    return [*pieces, text[start:].strip()]
