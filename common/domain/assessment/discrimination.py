"""What the answers say of a question: how hard it is, and whether it tells those who know from those who do not."""

import math

from common.domain.assessment.models import Statistics


def discrimination(sums: Statistics) -> float | None:
    """The point-biserial correlation of being right here with the share right in the rest of the quiz: -1 to 1.

    The rest leaves the question itself out, so that it does not correlate with itself (the corrected item-total
    correlation). None where all were right, all wrong, or all the rests are alike.
    """
    n = sums.answers
    if n == 0:
        return None
    varies = sums.right * (n - sums.right) / n**2
    spread = sums.rest_squared / n - (sums.rest / n) ** 2
    if varies <= 0 or spread <= 1e-9:
        return None
    together = sums.rest_of_right / n - sums.right / n * sums.rest / n
    return round(max(-1.0, min(1.0, together / math.sqrt(varies * spread))), 4)
