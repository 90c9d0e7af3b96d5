"""Fits the offline tutor's confidence to the tuning questions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from common.domain.tutoring.calibration import Calibration
from infrastructure.tools.bench_retrieval.measures import Outcome

Numbers = NDArray[np.float64]

FALSE_REFUSALS = 0.08
"""Share of the answerable tuning questions that may be refused; the issue allows 10 %."""
RIDGE = 0.02
STEPS, RATE = 20_000, 0.5


def calibration(outcomes: Sequence[Outcome]) -> Calibration:
    """A ridge logistic with both classes of equal weight, and the threshold that refuses FALSE_REFUSALS."""
    known = [one for one in outcomes if one.features]
    features = np.array([one.features for one in known])
    right = np.array([float(one.asked.document is not None) for one in known])
    means, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    scaled = np.column_stack([(features - means) / spread, np.ones(len(known))])
    weight = np.where(right == 1, 0.5 / right.mean(), 0.5 / (1 - right.mean()))
    found = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        gradient = scaled.T @ ((_logistic(scaled @ found) - right) * weight) / len(known)
        found -= RATE * (gradient + RIDGE * np.append(found[:-1], 0))
    confidence = np.sort(_logistic(scaled @ found)[right == 1])
    least = confidence[int(FALSE_REFUSALS * len(confidence))]
    weights = found[:-1] / spread
    constant = float(found[-1] - (weights * means).sum())
    return Calibration(
        tuple(round(float(one), 3) for one in weights), round(constant, 3), round(float(least) - 5e-4, 3)
    )


def _logistic(values: Numbers) -> Numbers:
    made: Numbers = 1 / (1 + np.exp(-values))
    return made
