"""What a quiz is made of: the statements of some chunks, and the things, numbers and people that they name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from common.domain.assessment import nouns
from common.domain.assessment.quantities import Quantity, quantities
from common.domain.assessment.statements import Statement, statements
from common.domain.documents.models import Chunk
from common.domain.language.stop_words import STOP_WORDS
from common.domain.language.terms import stem_sequence

_TERM = r"(?P<article>the |an? )?(?P<term>[A-Za-z][\w'-]+(?: [A-Za-z][\w'-]+){0,2}?(?: of(?: the)? [a-z]+)?)"
_TERM_ENDS = r"(?=[.,;:)]| (?:that|which|who|and|or|in|by|from|because|on|for|to|with|is|are|when|where)\b)"
_CALLED = re.compile(
    r"(?P<how>(?:\b(?:is|are|was|were) (?:also |often |usually |then |now )?|, ?(?:also )?|\b\w+ )"
    r"(?:called|named|known as|termed)|\b[Ww]e speak of|\bbears? the name of|"
    rf"\bcalls? (?:this|it|them|these|that|such \w+)) {_TERM}{_TERM_ENDS}"
)
_IS_A = re.compile(
    r"^(?:(?:An?|The) )?(?P<term>[\w'-]+(?: [\w'-]+){0,2}) (?P<be>is|are|was|were|means|refers to) "
    r"(?P<definition>(?:an?|the|any|one of the|what|how) [^:;]+)\.$"
)
_THAT_IS = re.compile(
    r"^(?:This|That|These|Those) (?:is|are) (?P<article>an? |the )?(?P<term>[a-z-]+(?: [a-z-]+)?)(?=[.,;])"
)
_ENDS_IN_TERM = re.compile(
    r"^(?P<subject>[^:;]{30,}?) (?:is|are) (?P<article>an? |the )(?P<term>[a-z][\w-]*(?: [a-z][\w-]*)?)\.$"
)
_IN_A_LIST = re.compile(r"(?:, [\w -]{1,30})* ?,? ?(?:and|or) (?:the )?[\w-]+(?: [\w-]+)?[.,;]")
_NEVER_FIRST = """
after for because in on at by with from to as there here what it this that these those another one such each every who
which so not only also very more most less least rather quite
"""
_NO_TERM = frozenset(_NEVER_FIRST.split())


@dataclass(frozen=True)
class Defined:
    """A term where its statement says what it is; `start` and `end` in the statement's text."""

    statement: Statement
    term: str
    start: int
    end: int
    definition: str | None = None
    """What the statement says that it is, where it says so in these words."""
    is_plural: bool = False


class Material:
    """The statements of some chunks, and what they name."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self.statements = statements(chunks)

    @cached_property
    def quantities(self) -> list[Quantity]:
        """All numbers."""
        return [one for statement in self.statements for one in quantities(statement.text)]

    @cached_property
    def defined(self) -> list[Defined]:
        """Terms that the material explains, in order."""
        return [one for statement in self.statements if statement.language == "en" for one in defined_in(statement)]

    @cached_property
    def names(self) -> list[str]:
        """People who did something."""
        found = (match[0] for one in self.statements for match in nouns.persons(one.text))
        return list(dict.fromkeys(found))

    @cached_property
    def things(self) -> list[str]:
        """Names of things: terms that are explained, then other nouns, the most frequent first."""
        explained = (one.term for one in self.defined)
        return list(dict.fromkeys((*explained, *nouns.heads(one.text for one in self.statements))))


def defined_in(statement: Statement) -> list[Defined]:
    """The terms that a statement explains: "... is called a fjord", "A fjord is a ...", "... is a fjord"."""
    text = statement.text
    found = [
        Defined(statement, match["term"], match.start("term"), match.end("term"), None, _called_plural(match))
        for match in _CALLED.finditer(text)
        if is_term(match["term"]) and not _IN_A_LIST.match(text[match.end() :])
    ]
    whole = _IS_A.match(text)
    if whole and is_term(whole["term"]) and len(stem_sequence(whole["definition"], "en")) >= 4 and _is_thing(statement):
        term, plural = whole["term"], whole["be"] in ("are", "were")
        found.append(Defined(statement, _as_inside(term, text), 0, whole.end("term"), whole["definition"], plural))
    ending = _ENDS_IN_TERM.match(text)
    if ending and is_term(ending["term"]) and len(stem_sequence(ending["subject"], "en")) >= 4:
        found.append(Defined(statement, ending["term"], ending.start("term"), ending.end("term")))
    said = _THAT_IS.match(text)
    if said and said["article"] and is_term(said["term"]) and statement.before:
        found.append(Defined(statement, said["term"], said.start("term"), said.end("term")))
    return found


def is_term(term: str) -> bool:
    """Whether it can be the name of something that is worth asking for."""
    words = term.split()
    first, last = words[0].casefold(), words[-1]
    if first in _NO_TERM or first in STOP_WORDS["en"] or last.casefold() in STOP_WORDS["en"] | nouns.VAGUE:
        return False
    return all(word.casefold() not in nouns.VAGUE for word in words) and (not last.islower() or nouns.is_noun(last))


def _called_plural(match: re.Match[str]) -> bool:
    """Whether many are called so: by the verb, or by the word in front of "..., called"."""
    how, words = match["how"], re.findall(r"\w+", match.string[: match.start()] + match["how"].partition("called")[0])
    if how.startswith(("is", "was", "are", "were")):
        return how.startswith(("are", "were"))
    return nouns.is_plural(match["term"]) or bool(words and how.startswith(",") and nouns.is_plural(words[-1]))


def _is_thing(statement: Statement) -> bool:
    """Whether a sentence is about a thing: an article stands before it, or it stands elsewhere in small letters.

    Else it may be a name, as "Germany is the ..." is, of which a definition says little.
    """
    text = statement.text
    first = re.match(r"[\w'-]+", text)
    if first is None or re.match(r"(?:An?|The) ", text) or any(letter.isupper() for letter in first[0][1:]):
        return True
    return bool(
        re.search(rf"\b{re.escape(first[0].lower())}", f"{statement.chunk.title.lower()} {statement.chunk.text}")
    )


def _as_inside(term: str, text: str) -> str:
    """A term that begins a sentence, in the letters that it has inside one: small, unless it is a name."""
    words = term.split()
    rest = text[len(term) :]
    is_name = any(one[0].isupper() for one in words[1:]) or bool(re.search(rf"\b{re.escape(words[0])}\b", rest))
    is_name = is_name or any(letter.isupper() for letter in words[0][1:])

    return term if is_name or re.match(r"(?:An?|The) ", text) else term[0].lower() + term[1:]
