"""Checks a generated question before it is stored, whoever made it: by rules over the text, the same every time.

Each check has a name, under which what it refuses is counted and shown to the learner. They are strict: a good question
that is lost costs little, a bad one misleads.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from common.domain.assessment import nouns
from common.domain.assessment.content import GAP, Content
from common.domain.assessment.drafts import Draft
from common.domain.assessment.leaning import leans
from common.domain.assessment.material import Material
from common.domain.assessment.quantities import APART
from common.domain.language.terms import stem_sequence
from common.domain.tutoring.citations import numbers_of

FEWEST_TERMS = 4
"""Of a question: with fewer it says too little to have one answer."""
LEAST_SUPPORT = 0.6
"""Share of a question's terms that stand in its source, with the sentence and the headings before it."""
SUPPORTS = 0.6
"""Share of a question's terms in a sentence, from which on the sentence speaks of the same."""
ALIKE = 0.6
"""Share of the terms of two questions that are common to both, from which on they ask the same."""
LONGER, LONGER_BY = 1.5, 12
"""How many times and characters longer than every wrong option a key may not be."""
LONGEST_PROMPT = 600
_INTRODUCTION = re.compile(r"^(?:True or false\? |What is described here: )")
_FIRST_SENTENCE = re.compile(r".{20,}?[.!?](?= [A-Z])")
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True)
class Checked:
    """What the checks left of some drafts."""

    kept: tuple[tuple[Draft, Content], ...]
    dropped: dict[str, int]
    """How many each check refused."""


def check(drafts: Iterable[Draft], material: Material) -> Checked:
    """The drafts that pass every check, in order; of two that are alike, the first."""
    kept: list[tuple[Draft, Content]] = []
    dropped: dict[str, int] = {}
    for draft in drafts:
        fault = next((name for name, fails in CHECKS if fails(draft, material)), None)
        content = None if fault else _content(draft)
        if fault is None and content is None:
            fault = "wrong_form"
        if fault is None and any(_alike(draft, other) for other, _ in kept):
            fault = "alike"
        if fault is not None or content is None:
            dropped[fault or ""] = dropped.get(fault or "", 0) + 1
        else:
            kept.append((draft, content))
    return Checked(tuple(kept), dropped)


def _content(draft: Draft) -> Content | None:
    try:
        return draft.content()
    except ValidationError:
        return None


def asked(draft: Draft) -> str:
    """What the question says itself."""
    return _INTRODUCTION.sub("", draft.prompt).replace(GAP, " ")


def _terms(text: str, draft: Draft) -> set[str]:
    return set(stem_sequence(text, draft.statement.language))


def _source(draft: Draft) -> str:
    one = draft.statement
    return f"{one.chunk.title} {one.heading} {' '.join(one.before)} {one.text}"


def _says_too_little(draft: Draft, material: Material) -> bool:
    return len(_terms(asked(draft), draft)) < FEWEST_TERMS


def _leans_on_what_is_not_there(draft: Draft, material: Material) -> bool:
    said = asked(draft).strip("“”? ")
    first = _FIRST_SENTENCE.match(said)  # what follows may lean on it
    return leans(first[0] if first else said) or len(draft.prompt) > LONGEST_PROMPT


def _key_is_unsupported(draft: Draft, material: Material) -> bool:
    """The source does not hold the key, or does not speak of what is asked."""
    terms, source = _terms(asked(draft), draft), _terms(_source(draft), draft)
    overlap = len(terms & source) / max(1, len(terms))
    if draft.kind == "true_false":
        same = numbers_of(asked(draft)) <= numbers_of(_source(draft)) and overlap == 1
        return overlap < LEAST_SUPPORT or same != (draft.right == ("True",))
    held = all(_holds(draft.statement.text, one, draft) for one in draft.right)
    return overlap < LEAST_SUPPORT or not held


def _distractor_is_supported(draft: Draft, material: Material) -> bool:
    """A wrong option stands in the source, or another sentence says of it what is asked."""
    if draft.kind == "true_false":
        return False
    terms = _terms(asked(draft), draft)
    speaking = [
        one for one in material.statements if len(terms & one.terms) >= SUPPORTS * len(terms) or one is draft.statement
    ]
    return any(_holds(one.text, wrong, draft) for one in speaking for wrong in draft.wrong)


