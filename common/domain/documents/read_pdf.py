"""Pages of a PDF, by PDFium."""

import re

import pypdfium2  # type: ignore[import-untyped]  # it has no annotations
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from common.domain.documents.extracted import MOST_PAGE_CHARACTERS, MOST_PAGES, Extracted, Page, Unfit
from common.domain.documents.plain_text import tidy

TAIL = 65_536
_WRAPPED = re.compile(r"(?<=[^\W\d_,;])\n(?=[^\W\d_A-Z])|(?<=[,;])\n(?=\w)")


def pages(data: bytes, first: int, count: int) -> Extracted:
    """At most `count` pages from `first` (from 1); Unfit."""
    if b"%%EOF" not in data[-TAIL:]:
        raise Unfit("unreadable", "The file was cut short.")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise Unfit("encrypted", "The file is protected with a password.") from None
        raise Unfit("unreadable", "The file is damaged.") from None
    try:
        total = len(document)
        if total > MOST_PAGES:
            raise Unfit("too_many_pages", f"The file has {total} pages; {MOST_PAGES} is the most.")
        if not total:
            raise Unfit("unreadable", "The file has no pages.")
        last = min(total, first + count - 1)
        return Extracted(total=total, pages=tuple(_page(document, number) for number in range(first, last + 1)))
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, number: int) -> Page:
    try:
        page = document[number - 1]
        text = unwrapped(tidy(page.get_textpage().get_text_range()))
        has_image = not text and any(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    except pypdfium2.PdfiumError:
        raise Unfit("unreadable", f"Page {number} cannot be read: the file is damaged.") from None
    if len(text) > MOST_PAGE_CHARACTERS:
        raise Unfit("too_much_text", f"Page {number} has more than {MOST_PAGE_CHARACTERS} characters.")
    return Page(text=text, note=None if text else "image_only" if has_image else "blank")


def unwrapped(text: str) -> str:
    """`text` without the line ends that only the width of the page brought: in the middle of a sentence."""
    return _WRAPPED.sub(" ", text)
