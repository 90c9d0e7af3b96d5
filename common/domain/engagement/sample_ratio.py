"""Whether the arms have the learners that they should have: if not, something else than chance chose who is counted.

Then no result of the experiment is to be believed, however clear it looks: see Fabijan and others, "Diagnosing sample
ratio mismatch in online controlled experiments", KDD 2019, whose threshold is used too.
"""

import math
from collections.abc import Mapping

SUSPICIOUS = 0.001
"""Shares that are as uneven as this or more by chance alone, so rarely, are no chance."""
LEAST_EXPECTED = 5.0
"""Learners in each arm; with fewer, the distribution of chi-square is not that of the sums."""


def sample_ratio(counts: Mapping[str, int], percents: Mapping[str, int]) -> float | None:
    """The chance, 0 to 1, of shares at least as uneven as these; None while that cannot be told.

    Of the arms that `percents` names, each with its share of those. Pearson's chi-square, with a degree of freedom
    less than arms.
    """
    total, whole = sum(counts.get(name, 0) for name in percents), sum(percents.values())
    expected = {name: total * percent / whole for name, percent in percents.items()}
    if len(expected) < 2 or min(expected.values()) < LEAST_EXPECTED:
        return None
    found = sum((counts.get(name, 0) - one) ** 2 / one for name, one in expected.items())
    return chi_square_tail(found, len(expected) - 1)


def chi_square_tail(value: float, freedom: int) -> float:
    """The chance that a chi-square of so many degrees of freedom is `value` or more.

    By the recurrence of the incomplete gamma function, Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1), from
    Q(1/2, x) = erfc(sqrt x) or Q(1, x) = e^-x (NIST DLMF 8.8.6, 8.4.6, 8.4.10).
    """
    half = value / 2
    shape, tail = (0.5, math.erfc(math.sqrt(half))) if freedom % 2 else (1.0, math.exp(-half))
    while shape < freedom / 2:
        tail += math.exp(shape * math.log(half) - half - math.lgamma(shape + 1)) if half > 0 else 0.0
        shape += 1
    return min(1.0, tail)
