"""What a risk looks like to whoever reads it, whichever risk it is."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Band = Literal["too_early", "low", "raised", "high"]
About = Literal[
    "missing", "handed_in", "marks", "pace", "carried", "history", "silence", "rhythm", "streak", "reviews_due"
]

RAISED, HIGH = 0.25, 0.5
"""Risk from which these bands begin."""
LEAST_EFFECT = 0.15
"""In log-odds: weaker effects are not worth a sentence."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One effect on a risk, in plain words."""

    about: About
    effect: Literal["raises", "lowers"]
    strength: float
    """In log-odds: 0.7 is a doubling of the odds, or a halving."""
    text: str


@dataclass(frozen=True, slots=True)
class Risk:
    """How likely it is that a learner fails, or lapses."""

    score: float
    """0 to 1: of those with 0.3, about 30 % do, as far as the model holds."""
    band: Band
    evidence: float
    """How much is known: pieces of work that the rest of the course handed in, or returns that were seen."""
    reasons: tuple[Reason, ...]
    """The strongest first."""
    as_of: datetime
    model_version: str


def band(score: float) -> Band:
    """Where a risk lies."""
    return "high" if score >= HIGH else "raised" if score >= RAISED else "low"


def reasons(effects: dict[About, float], texts: dict[About, tuple[str | None, str | None]]) -> tuple[Reason, ...]:
    """The effects (in log-odds) that are strong enough and have words: where they raise a risk, where they lower it."""
    found = []
    for about, effect in effects.items():
        text = texts[about][0 if effect > 0 else 1]
        if text and abs(effect) >= LEAST_EFFECT:
            found.append(Reason(about, "raises" if effect > 0 else "lowers", abs(effect), text))
    return tuple(sorted(found, key=lambda one: -one.strength))


def logit(chance: float) -> float:
    """Log-odds of a chance between 0 and 1."""
    return math.log(chance / (1 - chance))
