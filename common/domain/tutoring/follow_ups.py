"""Questions that only make sense with one before them: "And the handlebar?" after "How tight should the pedals be?"."""

import re
from collections.abc import Sequence

from common.domain.language.terms import language_of, stem_sequence
from common.domain.tutoring import small_talk
from common.domain.tutoring.models import HotMessage

LONGEST = 300
"""Characters: who writes more has named what it is about."""
MOST_LOOKED_AT = 6
"""Messages of the learner among which the question that a follow-up leans on is looked for, the last one first."""

_GOES_ON = re.compile(
    r"^\W*(?:and|but|or|so|also|what about|how about|und|aber|oder|auch|was ist mit|wie ist es mit|y|pero|o|"
    r"qué pasa con|et|mais|ou|qu['\u2019]en est-il d\w+)\b[^?.!]{0,40}[?.!]*$",
    re.IGNORECASE,
)
"""A short message that begins as the second half of a sentence."""
_FRAGMENT = re.compile(
    r"^\W*(?:(?:on|in|at|for|with|without|by|to|from|of|until|since|how|when|where|which|why|"
    r"an|auf|bei|für|mit|ohne|von|bis|seit|wie|wann|wo|welche[rsnm]?|warum|"
    r"en|con|sin|para|por|de|hasta|cuándo|dónde|cuál|cuánto|pour|avec|sans|dans|sur|jusqu\w*|quand|où|quel\w*|combien)"
    r"\b)[^?.!]{0,30}[?.!]*$",
    re.IGNORECASE,
)
"""A piece of a question: it leans back where it has hardly a word of its own."""
_SECOND_WORD = re.compile(
    r"\b(?:it|they|them|that one|those|these|he|she|him|"
    r"(?:its|their|theirs|his|her|hers)|the (?:same|former|latter|second|first|other) one|"
    r"dies(?:e[rsmn]?)?|er|sie|ihn|ihm|ihnen|deren|dessen|eso|esto|él|ella|ellos|ellas|cela|ça|celui-ci|celle-ci|"
    r"ils?|elles?)\b"
    r"|\b(?:this|that|das)(?=\W*$|\s+(?:mean\w*|happen\w*|work\w*|so|genau)\b)"
    r"|\b(?:this|das)(?=\s+(?:is|was|does|ist|war|bedeutet|heißt)\b)",
    re.IGNORECASE,
)
"""What stands for something that was named."""
_ASKS_FOR_MORE = re.compile(
    r"\b(?:(?:tell|explain|say|show|know|read|hear) (?:\w+ ){0,2}more|more (?:details?|about (?:it|this|that))|"
    r"(?:an|another|one more) example|(?:do|did)(?:n't|n\u2019t| not) (?:understand|get)|(?:can|could) you explain\W*$|"
    r"explain\W*$|(?:explain|say)(?: \w+){0,2} again|simpler|in other words|"
    r"mehr (?:darüber|dazu|davon)|(?:ein|noch ein) beispiel|versteh\w*(?: \w+)? nicht|nicht verstanden|einfacher|"
    r"no (?:lo )?(?:entiendo|comprendo)|más sobre (?:eso|esto)|(?:un|otro) ejemplo|más sencillo|"
    r"(?:ne )?(?:comprends|comprend) (?:pas|rien)|plus (?:là-dessus|de détails)|(?:un|autre) exemple|plus simplement)",
    re.IGNORECASE,
)
"""What asks for the last answer again, or for more of it."""
_NAME_BEFORE = re.compile(r"\w\W{1,3}(?-i:[A-ZÄÖÜÉ])\w{2,}.*$", re.DOTALL)
_PLURAL_BEFORE = re.compile(r"\b\w{3,}(?<![sui])s\b.*$", re.IGNORECASE | re.DOTALL)
_ARTICLE_BEFORE = re.compile(r"\b(?:an?|the) \w+.*$", re.IGNORECASE | re.DOTALL)
_NAMED_BEFORE = {
    **dict.fromkeys(("he", "she", "him", "his", "her", "hers"), _NAME_BEFORE),
    **dict.fromkeys(("they", "them", "their", "theirs"), _PLURAL_BEFORE),
    **dict.fromkeys(("it", "its"), _ARTICLE_BEFORE),
}
"""English words that stand for what the same question named: "How do bees find their way?"."""


def leans(said: str) -> bool:
    """Whether a question needs the conversation to be understood."""
    if len(said) > LONGEST:
        return False
    terms = set(stem_sequence(said, language_of(said)))
    if not terms or _GOES_ON.search(said) or asks_for_more(said):
        return True
    if len(terms) == 1 and _FRAGMENT.search(said):
        return True
    return any(not _is_named(said, match) for match in _SECOND_WORD.finditer(said))


def asks_for_more(said: str) -> bool:
    """Whether a message asks for the last answer again, in other words or with more of it."""
    return _ASKS_FOR_MORE.search(said) is not None


def looked_for(said: str, hot: Sequence[HotMessage]) -> tuple[str, bool]:
    """The question as it is looked for in the material, and whether it leans on one before it.

    A follow-up is read with the last question that stands for itself: "And the stem?" and then "Why?" both go on from
    "How tight should the pedals be?", whatever thanks came between.
    """
    if not leans(said):
        return said, False
    told = [one.text for one in hot if one.role == "user"][-MOST_LOOKED_AT:]
    questions = [question for text in reversed(told) if (question := small_talk.hear(text).question)]
    whole = (one for one in questions if not leans(one) and not small_talk.is_statement(one))
    before = next(whole, next(iter(questions), None))
    return (f"{before} {said}", True) if before else (said, False)


def language_before(hot: Sequence[HotMessage]) -> str | None:
    """The language of the learner's last message whose language can be told."""
    told = [one.text for one in hot if one.role == "user"][-MOST_LOOKED_AT:]
    return next(filter(None, map(language_of, reversed(told))), None)


def _is_named(said: str, match: re.Match[str]) -> bool:
    before = _NAMED_BEFORE.get(match[0].lower())
    return before is not None and before.search(said[: match.start()]) is not None
