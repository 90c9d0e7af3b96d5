"""Pages of plain texts, Markdown and HTML, which have none: pieces of a bounded length."""

import re

from selectolax.lexbor import LexborHTMLParser

from common.domain.documents.extracted import MOST_PAGES, PAGE_CHARACTERS, Extracted, Page, Unfit
from common.domain.documents.plain_text import decode, in_pages

UNSEEN = "script, style, noscript, template, head, svg, iframe, object, select, [hidden]"
BLOCKS = (
    "address, article, aside, blockquote, body, caption, dd, details, div, dl, dt, fieldset, figcaption, figure, "
    "footer, form, h1, h2, h3, h4, h5, h6, header, hr, li, main, nav, ol, p, pre, section, summary, table, ul"
)
_PARAGRAPH, _LINE = "\u2029", "\u2028"


def text_pages(data: bytes, first: int, count: int) -> Extracted:
    """At most `count` pages from `first` (from 1) of a plain text or Markdown; Unfit."""
    return _some(decode(data), first, count)


def html_pages(data: bytes, first: int, count: int) -> Extracted:
    """At most `count` pages from `first` (from 1) of what a reader of the page would see; Unfit."""
    return _some(_seen(decode(data)), first, count)


def _some(text: str, first: int, count: int) -> Extracted:
    found = in_pages(text) if len(text) <= 2 * MOST_PAGES * PAGE_CHARACTERS else []
    if not found or len(found) > MOST_PAGES:
        most = MOST_PAGES * PAGE_CHARACTERS
        raise Unfit("too_much_text", f"The text is too long; about {most:,} characters is the most.")
    shown = found[first - 1 : first - 1 + count]
    return Extracted(total=len(found), pages=tuple(Page(text=page, note=None if page else "blank") for page in shown))


def _seen(source: str) -> str:
    tree = LexborHTMLParser(source)
    for node in tree.css(UNSEEN):
        node.decompose()
    for node in tree.css("pre"):
        node.replace_with(_PARAGRAPH + node.text().replace("\n", _LINE) + _PARAGRAPH)
    for node in tree.css("br, tr"):
        node.insert_after(_LINE)
    for node in tree.css("td + td, th + th, th + td, td + th"):
        node.insert_before(" | ")
    for node in tree.css(BLOCKS):
        node.insert_before(_PARAGRAPH)
        node.insert_after(_PARAGRAPH)
    text = tree.body.text() if tree.body else ""
    text = re.sub(r"[^\S\u2028\u2029]+", " ", text)
    return re.sub(r" ?\u2028 ?", "\n", re.sub(r"[\s\u2028]*\u2029[\s\u2028\u2029]*", "\n\n", text))
