"""What people write, as HTML that is safe to show to others.

Two walls. The renderer knows no raw HTML (it comes out as text) and no more than a few levels of nesting; then the
sanitiser (nh3, over Mozilla's parser) lets through a short list of elements, and links to the web and to mail alone.
Images are shown as links: what is loaded from elsewhere tells that place who is reading.

Characters that are not seen or that turn the direction of a text are left out, so that a link reads as what it is.
"""

import functools
import html

import mistune
import nh3

from common.domain.community.characters import seen

LONGEST_EXCERPT = 280
ELEMENTS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}
_MOST_NESTED = 8
"""Levels of lists and quotes in each other; what stands deeper is text."""
_RENDERED = 256
"""Texts whose HTML an instance remembers: a thread is looked at many times before it changes."""


class _Renderer(mistune.HTMLRenderer):
    """Markdown's HTML, with images as links."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return self.link(text or "image", url, title)


_TO_HTML = mistune.Markdown(
    renderer=_Renderer(escape=True),
    block=mistune.BlockParser(max_nested_level=_MOST_NESTED),
    plugins=[mistune.plugins.import_plugin("strikethrough"), mistune.plugins.import_plugin("table")],
)


@functools.lru_cache(maxsize=_RENDERED)
def to_html(text: str) -> str:
    """A fragment of HTML that shows a text in Markdown and does nothing else.

    Takes a time in proportion to the length of the text: at most about 15 ms per 1,000 characters, however they are
    chosen (measured with repeated marks of every kind).
    """
    inert = nh3.clean(
        str(_TO_HTML(seen(text))),
        tags=ELEMENTS,
        clean_content_tags={"script", "style"},
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="nofollow noopener noreferrer ugc",
    )
    return seen(inert)  # a character may have been named by its number


def excerpt(text: str) -> str:
    """The beginning of a text as one plain line, at most LONGEST_EXCERPT characters: to be shown as text, not HTML."""
    plain = " ".join(html.unescape(nh3.clean(to_html(text), tags=set())).split())
    return plain if len(plain) <= LONGEST_EXCERPT else plain[: LONGEST_EXCERPT - 1].rstrip() + "…"
