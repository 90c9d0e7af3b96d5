"""Makes questions by rules over the text, without a model: what is it called, who was it, how many, is it true.

Each rests on one statement and takes its wrong options from the rest of the same material. Nothing here is sure to be
a good question: every draft goes through checking.py.
"""

import re
from collections.abc import Iterator, Sequence

from common.domain.assessment import nouns
from common.domain.assessment.chance import place, shuffled
from common.domain.assessment.content import GAP
from common.domain.assessment.drafts import Draft
from common.domain.assessment.leaning import leans
from common.domain.assessment.material import Defined, Material
from common.domain.assessment.quantities import Quantity, others, quantities
from common.domain.assessment.statements import Statement
from common.domain.language.terms import stem_sequence

WRONG = 3
"""Wrong options of a question."""
MOST_CANDIDATES = 40
"""Things of the material that are looked at as wrong options."""
FEWEST_EXPLAINED = 3
"""Wrong options that are terms of the subject themselves; with fewer the term is written, not chosen."""
_LIKELY_TYPED = 0.15
_TRUE, _FALSE = 0.12, 0.3
"""Of the numbers: shares that become a true statement, and (from there on) a false one."""


def drafts(material: Material) -> Iterator[Draft]:
    """Every question that the rules make, at most one a statement and rule, those first that are best in general."""
    for defined in material.defined:
        yield from _of_term(defined, material)
    yield from _of_reason(material)
    for statement in material.statements:
        yield from _of_person(statement, material)
    for statement in material.statements:
        yield from _of_number(statement, material)


def _of_term(defined: Defined, material: Material) -> Iterator[Draft]:
    statement, seed = defined.statement, defined.statement.text
    prompt = _asking_for(defined)
    if prompt is None:
        return
    wrong = _other_things(defined, prompt, material, seed)
    explained = {one.term for one in material.defined}
    if defined.definition is not None:
        if len(wrong) == WRONG:
            yield Draft("single", prompt, (defined.term,), tuple(wrong), statement, "medium", "understand")
    elif len(wrong) < WRONG or sum(one in explained for one in wrong) < FEWEST_EXPLAINED or place(seed) < _LIKELY_TYPED:
        yield Draft("cloze", prompt, (defined.term,), (), statement, "hard", "remember")
    else:
        yield Draft("cloze", prompt, (defined.term,), tuple(wrong), statement, "medium", "remember")


def _asking_for(defined: Defined) -> str | None:
    """A gap where the term stood, or the definition alone; None where it needs what does not stand there."""
    statement = defined.statement
    if defined.definition is not None:
        return f"What is described here: “{defined.definition}”?" if not statement.leans else None
    if statement.alone is None:
        return None
    context = statement.alone[: len(statement.alone) - len(statement.text)]
    return context + gapped(statement.text, defined.start, defined.end)


def gapped(text: str, start: int, end: int) -> str:
    """The text with a gap that does not tell by "a" or "an" how the word begins."""
    front = re.sub(r"\b([Aa])n? $", r"\1(n) ", text[:start])
    return f"{front}{GAP}{text[end:]}"


def _other_things(defined: Defined, prompt: str, material: Material, seed: str) -> list[str]:
    """Terms and nouns of the same number from elsewhere in the material, those that are explained there first."""
    near = set(stem_sequence(prompt, "en")) | set(stem_sequence(defined.statement.text, "en"))
    explained = {one.term: one.is_plural for one in material.defined}
    fitting: list[str] = []
    for thing in material.things:
        plural = explained.get(thing, nouns.is_plural(thing))
        if plural != defined.is_plural or thing.casefold() == defined.term.casefold():
            continue
        if thing[0].isupper() != defined.term[0].isupper() and defined.term[0].isupper():
            continue
        if not near & set(stem_sequence(thing, "en")):
            fitting.append(thing)
    likely = fitting[:MOST_CANDIDATES]
    first = [one for one in likely if one in explained]
    rest = [one for one in likely if one not in explained]
    ordered = [*shuffled(first, seed), *shuffled(rest[:12], seed)]
    length = len(defined.term.split())
    return _unlike(sorted(ordered, key=lambda one: (one not in explained, len(one.split()) != length)), WRONG)


def _unlike(terms: Sequence[str], count: int) -> list[str]:
    """The first terms of which no two share a word."""
    chosen: list[str] = []
    known: set[str] = set()
    for term in terms:
        stems = set(stem_sequence(term, "en"))
        if len(chosen) < count and stems and not stems & known:
            chosen.append(term)
            known |= stems
    return chosen


