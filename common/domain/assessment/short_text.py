"""Whether what a learner wrote is what was meant: spelling may slip, meaning and numbers may not."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

Rule = Literal["same", "spelling", "different"]
"""same: but for case, accents, punctuation and a leading article; spelling: one letter off, or two in a long answer."""

ONE_SLIP, TWO_SLIPS = 5, 14
"""Characters of an accepted answer from which on so many slips are forgiven; shorter ones are too close to others."""
_ARTICLE = re.compile(r"^(?:the|an?|der|die|das|eine?|el|la|los|las|une?|les?) ")
_NUMBER = re.compile(r"\d[\d.,]*")


def judged(given: str, accepted: Iterable[str], *, exact: bool = False) -> Rule:
    """How close the answer comes to the nearest accepted one; `exact` forgives no slip."""
    said, wanted = plain(given), [plain(one) for one in accepted]
    if said and said in wanted:
        return "same"
    if not exact and any(_slipped(said, one) for one in wanted):
        return "spelling"
    return "different"


def plain(text: str) -> str:
    """Small letters without accents, punctuation and a leading article; numbers keep their points and signs."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    letters = "".join(one for one in folded if not unicodedata.combining(one))
    kept = re.sub(r"(?<!\d)[.,]|[.,](?!\d)|[^\w\s.,%+/-]|_", " ", letters.replace("\N{MINUS SIGN}", "-"))
    kept = re.sub(r"(?<=[^\W\d])-(?=[^\W\d])", " ", kept)
    return _ARTICLE.sub("", " ".join(kept.split()))


def _slipped(said: str, wanted: str) -> bool:
    if len(wanted) < ONE_SLIP or _NUMBER.findall(said) != _NUMBER.findall(wanted):
        return False
    most = 2 if len(wanted) >= TWO_SLIPS else 1
    return abs(len(said) - len(wanted)) <= most and distance(said, wanted) <= most


def distance(one: str, other: str) -> int:
    """Letters to insert, delete, replace or swap with the next (optimal string alignment) to make one the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [at]
        for to, wanted in enumerate(other, start=1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, earlier[to - 2] + 1)
            row.append(cost)
    return row[-1]
