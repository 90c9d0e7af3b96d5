"""What a file is, by its content: a name and a declared type are only what somebody says."""

import re
import zipfile
from io import BytesIO

from common.domain.documents.extracted import Unfit
from common.domain.documents.models import Kind
from common.domain.documents.plain_text import decode, is_text

MOST_ENTRIES = 5_000
MOST_UNPACKED = 300_000_000
"""Bytes of all entries of an Office file, unpacked."""
MOST_RATIO = 150
"""Unpacked to packed, of entries over RATIO_FROM bytes: text of Office files comes to 30 at most."""
RATIO_FROM = 10_000_000
PIECE = 1_000_000

NAMES: dict[Kind, str] = {
    "pdf": "a PDF",
    "docx": "a Word document",
    "pptx": "a PowerPoint presentation",
    "html": "an HTML page",
    "markdown": "a Markdown text",
    "text": "a plain text",
}
_AGREE: dict[Kind, set[Kind]] = {"markdown": {"text", "html"}, "text": {"text", "html"}, "html": {"text", "html"}}
"""Kinds that the content may be of, where a kind was declared that content alone does not tell."""
_FOREIGN = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.S)


def check(data: bytes, declared: Kind) -> None:
    """Raise Unfit unless `data` is of the declared kind, whole and not locked."""
    if not data:
        raise Unfit("empty", "The file is empty.")
    found = _recognised(data)
    if found not in _AGREE.get(declared, {declared}):
        raise _mislabelled(NAMES[found], declared)


def _mislabelled(found: str, declared: Kind | None) -> Unfit:
    said = f", not {NAMES[declared]} as declared" if declared else ", which is not read"
    return Unfit("mislabelled", f"The file is {found}{said}.")


def _recognised(data: bytes) -> Kind:
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK"):
        return _in_zip(data)
    if data.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in data:
            raise Unfit("encrypted", "The file is protected with a password.")
        raise _mislabelled("an Office file of the format before 2007", None)
    for magic, name in _FOREIGN:
        if data.startswith(magic):
            raise _mislabelled(name, None)
    if not is_text(data):
        raise _mislabelled("neither a text nor of another known format", None)
    return "html" if _HTML.match(decode(data[:4096])) else "text"


def _in_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise Unfit("encrypted", "The file is protected with a password.")
            _refuse_bomb(entries)
            for entry in entries:
                _unpack(archive, entry)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise Unfit("unreadable", "The file is damaged, or was cut short.") from error
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        return "docx"
    if "[Content_Types].xml" in names and any(name.startswith("ppt/") for name in names):
        return "pptx"
    raise _mislabelled("a ZIP archive", None)


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    squeezed = any(
        entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(1, entry.compress_size) for entry in entries
    )
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or squeezed:
        raise Unfit("decompression_bomb", "The file unpacks to far more than a document holds.")


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read an entry through, a piece at a time: zipfile ends it at its declared size, and checks its sum."""
    with archive.open(entry) as stream:
        while stream.read(PIECE):
            pass
