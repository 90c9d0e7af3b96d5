"""Fits the offline tutor's confidence to the tuning questions, and judges each by a fit that never saw its document."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from common.domain.tutoring.calibration import Calibration
from common.domain.tutoring.sources import TutorAnswer
from infrastructure.tools.bench_retrieval.measures import Outcome

Numbers = NDArray[np.float64]

FALSE_REFUSALS = 0.10
"""Share of the answerable tuning questions that may be refused; on other documents it should stay near 10 %."""
RIDGE = 0.02
STEPS = 12
"""Of Newton's method; it has converged after about 6."""


def calibration(outcomes: Sequence[Outcome]) -> Calibration:
    """A ridge logistic, and the threshold that refuses FALSE_REFUSALS of the questions about documents it never saw."""
    known = [one for one in outcomes if one.features]
    features = np.array([one.features for one in known])
    right = np.array([float(one.asked.document is not None) for one in known])
    about = np.array([_about(one) for one in known])
    unseen = np.zeros(len(known))
    for document in set(about):
        others = about != document
        weights, constant = _fitted(features[others], right[others])
        unseen[~others] = _logistic(features[~others] @ weights + constant)
    confidence = np.sort(unseen[right == 1])
    least = float(confidence[int(FALSE_REFUSALS * len(confidence))])
    weights, constant = _fitted(features, right)
    return Calibration(tuple(round(float(one), 3) for one in weights), round(constant, 3), round(least, 3))


def left_out(outcomes: Sequence[Outcome], more: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes as they would be if the calibration had been fitted without the document of each.

    `more` are other outcomes to fit with. The weights of the sentences' scores are not left out: they were chosen once.
    """
    fitted = {
        about: calibration([one for one in [*outcomes, *more] if _about(one) != about])
        for about in {_about(one) for one in outcomes}
    }
    return [_judged(one, fitted[_about(one)]) for one in outcomes]


def _about(one: Outcome) -> str:
    return one.asked.document or one.asked.near or one.asked.id


def _judged(one: Outcome, by: Calibration) -> Outcome:
    if one.if_sure is not None and by.confidence(one.features) >= by.least:
        return replace(one, answer=one.if_sure)
    return replace(one, answer=TutorAnswer(route="not_found", answer="", confidence=0))


def _fitted(features: Numbers, right: Numbers) -> tuple[Numbers, float]:
    """Weights and constant, with both classes of equal weight."""
    means, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    scaled = np.column_stack([(features - means) / spread, np.ones(len(features))])
    weight = np.where(right == 1, 0.5 / right.mean(), 0.5 / (1 - right.mean())) / len(features)
    found, ridge = np.zeros(scaled.shape[1]), np.diag([RIDGE] * len(means) + [0.0])
    for _ in range(STEPS):
        said = _logistic(scaled @ found)
        gradient = scaled.T @ ((said - right) * weight) + ridge @ found
        found -= np.linalg.solve((scaled.T * (weight * said * (1 - said))) @ scaled + ridge, gradient)
    weights: Numbers = found[:-1] / spread
    return weights, float(found[-1] - (weights * means).sum())


def _logistic(values: Numbers) -> Numbers:
    made: Numbers = 1 / (1 + np.exp(-values))
    return made
