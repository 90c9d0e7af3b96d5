"""When an arm does harm, told by a rule that may be asked every day.

Of those who were met on one day, n are in the arm and the rest are held out, and m of them all came back. If nudges did
nothing, each of the m could as well have been any other: how many of them are in the arm is hypergeometric, however
likely learners are to come back, and whatever else was special about that day. If nudges divide the odds of coming
back, it is Fisher's noncentral hypergeometric. The ratio of the two likelihoods is the evidence of the day. Its
expectation is 1 where nudges do nothing and less where they help, so the product over the days is a bet that nobody
wins in the long run: by Ville's inequality it ever reaches 20 in at most one of 20 harmless arms, however often
somebody looks, and however many learners or days there are. Nothing in it is approximate. How strong the harm would be
is not known, so the evidence is the mean of five such products, one for each of ODDS; it too is such a bet.

Sources: Ville, "Etude critique de la notion de collectif", 1939; Fisher, "The logic of inductive inference", Journal of
the Royal Statistical Society 98, 1935; Robbins, "Statistical methods related to the law of the iterated logarithm",
Annals of Mathematical Statistics 41, 1970; Grünwald, de Heide, Koolen, "Safe testing", Journal of the Royal Statistical
Society B 86, 2024. Why this rule and no other: .github/decisions/0017-an-arm-that-does-harm-stops-itself.md.
"""

import math
from collections.abc import Sequence

from common.domain.engagement.experiment_models import Tally

ODDS = (0.9, 0.8, 0.65, 0.5, 0.3)
"""What the odds of coming back are multiplied with where an arm does harm."""
FALSE_STOPS = 0.05
"""The chance, at most, that an experiment in which no arm does harm ever has one stopped."""
NOTHING_YET = (0.0,) * len(ODDS)
"""The evidence before the first day."""


def after(evidence: Sequence[float], arm: Tally, holdout: Tally) -> tuple[float, ...]:
    """The evidence (logarithms, by ODDS) with that of one more day: of the learners who were met on it, none else."""
    return tuple(before + new for before, new in zip(evidence, _of_a_day(arm, holdout), strict=True))


def strength(evidence: Sequence[float]) -> float:
    """The logarithm of the evidence that the arm does harm: that of the mean over ODDS."""
    return _log_sum(evidence) - math.log(len(evidence))


def threshold(arms: int) -> float:
    """The logarithm of the evidence that stops one of so many arms. The chance of error is shared among them."""
    return math.log(arms / FALSE_STOPS)


def _of_a_day(arm: Tally, holdout: Tally) -> list[float]:
    """For each of ODDS, the logarithm of the likelihood ratio: odds ** returned, over its mean where odds are 1."""
    ours, theirs, returned = arm.learners, holdout.learners, arm.returned + holdout.returned
    possible = range(max(0, returned - theirs), min(ours, returned) + 1)
    likely = [_log_choose(ours, one) + _log_choose(theirs, returned - one) for one in possible]
    whole = _log_choose(ours + theirs, returned)
    found = []
    for odds in map(math.log, ODDS):
        mean = _log_sum([log - whole + one * odds for log, one in zip(likely, possible, strict=True)])
        found.append(arm.returned * odds - mean)
    return found


def _log_choose(of: int, chosen: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)


def _log_sum(logs: Sequence[float]) -> float:
    """The logarithm of the sum of what these are logarithms of."""
    most = max(logs)
    return most + math.log(math.fsum(math.exp(one - most) for one in logs))
