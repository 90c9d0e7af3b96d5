"""Whether a text that a model wrote may go to a learner: length, language, no promise, no shame, nothing made up.

The rules are narrow on purpose. A good text that breaks one costs nothing, for a template goes out in its place; a bad
one that is sent costs a learner's trust.
"""

import re
import unicodedata
from typing import Literal

from common.domain.engagement.templates import Language, Words
from common.domain.engagement.unfit_words import MADE_UP, PROMISE, SHAME
from common.domain.language.terms import language_of

Fault = Literal["length", "markup", "number", "language", "promise", "shame", "made_up"]

LONGEST_SUBJECT, SHORTEST_TEXT, LONGEST_TEXT = 70, 40, 400
"""Characters."""
MOST_SENTENCES = 5

_MARKUP = re.compile(r"[<>{}\[\]*_#`|\\@\"“”„«»]|https?:|www\.|\w\.\w|!\s*!|[\x00-\x1f\x7f]", re.IGNORECASE)
_NUMBER = re.compile(r"\d|%")
_END = re.compile(r"[.!?…]+(?:\s|$)")


def fault_of(written: Words, language: Language) -> Fault | None:
    """The first rule that a text breaks; None where it may be sent."""
    subject, text = (unicodedata.normalize("NFKC", one) for one in (written.subject, written.text))
    both = f"{subject} {text}"
    is_long = len(subject) > LONGEST_SUBJECT or len(text) > LONGEST_TEXT or len(_END.findall(text)) > MOST_SENTENCES
    if not subject.strip() or len(text.strip()) < SHORTEST_TEXT or is_long:
        return "length"
    if _MARKUP.search(both):
        return "markup"
    if _NUMBER.search(both):
        return "number"
    if language_of(text) != language:
        return "language"
    if PROMISE[language].search(both):
        return "promise"
    if SHAME[language].search(both):
        return "shame"
    return "made_up" if MADE_UP[language].search(both) else None
