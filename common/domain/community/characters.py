"""Characters that are not seen, or that turn the direction of others."""

import unicodedata

_JOINERS = "\u200c\u200d"
"""Unseen, and yet kept: Persian, Indic words and emoji need them."""
_KEPT = "\n\t" + _JOINERS
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Categories of Unicode: controls, formats, halves of characters, private use, line and paragraph separators."""


def seen(text: str) -> str:
    """The text without characters that are not seen, or that turn the direction of others."""
    line_ends = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in line_ends if c in _KEPT or unicodedata.category(c) not in _UNSEEN)


def is_blank(text: str) -> bool:
    """Whether nothing of a text is seen: it is of spaces, joiners and what is left out alone."""
    return all(c.isspace() or c in _JOINERS for c in seen(text))
