"""Words of a text that name things, told by what stands around them: no dictionary and no tagger is needed."""

import re
from collections import Counter
from collections.abc import Iterable

from common.domain.language.stop_words import STOP_WORDS

_BEFORE = r"(?:the|an?|this|these|those|each|every|its|their|some|many|most|two|three|such|of|no)"
_BEHIND = (
    r"(?:is|are|was|were|of|in|on|at|to|and|or|that|which|who|has|have|had|can|may|must|with|by|for|from|than|but|as|so|"
    r"where|when|into|through|under|until|because)"
)
_HEAD = re.compile(rf"\b{_BEFORE} (?:[a-z-]*[^s\W] )?([a-z]{{4,}})(?=[.,;:)]| {_BEHIND}\b)")
_NO_NOUN = re.compile(r"(?:ly|ed|ing|ous|ful|able|ible|less|ive|est|ical|ish)$")
_ENDS_AS_NOUN = re.compile(
    r"(?:tion|sion|ment|ness|ity|ance|ence|sis|ism|ture|ship|logy|graphy|eer|ist|cle|phy|gen|ium)s?$"
)
_VAGUE = """
result results reason reasons cause causes problem problems example examples number numbers figure figures idea ideas
aim aims way ways difference differences rest first second third last answer answers point points thing things part
parts kind kinds sort sorts side sides case cases fact facts other others same amount amounts lot time times years
month months week weeks hour hours minute minutes day days name names word words end ends beginning middle place
places something anything everything nothing someone somebody people person man woman half quarter percent million
billion thousand hundred dozen pair work works form forms size step steps rule rules best worst more less most least
value values total left right top bottom front back inside outside upper lower underside edge edges turn turns white
black red green blue yellow change cross surface need help hand hands rise fall start stop move look show call test
type types use uses year
"""
VAGUE = frozenset(_VAGUE.split())
"""Words that name nothing worth asking for, or are verbs and adjectives as well."""
_PARTICLE = "van der|von der|van den|van|von|de la|de|del|di|da|ibn|al-|el|the"
_WORD_OF_NAME = "[A-ZÀ-ÖØ-Þ][\\w'\N{RIGHT SINGLE QUOTATION MARK}-]*"
_NAME = re.compile(rf"\b{_WORD_OF_NAME}\w(?: (?:{_PARTICLE})(?= [A-Z]))?(?: (?:[A-Z]\.|{_WORD_OF_NAME})){{1,3}}")
_DEEDS = """
discovered found showed invented proposed described concluded wrote received decoded planted proved measured built
introduced developed published noticed observed argued suggested designed founded studied tested named made began won
traced demonstrated created used opened led compared injected vaccinated printed painted composed stayed isolated
identified calculated predicted recorded sailed landed flew explored ruled ordered weighed patented coined died
"""
_DID = f"(?:{'|'.join(_DEEDS.split())}|was born)"
_DONE_BY = re.compile(r"\b(?:by|student|physician|doctor|chemist|biologist|astronomer|engineer|scientist) $")


def heads(texts: Iterable[str]) -> list[str]:
    """Nouns, those that occur most first: what stands behind an article and before a word that ends its phrase."""
    common = Counter(match[1] for text in texts for match in _HEAD.finditer(text)).most_common()
    return [word for word, count in common if is_noun(word) and (count > 1 or _ENDS_AS_NOUN.search(word))]


def is_noun(word: str) -> bool:
    """Whether a small-letter word can be the name of a thing that is worth asking for."""
    return word not in VAGUE and word not in STOP_WORDS["en"] and not _NO_NOUN.search(word)


def is_plural(term: str) -> bool:
    """Whether an English term looks like a plural."""
    last = term.rsplit(maxsplit=1)[-1].casefold()
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "ics"))


_NOBODY = re.compile(
    r"\b(?:Railway|Railroad|Company|University|College|School|Society|Academy|Institute|Museum|Church|Bank|Club|Council|"
    r"Commission|Committee|Office|Ministry|Department|Association|Union|Army|Navy|Observatory|Laborator(?:y|ies)|Press)\b"
)
"""What acts as well, and is no person."""


def persons(text: str) -> list[re.Match[str]]:
    """Names of two words and more that did something, or by whom something was done."""
    return [match for match in _NAME.finditer(text) if _acts(match, text) and not _NOBODY.search(match[0])]


def _acts(name: re.Match[str], text: str) -> bool:
    did = re.match(rf"(?:,[^,]{{1,60}},)? (?:\w+ )?{_DID}\b", text[name.end() :])
    return did is not None or _DONE_BY.search(text[: name.start()]) is not None