def _of_person(statement: Statement, material: Material) -> Iterator[Draft]:
    found = nouns.persons(statement.text)
    if not found or statement.alone is None:
        return
    name = found[0]
    apart = {word for one in nouns.persons(statement.alone) for word in one[0].split()}
    wrong = [one for one in shuffled(material.names, statement.text) if not apart & set(one.split())]
    wrong = _unlike(wrong, WRONG)
    if len(wrong) == WRONG:
        context = statement.alone[: len(statement.alone) - len(statement.text)]
        prompt = context + gapped(statement.text, name.start(), name.end())
        yield Draft("cloze", prompt, (name[0],), tuple(wrong), statement, "hard", "remember")


def _of_number(statement: Statement, material: Material) -> Iterator[Draft]:
    text = statement.text
    found = [one for one in quantities(text) if not _is_open_ended(one, text) and not _tells_nothing(one, text)]
    if not found or statement.alone is None:
        return
    seed = statement.text
    key = shuffled(found, seed)[0]
    beside = [one.text for one in found if one is not key]
    wrong = others(key, material.quantities, beside, seed, WRONG)
    if len(wrong) < WRONG:
        return
    context = statement.alone[: len(statement.alone) - len(statement.text)]
    chance = place(seed)
    if chance < _FALSE and statement.language == "en" and not key.is_word:
        yield _true_or_false(statement, key, None if chance < _TRUE else wrong[0], context)
    else:
        prompt = context + gapped(statement.text, key.start, key.end)
        yield Draft("cloze", prompt, (key.text,), tuple(wrong), statement, "medium", "remember")


def _true_or_false(statement: Statement, key: Quantity, instead: str | None, context: str) -> Draft:
    text = statement.text
    said = text if instead is None else f"{text[: key.start]}{instead}{text[key.end :]}"
    right, wrong = ("True", "False") if instead is None else ("False", "True")
    return Draft("true_false", f"True or false? {context}{said}", (right,), (wrong,), statement, "easy", "remember")


_BEFORE_OR_AFTER = re.compile(r"\b(?:before|after|by|until|till|since) $", re.IGNORECASE)
_MORE_OR_LESS = re.compile(
    r"\b(?:(?:more|less|farther|[a-z]{2,}er) than|at least|"
    r"at most|over|under|below|above|beyond|up to|within)(?: (?:about|some|every|each|only|just))? $",
    re.IGNORECASE,
)


def _is_open_ended(key: Quantity, text: str) -> bool:
    """Whether other numbers would be true as well: what has more than 50 of something has more than 40 too."""
    front = text[: key.start]
    return bool(_MORE_OR_LESS.search(front)) or (key.unit == "year" and bool(_BEFORE_OR_AFTER.search(front)))


_NEGATED = re.compile(r"\b(?:never|not|nobody|no one|neither|hardly|without)\b[^,;:]*$|n't\b[^,;:]*$", re.IGNORECASE)
_IS = re.compile(r"\b(?:is|are|was|were)(?: \w+){0,3} $")


def _tells_nothing(key: Quantity, text: str) -> bool:
    """Whether the number is of what is not so, or a share of what is not said."""
    front, rest = text[: key.start], text[key.end :]
    is_bare = key.unit in ("percent", "%") and bool(re.match(r" ?(?:percent|%)[.,;]", rest)) and bool(_IS.search(front))
    return is_bare or bool(_NEGATED.search(front))


_BECAUSE = re.compile(r"^(?P<what>[^;:]{25,}?),? because (?P<why>[^,;:]{15,90})\.$")


def reasons(material: Material) -> list[tuple[Statement, str, str]]:
    """Statements that say why, with what they say and the reason; those whose reason can be understood alone."""
    found = []
    for statement in material.statements:
        match = _BECAUSE.match(statement.text)
        if match and statement.language == "en" and not leans(match["why"][0].upper() + match["why"][1:]):
            found.append((statement, match["what"], match["why"]))
    return found


def _of_reason(material: Material) -> Iterator[Draft]:
    found = reasons(material)
    for statement, what, why in found:
        others_ = _unlike([one for _, _, one in shuffled(found, statement.text) if one != why], WRONG)
        if len(others_) == WRONG and statement.alone is not None:
            context = statement.alone[: len(statement.alone) - len(statement.text)]
            yield Draft(
                "cloze", f"{context}{what}, because {GAP}.", (why,), tuple(others_), statement, "medium", "understand"
            )
