"""How good risks are, held against what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

BINS = 10


@dataclass(frozen=True)
class Judged:
    """One learner's risk on one day, and what became of them."""

    module: str
    day: int
    risk: float
    has_failed: bool
    groups: Mapping[str, str]
    """What is known of the person, which the risk was not told."""


@dataclass(frozen=True)
class Bin:
    """Learners of similar risk."""

    learners: int
    risk: float
    """Mean."""
    failed: float
    """Share."""


def auc(judged: Sequence[Judged]) -> float:
    """Chance that who fails is ranked above who passes, ties half; 0.5 where all passed or all failed."""
    failed = sum(one.has_failed for one in judged)
    passed = len(judged) - failed
    if not failed or not passed:
        return 0.5
    won = below = 0.0
    for _, tied in groupby(sorted(judged, key=lambda one: one.risk), key=lambda one: one.risk):
        of = [one.has_failed for one in tied]
        won += sum(of) * (below + (len(of) - sum(of)) / 2)
        below += len(of) - sum(of)
    return won / failed / passed


def brier(judged: Sequence[Judged]) -> float:
    """Mean squared distance of the risk from what happened (Brier, Monthly Weather Review 78, 1950)."""
    return sum((one.risk - one.has_failed) ** 2 for one in judged) / len(judged)


def bins(judged: Sequence[Judged]) -> list[Bin]:
    """The learners in ten bins of equal width; empty ones are left out."""
    held: list[list[Judged]] = [[] for _ in range(BINS)]
    for one in judged:
        held[min(int(one.risk * BINS), BINS - 1)].append(one)
    return [Bin(len(some), mean_risk(some), failed_share(some)) for some in held if some]


def calibration_error(judged: Sequence[Judged]) -> float:
    """Mean distance of the bins' mean risk from their share of fails (ECE; Naeini et al., AAAI 2015)."""
    return sum(one.learners * abs(one.risk - one.failed) for one in bins(judged)) / len(judged)


def mean_risk(judged: Sequence[Judged]) -> float:
    """Of at least one."""
    return sum(one.risk for one in judged) / len(judged)


def failed_share(judged: Sequence[Judged]) -> float:
    """Of at least one."""
    return sum(one.has_failed for one in judged) / len(judged)
