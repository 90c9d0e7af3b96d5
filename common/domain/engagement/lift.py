"""How many more learners came back than of those who were held out, and how many it takes to know.

The interval is Newcombe's hybrid of two score intervals: it stays within -1 and 1, and covers what it promises at small
numbers and at shares near 0 and 1. It is honest for one look, at a time that was decided beforehand: when as many
learners have been met as `needed` says. Who looks daily, and may stop, needs sequential.py.

Sources: Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven
methods", Statistics in Medicine 17(8), 1998, method 10; Fleiss, Levin, Paik, "Statistical methods for rates and
proportions", 3rd edition, 2003, chapter 4, for the number that is needed.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from common.domain.engagement.experiment_models import Tally

CONFIDENCE = 0.95
POWER = 0.8
"""The chance to find the smallest effect of interest, where there is one."""
_TWO_SIDED = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_ENOUGH = _TWO_SIDED + NormalDist().inv_cdf(POWER)


@dataclass(frozen=True, slots=True)
class Lift:
    """The share that came back in an arm less that of the hold-out, with its 95 % interval; each -1 to 1."""

    difference: float
    low: float
    high: float


def lift(arm: Tally, holdout: Tally) -> Lift | None:
    """None as long as nobody is in the one or in the other."""
    if not arm.learners or not holdout.learners:
        return None
    ours, theirs = share(arm), share(holdout)
    our_low, our_high = _wilson(arm)
    their_low, their_high = _wilson(holdout)
    difference = ours - theirs
    return Lift(
        difference,
        difference - math.hypot(ours - our_low, their_high - theirs),
        difference + math.hypot(our_high - ours, theirs - their_low),
    )


def share(of: Tally) -> float:
    """The share that came back, 0 to 1; ZeroDivisionError where there was nobody."""
    return of.returned / of.learners


def needed(holdout: Tally, effect: float, holdout_per_arm: float) -> int:
    """How many learners an arm needs, so that an effect of this size (a share) is found with POWER.

    `holdout_per_arm` learners are held out for each in the arm. The share that comes back by itself is taken from the
    hold-out, drawn towards one half, the worst case, as long as it is small.
    """
    base = (holdout.returned + 1) / (holdout.learners + 2)
    other = base + effect if base + effect < 1 else base - effect
    noise = other * (1 - other) + base * (1 - base) / holdout_per_arm
    return math.ceil(_ENOUGH**2 * noise / effect**2)


def _wilson(of: Tally) -> tuple[float, float]:
    """The score interval of a share (Wilson, 1927)."""
    count, square = of.learners, _TWO_SIDED**2
    middle = (of.returned + square / 2) / (count + square)
    spread = of.returned * (count - of.returned) / count + square / 4
    half = _TWO_SIDED * math.sqrt(spread) / (count + square)
    return max(0.0, middle - half), min(1.0, middle + half)
