"""Finds the coefficients: a ridge logistic whose signs are given.

Each course keeps its own base rate while the weights are found, so that what tells courses apart is not taken for
what tells learners apart.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from common.domain.engagement.coefficients import Coefficients
from common.domain.engagement.coursework import CourseHistory, LearnerWork, as_of
from common.domain.engagement.evidence import Inputs, Yardsticks, shown, yardsticks
from infrastructure.tools.fit_risk.oulad import Course, Learner

Numbers = NDArray[np.float64]

DAYS = (30, 60, 90, 120)
"""On which learners are judged; one model for all, for the inputs say how much is known."""
VERSION = "failing-1"
"""Of the inputs and how they are put together; a new fit of the same keeps it."""
RIDGE = 1.0
SIGNS = Inputs(handed_in=-1, standing=-1, safety=-1, pace=-1, carried=0, evidence=0)
"""Of the weights; 0 is either. Work, better work and earlier work never raise the risk."""
FEWEST_OF_HISTORY, MOST_OF_HISTORY = 10.0, 1_000.0
DIGITS = 3


@dataclass(frozen=True)
class Row:
    """A learner on a day."""

    day: int
    learner: Learner
    held: Yardsticks
    work: LearnerWork
    inputs: Inputs


def rows(course: Course, history: CourseHistory | None = None) -> list[Row]:
    """A course's learners on each day, seen through the same code as in production."""
    found = []
    ids = [one.learner_id for one in course.learners]
    for day in DAYS:
        cohort, works = as_of(day, ids, course.plan, course.told, history or CourseHistory())
        held = yardsticks(cohort)
        for one in course.learners:
            work = works[one.learner_id]
            found.append(Row(day, one, held, work, shown(held, work).inputs))
    return found


def fit(known: Mapping[str, Sequence[Row]], *, fitted_on: date, data: str) -> Coefficients:
    """The coefficients from the rows of courses; without measures, which need courses that are left out."""
    ended = {name: [row.learner.has_failed for row in of if row.day == DAYS[0]] for name, of in known.items()}
    learners = sum(map(len, ended.values()))
    fail_rate = sum(map(sum, ended.values())) / learners
    seen = np.array([row.inputs for of in known.values() for row in of])
    failed = np.array([float(row.learner.has_failed) for of in known.values() for row in of])
    rates = np.concatenate([np.full(len(of), statistics.fmean(ended[name])) for name, of in known.items()])
    weights = _logistic(seen, failed, np.log(rates / (1 - rates)))
    return Coefficients(
        version=VERSION,
        fitted_on=fitted_on,
        data=data,
        learners=learners,
        courses=len(known),
        fail_rate=round(fail_rate, DIGITS),
        history_learners=round(_history_learners([statistics.fmean(of) for of in ended.values()])),
        weights=Inputs(*(round(float(one), DIGITS) for one in weights)),
        quality=(),
    )


def _history_learners(rates: Sequence[float]) -> float:
    """Learners of a Beta prior that courses' rates of failing are drawn from, by its moments."""
    mean, variance = statistics.fmean(rates), statistics.pvariance(rates)
    found = mean * (1 - mean) / variance - 1 if variance else MOST_OF_HISTORY
    return min(max(found, FEWEST_OF_HISTORY), MOST_OF_HISTORY)


def _logistic(seen: Numbers, failed: Numbers, offset: Numbers) -> Numbers:
    """Weights by Newton's method; one that takes a wrong sign is held at 0, and the others are found again."""
    spread = seen.std(axis=0) + 1e-9
    scaled = seen / spread
    free = np.ones(len(SIGNS), dtype=bool)
    while True:
        weights = np.zeros(len(SIGNS))
        weights[free] = _newton(scaled[:, free], failed, offset)
        wrong = weights * np.array(SIGNS) < 0
        if not wrong.any():
            found: Numbers = weights / spread
            return found
        free &= ~wrong


def _newton(scaled: Numbers, failed: Numbers, offset: Numbers) -> Numbers:
    weights = np.zeros(scaled.shape[1])
    ridge = RIDGE * np.eye(scaled.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(offset + scaled @ weights)))
        gradient = scaled.T @ (failed - chance) - RIDGE * weights
        curvature = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + ridge
        step = np.linalg.solve(curvature, gradient)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-9:
            break
    return weights
