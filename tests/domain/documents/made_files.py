"""Files as learners upload them, good and bad, made when a test needs them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence

import docx
import pptx
from docx.enum.text import WD_BREAK
from PIL import Image
from pptx.util import Inches
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


def sentence(page: int, number: int) -> str:
    """One that stands on one page alone."""
    return f"On page {page} the sentence number {number} says that engine {page}x{number} weaves algebraic patterns."


def pdf(pages: Sequence[Sequence[str]], password: str | None = None) -> bytes:
    """A PDF of pages of lines."""
    out = io.BytesIO()
    locked = StandardEncryption(password, strength=128) if password is not None else None
    canvas = Canvas(out, pagesize=A4, encrypt=locked)
    for lines in pages:
        text = canvas.beginText(40, 800)
        for line in lines:
            text.textLine(line)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def book(pages: int, sentences: int = 20) -> bytes:
    """A PDF of so many pages of prose."""
    return pdf([[sentence(page, number) for number in range(sentences)] for page in range(1, pages + 1)])


def picture() -> bytes:
    """A PNG."""
    out = io.BytesIO()
    Image.new("RGB", (60, 80), (200, 200, 210)).save(out, "PNG")
    return out.getvalue()


def scans(pages: int, with_text: Sequence[int] = ()) -> bytes:
    """A PDF whose pages are pictures, but for those with text (from 1)."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    image = ImageReader(io.BytesIO(picture()))
    for page in range(1, pages + 1):
        if page in with_text:
            canvas.drawString(40, 800, sentence(page, 1))
        else:
            canvas.drawImage(image, 0, 0, 500, 700)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def word(pages: Sequence[Sequence[str]], table: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word document with a hard page break behind each page."""
    document = docx.Document()
    for number, paragraphs in enumerate(pages):
        for text in paragraphs:
            document.add_paragraph(text)
        if number + 1 < len(pages):
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    if table:
        made = document.add_table(rows=len(table), cols=len(table[0]))
        for row, texts in zip(made.rows, table, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def presentation(slides: Sequence[tuple[str, str, str]]) -> bytes:
    """Slides of a title, a body and notes."""
    deck = pptx.Presentation()
    for title, body, notes in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        assert slide.shapes.title is not None
        slide.shapes.title.text = title
        slide.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(3)).text_frame.text = body
        if notes:
            frame = slide.notes_slide.notes_text_frame
            assert frame is not None
            frame.text = notes
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def with_entry(office: bytes, name: str, data: bytes) -> bytes:
    """An archive in which `name` holds `data`, and all else is as it was."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        if office:
            with zipfile.ZipFile(io.BytesIO(office)) as old:
                for entry in old.infolist():
                    if entry.filename != name:
                        new.writestr(entry, old.read(entry))
        new.writestr(name, data)
    return out.getvalue()


def laid_out(office: bytes, before: str) -> bytes:
    """A Word document that Word last broke just before these words."""
    with zipfile.ZipFile(io.BytesIO(office)) as archive:
        content = archive.read("word/document.xml")
    marked = content.replace(f"<w:t>{before}".encode(), f"<w:lastRenderedPageBreak/><w:t>{before}".encode())
    return with_entry(office, "word/document.xml", marked)


def bomb(megabytes: int = 400) -> bytes:
    """A Word document with an entry that unpacks to so many megabytes of zeros."""
    out = io.BytesIO(word([["A harmless sentence."]]))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/bomb.bin", "w", force_zip64=True) as entry,
    ):
        for _ in range(megabytes):
            entry.write(bytes(1_000_000))
    return out.getvalue()


def lying_bomb() -> bytes:
    """The same, but its directory says that it unpacks to a kilobyte."""
    data = bytearray(bomb(60))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 1_000)
    return bytes(data)


def locked_word() -> bytes:
    """The beginning of what Word makes of a document with a password: an OLE container with an encrypted package."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)


def locked_zip(office: bytes) -> bytes:
    """An Office file whose entries say that they are encrypted."""
    data = bytearray(office)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)
