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
STEPS, RATE = 2_000, 0.5


def calibration(outcomes: Sequence[Outcome]) -> Calibration:
    """A ridge logistic, and the threshold that refuses FALSE_REFUSALS of the questions about documents it never saw."""
    known = [one for one in outcomes if one.features]
    features = np.array([one.features for one in known])
    right = np.array([float(one.asked.document is not None) for one in known])
    about = np.array([one.asked.document or one.asked.near or one.asked.id for one in known])
    unseen = np.zeros(len(known))
    for document in set(about):
        others = about != document
        weights, constant = _fitted(features[others], right[others])
        unseen[~others] = _logistic(features[~others] @ weights + constant)
    confidence = np.sort(unseen[right == 1])
    least = float(confidence[int(FALSE_REFUSALS * len(confidence))])
    weights, constant = _fitted(features, right)
    return Calibration(tuple(round(float(one), 3) for one in weights), round(constant, 3), round(least, 3))


def _fitted(features: Numbers, right: Numbers) -> tuple[Numbers, float]:
    """Weights and constant, with both classes of equal weight."""
    means, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    scaled = np.column_stack([(features - means) / spread, np.ones(len(features))])
    weight = np.where(right == 1, 0.5 / right.mean(), 0.5 / (1 - right.mean()))
    found = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        gradient = scaled.T @ ((_logistic(scaled @ found) - right) * weight) / len(features)
        found -= RATE * (gradient + RIDGE * np.append(found[:-1], 0))
    weights: Numbers = found[:-1] / spread
    return weights, float(found[-1] - (weights * means).sum())


def _logistic(values: Numbers) -> Numbers:
    made: Numbers = 1 / (1 + np.exp(-values))
    return made
