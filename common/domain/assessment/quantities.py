"""Numbers in a text with their units, and other numbers that one could take for them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from common.domain.assessment.chance import shuffled
from common.domain.language.stop_words import STOP_WORDS

APART = 1.25
"""Ratio from which on two quantities are told apart, though the text says "about"."""
FARTHEST, FARTHEST_YEARS = 8, 60
"""Ratio, and years, up to which another number of the material could be taken for it."""
SMALL_APART = 1.4
"""The same for up to ten of what is measured, not counted: nine minutes are as good as ten."""
YEARS_APART, MINUTES_APART = 3, 10
FROM_HERE_EARLIER = 2000
"""Years from here on have earlier ones beside them alone."""
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DIGITS = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?<![\w.,:/$€£+-])(?P<first>{_DIGITS})(?:(?P<between> to | and |\u2013)(?P<second>{_DIGITS}))?"
    rf"(?![\w/:]|[.,]\d|-\w)(?P<unit> ?%| [a-zäöüß]+(?: [a-zäöüß]+)?)?"
)
_WORD = re.compile(rf"(?<![\w-])(?P<first>{'|'.join(WORDS[2:])})(?![\w-])(?P<unit> [a-z]+)?")
_UNITS = """
percent second minute hour day night week month year decade centur metre meter kilomet centimet millimet litre liter
gram kilogram degree mile feet inch tonne million billion times
"""
_UNIT_OF_WORD = re.compile(f" (?:{'|'.join(_UNITS.split())})")
_SHORT_UNITS = "hertz|feet|volts?|amp|grad|prozent|jahre|m|km|cm|mm|kg|g|mg|l|ml|s|ms"
_OTHER_UNITS = re.compile(rf"people|children|teeth|{_SHORT_UNITS}")
_OF_MEASURE = "|".join(one for one in _UNITS.split() if one not in ("million", "billion", "times"))
_MEASURED = re.compile(rf"%|{_SHORT_UNITS}|(?:milli|micro|nano|kilo|mega|giga)?(?:{_OF_MEASURE})\w*")
_PLURAL = re.compile(r" [a-z]{2,}[^sui\W]s$")
_PARTS = re.compile(r" (?:thirds|quarters|fifths|halves|tenths)")
_COUNTING = re.compile(
    r"\b(?:of|has|have|had|in|into|contains?|are|is|was|were|with|holds?|about|for|nearly|after|by|least|most|than) $"
)
_KNOWN = re.compile(r"\b(?:the|its|their|these|those|his|her|whose|all|other|or|and|to|first|last|next) $")
"""Whose number is said before, or is one of a range."""
_LISTED = re.compile(r"[\w ]*(?::|, [\w -]+ and )")
"""What is listed behind can be counted."""
_CLOCK = re.compile(r"(?<![\d:.])(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?![\d:])")
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|until|till|from|by|of|around|about|before|after|to|and|year|early|late|between|january|february|"
    r"march|april|may|june|july|august|september|october|november|december)|,) ?$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:chapter|page|table|figure|room|section|lesson|unit|number|level|part|act|line|grade|type|PEP) $",
    re.IGNORECASE,
)
"""In front of a number that counts nothing."""
_VERBS = "means makes needs gives takes shows says comes goes lies stands holds stays remains stops begins ends follows"
_NO_UNIT = frozenset(("to", "and", "of", "or", "in", "on", "at", "bc", "ad", *_VERBS.split(), *STOP_WORDS["en"]))


@dataclass(frozen=True)
class Quantity:
    """A number, or a range of two, as a text writes it from `start` to `end`."""

    start: int
    end: int
    text: str
    values: tuple[float, ...]
    unit: str
    """The word behind it, "year", or nothing."""
    between: str = ""
    """What joins the two of a range."""
    is_word: bool = False

    @property
    def is_measured(self) -> bool:
        """Whether it is so much of something, not so many."""
        return _MEASURED.fullmatch(self.unit) is not None

    def is_like(self, other: "Quantity") -> bool:
        """Whether the one can be taken for the other: the same unit and form."""
        form = (self.unit, len(self.values), self.is_word)
        return form == (other.unit, len(other.values), other.is_word)


def quantities(text: str) -> list[Quantity]:
    """The numbers of a sentence that have a unit, or are years."""
    return sorted((*_digits(text), *_words(text), *_times(text)), key=lambda one: one.start)


def _times(text: str) -> Iterator[Quantity]:
    found = list(_CLOCK.finditer(text))
    for match in found if len(found) == 1 else ():  # of a span of time the one end tells of the other
        minutes = 60 * int(match["hour"]) + int(match["minute"])
        yield Quantity(match.start(), match.end(), match[0], (float(minutes),), "o'clock")


def _digits(text: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        unit = "" if _LABEL.search(text[: match.start()]) else _unit_of(match["unit"] or "")
        values = tuple(float(one.replace(",", "")) for one in match.group("first", "second") if one)
        if match["between"] == " and " and not re.search(r"\bbetween $", text[: match.start()]):
            continue  # "between 5 and 6" is a range, "5 and 6 cats" are two numbers
        is_year = all(1000 <= value <= 2100 for value in values) and "," not in match[0] and "." not in match["first"]
        if is_year and unit not in ("years", "people") and _BEFORE_YEAR.search(text[: match.start()]):
            unit = "year"
        end = match.end("second") if match["second"] else match.end("first")
        if unit:
            yield Quantity(match.start(), end, text[match.start() : end], values, unit, match["between"] or "")


def _unit_of(behind: str) -> str:
    """What is counted: of the two words behind a number the first that is a unit or a plural; nothing where none is."""
    for word in behind.split():
        if word in _NO_UNIT:
            return ""
        if word == "%" or _UNIT_OF_WORD.match(f" {word}") or _OTHER_UNITS.fullmatch(word) or _PLURAL.match(f" {word}"):
            return word
    return ""


def _words(text: str) -> Iterator[Quantity]:
    for match in _WORD.finditer(text):
        unit, front, rest = match["unit"] or "", text[: match.start()], text[match.end() :]
        counts = bool(_PLURAL.match(unit) and _COUNTING.search(front)) and not _PARTS.match(unit)
        if (_UNIT_OF_WORD.match(unit) or counts) and not _KNOWN.search(front) and not _LISTED.match(rest):
            value = float(WORDS.index(match["first"]))
            yield Quantity(match.start(), match.end("first"), match["first"], (value,), unit.strip(), is_word=True)


def others(key: Quantity, known: Sequence[Quantity], taken: Iterable[str], seed: str, count: int = 3) -> list[str]:
    """Other numbers for the same place: those of the material first, then ones that are clearly more or less.

    `taken` are the texts of numbers that stand beside it. None is so near to the key, or to another, that it could be
    right as well. Fewer than `count` where there are no more.
    """
    chosen: list[tuple[float, str]] = []
    refused = {key.text, *taken}
    values = {float(one.replace(",", "")) for one in refused if re.fullmatch(_DIGITS, one)}
    material = [one for one in known if one.is_like(key) and one.text not in refused]
    comparable = [one for one in material if _is_comparable(one.values[0], key)]
    nearest = sorted(shuffled(comparable, seed), key=lambda one: abs(one.values[0] - key.values[0]))
    candidates = [(one.values[0], one.text) for one in nearest]
    for value, text in (*candidates, *shuffled(_made(key), seed)):
        near = any(_is_near(value, other, key) for other in (key.values[0], *(other for other, _ in chosen)))
        if not near and text not in refused and value not in values and len(chosen) < count:
            chosen.append((value, text))
            refused.add(text)
    return [text for _, text in chosen]


def _is_comparable(value: float, key: Quantity) -> bool:
    if key.unit == "year":
        return abs(value - key.values[0]) <= FARTHEST_YEARS
    return _apart(value, key.values[0]) <= FARTHEST


def _apart(one: float, other: float) -> float:
    """How many times the one is the other, or more."""
    small, large = sorted((abs(one), abs(other)))
    return large / small if small else float("inf")


def _is_near(one: float, other: float, key: Quantity) -> bool:
    if key.unit in ("year", "o'clock"):
        return abs(one - other) < (YEARS_APART if key.unit == "year" else MINUTES_APART)
    if key.is_word or max(one, other) <= 10:
        apart = SMALL_APART if all(value == int(value) for value in key.values) else 1
        return one == other or (key.is_measured and max(one, other) < apart * min(one, other))
    return max(one, other) < APART * min(one, other) if min(one, other) > 0 else one == other


def _made(key: Quantity) -> list[tuple[float, str]]:
    """Numbers of the same look that are more or less."""
    if key.unit == "year":
        to_come = key.values[0] >= FROM_HERE_EARLIER  # what is still to come is seen to be wrong
        return [
            (year, f"{year:.0f}")
            for year in (key.values[0] + by for by in ((-20, -13, -9, -4) if to_come else (-20, -9, 8, 15)))
        ]
    if key.unit == "o'clock":
        times = [key.values[0] + by for by in (-60, -30, -15, 15, 30, 60)]
        return [(one, f"{one // 60:.0f}:{one % 60:02.0f}") for one in times if 0 <= one < 24 * 60]
    most = int(max(key.values))
    near = range(-most, max(11, 2 * most + 3)) if key.is_measured else (-2, -1, 1, 2, 3)
    if key.is_word:
        wanted = (key.values[0] + by for by in near)
        return [(value, WORDS[int(value)]) for value in wanted if 2 <= value < len(WORDS)]
    factors = (
        (0.25, 0.4, 0.6, 0.75) if key.unit in ("percent", "%") and max(key.values) > 45 else (0.4, 0.6, 1.5, 2, 2.5)
    )
    whole = max(key.values) <= 10 and all(value == int(value) for value in key.values)
    steps = [tuple(v + by for v in key.values) for by in near] if whole else []
    scaled = steps or [tuple(v * factor for v in key.values) for factor in factors]
    kept = [one for one in scaled if min(one) > 0 and (key.unit not in ("percent", "%") or max(one) <= 100)]
    return [(one[0], key.between.join(_written(v, key) for v in one)) for one in kept]


def _written(value: float, key: Quantity) -> str:
    """A number with as many decimals as the key, as round as it, and grouped where it is."""
    decimals = max((len(part.partition(".")[2]) for part in key.text.split(key.between or None)), default=0)
    if decimals:
        return f"{value:.{decimals}f}"
    step = 1
    while step < 10**9 and all(v % (step * 10) == 0 for v in key.values) and step * 10 <= value:
        step *= 10
    if step == 1 and all(v % 5 == 0 for v in key.values) and value >= 10:
        step = 5
    rounded = max(step, round(value / step) * step)
    return f"{rounded:,}" if "," in key.text else f"{rounded}"
