"""Whether a sentence can be understood alone, or leans on what was said before it.

By rules, for English, and for how sentences begin in German, Spanish and French. They err towards leaning: a sentence
that is lost to a quiz costs less than a question that nobody can answer.
"""

import re

_QUOTES = "\"'(\N{LEFT DOUBLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"


def _any_of(words: str) -> str:
    """The words as alternatives; an underscore joins two."""
    return "|".join(words.split()).replace("_", " ")


_BEGINNINGS = """
it its they their theirs them this these those that such he she his her hers him one both neither either some other
others another most many few all each none below above here there then thus therefore hence so also too instead however
moreover afterwards later but and or yet still otherwise meanwhile for_example for_instance if_it if_they if_not if_so
if_there if_one when_it when_they when_this with_it in_it from_it for_this in_this to_this at_this by_this on_this
because_of_this the_former the_latter the_other the_others the_same the_first the_second the_third the_last the_two
the_three the_result the_figure the_reason the_rest the_whole the_process the_effect the_answer er sie es dies diese
dieser dieses diesem diesen dabei dazu dann so doch aber ihr ihre sein seine esto estos esta estas ello ellos ella ellas
su sus pero il elle ils elles ce cet cette ces leur leurs mais
"""
_LEANS_AT_START = re.compile(rf"(?:{_any_of(_BEGINNINGS)})\b", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:this|these|those|ones?(?= (?:at|is|was|in|on|with|that|which|who|has)\b|[.,;])|such (?!as\b)|"
    r"(?:does|do|did|doing) so|the (?:former|latter|other|others|same|two)\b|"
    r"both [a-z]+s\b|(?:the|an?|new|old|first|second|last|next|successful|large|small) ones?\b)",
    re.IGNORECASE,
)
"""Words that speak of something said before."""
_OF_ANOTHER = re.compile(
    r"\b(?:is|are|was|were) (?:an?|the) [^,.;:]{3,50}?\b(?:who|that|which) \w+ (?:it|them|him)\b", re.IGNORECASE
)
"""Germany was the first country that introduced it: what was introduced is none of what the sentence names."""
_HARMLESS = re.compile(
    r"\b(?:those (?:who|that|which|of|with|in)|one (?:of|another)|(?:at|no|every|any|some|each|only|about|just) ?one|"
    r"(?<!in )this way|this year)",
    re.IGNORECASE,
)
"""Where they do not: they speak of what follows, or of no one thing."""

_IT = re.compile(r"\b(?:it|its|itself)\b", re.IGNORECASE)
_THEY = re.compile(r"\b(?:they|them|their|theirs|themselves)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|him|his|himself|she|her|hers|herself)\b", re.IGNORECASE)
_OF_ITSELF = ("itself", "themselves", "himself", "herself")
_EMPTY_IT = re.compile(
    r"(?:it (?:is|was|may be|takes|pays|helps) (?:\w+ ){0,2}(?:to|that|why|how)\b|(?<=be )it )", re.IGNORECASE
)
"""An "it" that stands for nothing."""
_NEW_CLAUSE = re.compile(
    r"[,;:]|\b(?:and|or|but|that|which|who|when|because|so|if|until|while|as|before|after|where|than|whether)\b",
    re.IGNORECASE,
)
_A_THING = re.compile(
    r"\b(?:[Aa]n?|[Tt]he|[Ee]ach|[Ee]very|[Nn]o|[Aa]ny|[Aa]nother) +(?:[a-z-]+ +)?[a-z-]{3,}|"
    r"^[A-Z][a-z]{2,}(?= (?:that|which|is|are|was|were|has|have|had|can|may|must|will|\w+ed|\w+[^s\W]s)\b)"
)
_THINGS = re.compile(
    r"\b[a-z]{2,}[^s\W]s\b|^[A-Z][a-z]+[^s\W]s\b|\b[a-z]{3,} and [a-z]{3,}|\b(?:people|children|women|men)\b"
)
_A_PERSON = re.compile(
    r"\b[A-Z]\w+ [A-Z]\w+|(?<=[a-z,;] )[A-Z]\w+|\b(?:[Aa]n?|[Tt]he|[Ee]ach|[Ee]very) +(?:[a-z-]+ +)?[a-z-]{3,}"
)
_OPENINGS = """
if when while as since because although though after before until unless where with without in on at by from for to of
only even just not what who how why
"""
_NOT_A_THING = re.compile(rf"^(?:{_any_of(_OPENINGS)})\b", re.IGNORECASE)


def leans(text: str) -> bool:
    """Whether a sentence speaks of what it does not name: it begins so, or has a pronoun before any noun."""
    said = text.lstrip(_QUOTES)
    begins_so = _LEANS_AT_START.match(said) and not _HARMLESS.match(said)
    if begins_so or _POINTING.search(_HARMLESS.sub("", text)) or _OF_ANOTHER.search(text):
        return True
    pairs = ((_IT, _A_THING), (_THEY, _THINGS), (_HE, _A_PERSON))
    return any(_refers_back(text, pronoun, noun) for pronoun, noun in pairs)


def _refers_back(text: str, pronoun: re.Pattern[str], noun: re.Pattern[str]) -> bool:
    """Whether a pronoun comes before anything that it could stand for."""
    found = pronoun.search(text)
    if found is None or _EMPTY_IT.match(text, found.start()):
        return False
    before = _NOT_A_THING.sub("", text[: found.start()])
    named = noun.search(before)
    if named is None:
        return True
    # What acts is seldom what it acts on: in "Soldiers built them" they are not the soldiers.
    return found[0].casefold() not in _OF_ITSELF and not _NEW_CLAUSE.search(before[named.end() - 1 :])
