"""The risk that a learner fails a course, from the graded work alone.

A logistic of six inputs over what was handed in, how early, and how it was marked, each held against the rest of the
cohort (evidence.py). It knows no deadlines, no weights of assessments, no day, and nothing about the person. With no
evidence the risk is the course's own past. How it was fitted, and how good it is on courses that it never saw, for
whom it errs: infrastructure/tools/fit_risk/README.md.

Sources: learners at risk found by their first assessments, Kuzilek et al., "OU Analyse: analysing at-risk students at
The Open University", Learning Analytics Review LAK15-1, 2015; a course's past shrunk to that of all, Efron and Morris,
"Stein's paradox in statistics", Scientific American 236(5), 1977.
"""

import math
import operator
from datetime import datetime

from common.domain.engagement.coefficients import Coefficients
from common.domain.engagement.coursework import CourseHistory, LearnerWork
from common.domain.engagement.evidence import Evidence, Inputs, Yardsticks, shown
from common.domain.engagement.failing_fitted import FITTED
from common.domain.engagement.judgement import About, Risk, band, logit, reasons

LEAST_EVIDENCE = 0.5
"""In pieces: while the others have handed in less than half a piece, the band is "too_early"."""
MOST_LOGIT = 7.0
"""No risk is surer than 0.1 % from 0 or from 1."""

TEXTS: dict[About, tuple[str | None, str | None]] = {
    "missing": ("Work that others in the course have handed in is missing.", None),
    "handed_in": (None, "Has handed in work that not everybody has."),
    "marks": ("Marks are below those of the course.", "Marks are above those of the course."),
    "pace": ("Hands in later than most of the course.", "Hands in earlier than most of the course."),
    "carried": ("Repeats the course, with work carried over from an earlier attempt.", None),
    "history": (
        "A larger share than usual failed this course before.",
        "A smaller share than usual failed this course before.",
    ),
}
"""What is said of each effect where it raises the risk, and where it lowers it."""


def risk(held: Yardsticks, work: LearnerWork, as_of: datetime, fitted: Coefficients = FITTED) -> Risk:
    """The risk with its band and its reasons. `as_of` is until when the cohort and the work are known."""
    seen = shown(held, work)
    found = chance(held.history, seen.inputs, fitted)
    return Risk(
        score=found,
        band=band(found) if seen.pieces >= LEAST_EVIDENCE else "too_early",
        evidence=seen.pieces,
        reasons=reasons(_effects(held.history, seen, fitted), TEXTS),
        as_of=as_of,
        model_version=fitted.version,
    )


def score(held: Yardsticks, work: LearnerWork, fitted: Coefficients = FITTED) -> float:
    """The risk alone, 0 to 1."""
    return chance(held.history, shown(held, work).inputs, fitted)


def prior(history: CourseHistory, fitted: Coefficients = FITTED) -> float:
    """The share that fails, before anything is known of a learner: the course's past, shrunk to that of all courses.

    Its past counts for no more than all other courses together, for the next run of a course differs from the last in
    a way that no number of learners makes up for.
    """
    own = min(float(history.finished), fitted.history_learners)
    rate = history.failed / history.finished if history.finished else fitted.fail_rate
    return (rate * own + fitted.fail_rate * fitted.history_learners) / (own + fitted.history_learners)


def chance(history: CourseHistory, seen: Inputs, fitted: Coefficients = FITTED) -> float:
    """The risk of somebody of whom these inputs are seen, 0 to 1."""
    odds = logit(prior(history, fitted)) + sum(map(operator.mul, fitted.weights, seen))
    return 1 / (1 + math.exp(-max(-MOST_LOGIT, min(MOST_LOGIT, odds))))


def _effects(history: CourseHistory, seen: Evidence, fitted: Coefficients) -> dict[About, float]:
    """What moves the risk away from that of an average learner in an average course, in log-odds."""
    _, standing, safety, pace, carried, _ = map(operator.mul, fitted.weights, seen.inputs)
    missing = list(map(operator.mul, fitted.weights, seen.of_missing))
    done = list(map(operator.mul, fitted.weights, seen.of_handed_in))
    return {
        "missing": sum(missing),
        "handed_in": sum(done),
        "marks": standing + safety - sum(missing[1:3]) - sum(done[1:3]),
        "pace": pace - missing[3] - done[3],
        "carried": carried,
        "history": logit(prior(history, fitted)) - logit(fitted.fail_rate),
    }