def _holds(text: str, option: str, draft: Draft) -> bool:
    if _NUMBER.search(option):
        return bool(re.search(rf"(?<![\d.,]){re.escape(option)}(?!\d|[.,]\d)", text))
    wanted = _terms(option, draft)
    said = re.search(rf"(?<!\w){re.escape(option.casefold())}(?!\w)", text.casefold())
    return said is not None or bool(wanted and wanted <= _terms(text, draft))


def _options_are_alike(draft: Draft, material: Material) -> bool:
    """Two options say the same, so that there is more than one defensible key or none."""
    texts = [*draft.right, *draft.wrong]
    values = [_value(one) for one in texts]
    for at, one in enumerate(texts):
        for to in range(at):
            value, other = values[at], values[to]
            if value is not None and other is not None:
                if value == other or _are_near(value, other):
                    return True
            elif _terms(one, draft) and _terms(one, draft) == _terms(texts[to], draft):
                return True
    return False


def _are_near(one: float, other: float) -> bool:
    """Two amounts that "about" could mean both; years and small counts are told apart exactly."""
    small, large = sorted((one, other))
    are_years = small >= 1000 and large <= 2100
    return large > 12 and not are_years and large < APART * small


def _value(text: str) -> float | None:
    found = re.match(r"\d[\d,]*(?:\.\d+)?(?![\d:])", text)
    return float(found[0].replace(",", "")) if found else None


def _key_is_longest(draft: Draft, material: Material) -> bool:
    if not draft.wrong or draft.kind == "true_false":
        return False
    most = max(map(len, draft.wrong))
    return max(map(len, draft.right)) > max(LONGER * most, most + LONGER_BY)


def _key_is_echoed(draft: Draft, material: Material) -> bool:
    """The question repeats a word of the key that the wrong options do not have."""
    if draft.kind == "true_false" or any(_NUMBER.search(one) for one in draft.right):
        return any(_holds(asked(draft), one, draft) for one in draft.right if draft.kind != "true_false")
    said = _terms(asked(draft), draft)
    shared = set().union(*(_terms(one, draft) for one in draft.right)) & said
    return bool(shared) and not (draft.wrong and all(shared <= _terms(one, draft) for one in draft.wrong))


def _grammar_tells(draft: Draft, material: Material) -> bool:
    """The article before the gap, the number, or the capital of an option fits the key alone."""
    if draft.kind == "true_false" or not draft.wrong or any(_NUMBER.search(one) for one in draft.right):
        return False
    options = [*draft.right, *draft.wrong]
    article = re.search(rf"\b(an?) {re.escape(GAP)}", draft.prompt, re.IGNORECASE)
    vowels = {one[0].casefold() in "aeiou" for one in options}
    if article and len(vowels) > 1:
        return True
    if len({one[0].isupper() for one in options}) > 1 and draft.right[0][0].isupper():
        return True
    if draft.statement.language != "en":
        return False
    return GAP in draft.prompt and nouns.is_plural(draft.right[0]) and not any(map(nouns.is_plural, draft.wrong))


def _alike(draft: Draft, other: Draft) -> bool:
    """The two ask the same, or the one's words give the other's answer."""
    if draft.statement is other.statement:
        return True
    one, two = _terms(asked(draft), draft), _terms(asked(other), other)
    return len(one & two) >= ALIKE * len(one | two)


CHECKS: Sequence[tuple[str, Callable[[Draft, Material], bool]]] = (
    ("says_too_little", _says_too_little),
    ("leans_on_context", _leans_on_what_is_not_there),
    ("key_unsupported", _key_is_unsupported),
    ("distractor_supported", _distractor_is_supported),
    ("options_alike", _options_are_alike),
    ("key_longest", _key_is_longest),
    ("key_echoed", _key_is_echoed),
    ("grammar_tells", _grammar_tells),
)
"""In the order in which they are asked; the first that fails gives its name."""
