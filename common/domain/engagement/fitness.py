"""Whether a text that a model wrote may go to a learner: length, language, no promise, no shame, nothing made up.

The rules are narrow on purpose. A good text that breaks one costs nothing, for a template goes out in its place; a bad
one that is sent costs a learner's trust.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

from common.domain.engagement.templates import Language, Words
from common.domain.engagement.unfit_words import MADE_UP, PROMISE, SHAME
from common.domain.language.terms import language_of

Fault = Literal["length", "markup", "number", "language", "promise", "shame", "made_up"]

LONGEST_SUBJECT, SHORTEST_TEXT, LONGEST_TEXT = 70, 40, 400
"""Characters."""

_MARKUP = re.compile(r"[<>{}\[\]*_#`|\\@\"“”„«»]|https?:|www\.|\w\.\w|!\s*!|[\x00-\x1f\x7f]", re.IGNORECASE)
_NUMBER = re.compile(r"\d|%")


def fault_of(written: Words, language: Language) -> Fault | None:
    """The first rule that a text breaks; None where it may be sent."""
    subject, text = (unicodedata.normalize("NFKC", one) for one in (written.subject, written.text))
    both = f"{subject} {text}"
    rules: dict[Fault, Callable[[], object]] = {
        "length": lambda: not _is_of_length(subject, text),
        "markup": lambda: _MARKUP.search(both),
        "number": lambda: _NUMBER.search(both),
        "language": lambda: language_of(text) != language,
        "promise": lambda: PROMISE[language].search(both),
        "shame": lambda: SHAME[language].search(both),
        "made_up": lambda: MADE_UP[language].search(both),
    }
    return next((fault for fault, breaks in rules.items() if breaks()), None)


def _is_of_length(subject: str, text: str) -> bool:
    is_short = not subject.strip() or len(text.strip()) < SHORTEST_TEXT
    return not is_short and len(subject) <= LONGEST_SUBJECT and len(text) <= LONGEST_TEXT
