"""Pages of Word documents, as they were last laid out, and slides of presentations."""

from collections.abc import Iterable, Iterator
from io import BytesIO

import docx
import pptx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import LxmlError  # type: ignore[import-untyped]  # it has no annotations
from pptx.exc import PythonPptxError
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.shapes.picture import Picture
from pptx.slide import Slide

from common.domain.documents.extracted import MOST_PAGE_CHARACTERS, MOST_PAGES, Extracted, Page, Unfit
from common.domain.documents.plain_text import in_pages, tidy

BREAK = "\f"
DAMAGED = (LxmlError, PythonPptxError, KeyError, ValueError, AttributeError, IndexError, TypeError)
"""What the two libraries raise on files that are not what their format says."""


def word_pages(data: bytes, first: int, count: int) -> Extracted:
    """At most `count` pages from `first` (from 1), cut where Word last broke them, else where the author did; Unfit."""
    try:
        text = _word_text(docx.Document(BytesIO(data)))
    except DAMAGED:
        raise Unfit("unreadable", "The Word document is damaged.") from None
    found = in_pages(text)
    if len(found) > MOST_PAGES:
        raise Unfit("too_many_pages", f"The file has {len(found)} pages; {MOST_PAGES} is the most.")
    shown = found[first - 1 : first - 1 + count]
    return Extracted(total=len(found), pages=tuple(Page(text=page, note=None if page else "blank") for page in shown))


def _word_text(document: WordDocument) -> str:
    body = document.element.body
    laid_out = next(body.iter(qn("w:lastRenderedPageBreak")), None) is not None
    return "\n\n".join(_blocks(document.iter_inner_content(), laid_out=laid_out))


def _blocks(content: Iterable[Paragraph | Table], *, laid_out: bool) -> Iterator[str]:
    for block in content:
        if isinstance(block, Table):
            yield "\n".join(_rows(block))
            continue
        before = BREAK if not laid_out and block.paragraph_format.page_break_before else ""
        yield before + "".join(_pieces(block, laid_out=laid_out))


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells = dict.fromkeys(row.cells)  # a cell that spans columns comes once for each
        yield " | ".join(" ".join(cell.text.split()) for cell in cells)


def _pieces(paragraph: Paragraph, *, laid_out: bool) -> Iterator[str]:
    for part in paragraph._p.xpath("w:r | w:hyperlink/w:r | w:ins/w:r | w:smartTag/w:r"):
        for child in part:
            if child.tag == qn("w:lastRenderedPageBreak"):
                yield BREAK
            elif child.tag == qn("w:br") and child.get(qn("w:type")) == "page":
                yield "" if laid_out else BREAK
            elif child.tag in (qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")):
                yield str(child)


def slides(data: bytes, first: int, count: int) -> Extracted:
    """At most `count` slides from `first` (from 1), each with its notes; Unfit."""
    try:
        presentation = pptx.Presentation(BytesIO(data))
        total = len(presentation.slides)
        if total > MOST_PAGES:
            raise Unfit("too_many_pages", f"The file has {total} slides; {MOST_PAGES} is the most.")
        if not total:
            raise Unfit("no_text", "The presentation has no slides.")
        shown = list(presentation.slides)[first - 1 : first - 1 + count]
        return Extracted(total=total, pages=tuple(_slide(slide, first + at) for at, slide in enumerate(shown)))
    except DAMAGED:
        raise Unfit("unreadable", "The presentation is damaged.") from None


def _slide(slide: Slide, number: int) -> Page:
    said = list(_shapes(slide.shapes))
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    text = tidy("\n\n".join([*said, *([notes.text] if notes else [])]))
    if len(text) > MOST_PAGE_CHARACTERS:
        raise Unfit("too_much_text", f"Slide {number} has more than {MOST_PAGE_CHARACTERS} characters.")
    has_image = any(isinstance(shape, Picture) for shape in slide.shapes)
    return Page(text=text, note=None if text else "image_only" if has_image else "blank")


def _shapes(shapes: Iterable[BaseShape]) -> Iterator[str]:
    for shape in shapes:
        if isinstance(shape, GroupShape):
            yield from _shapes(shape.shapes)
        elif isinstance(shape, GraphicFrame) and shape.has_table:
            rows = ([cell.text for cell in row.cells] for row in shape.table.rows)
            yield "\n".join(" | ".join(" ".join(text.split()) for text in row) for row in rows)
        elif shape.has_text_frame and (text := str(shape.text_frame.text).strip()):  # type: ignore[attr-defined]
            yield text
