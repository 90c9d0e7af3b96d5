"""The risk that a learner fails a course, from the graded work alone.

A logistic of six inputs over what was handed in, how early, and how it was marked, each held against the rest of the
cohort (evidence.py). It knows no deadlines, no weights of assessments, no day, and nothing about the person. With no
evidence the risk is the course's own past. How it was fitted, and how good it is on courses that it never saw, for
whom it errs: infrastructure/tools/fit_risk/README.md.

Source of the idea to rank learners by their first assessments: Wolff et al., "Improving retention: predicting at-risk
students by analysing clicking behaviour", LAK 2013; of shrinking a course's past to that of all: Efron and Morris,
"Stein's paradox in statistics", Scientific American 236(5), 1977.
"""

import math
import operator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from common.domain.engagement.coefficients import Coefficients
from common.domain.engagement.coursework import CourseHistory, LearnerWork
from common.domain.engagement.evidence import Evidence, Inputs, Yardsticks, shown
from common.domain.engagement.failing_fitted import FITTED

Band = Literal["too_early", "low", "raised", "high"]
About = Literal["missing", "handed_in", "marks", "pace", "carried", "history"]

LEAST_EVIDENCE = 0.5
"""In pieces: while the others have handed in less than half a piece, the band is "too_early"."""
RAISED, HIGH = 0.25, 0.5
"""Risk from which these bands begin."""
LEAST_EFFECT = 0.15
"""In log-odds: weaker effects are not worth a sentence."""
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


@dataclass(frozen=True, slots=True)
class Reason:
    """One effect on a risk, in plain words."""

    about: About
    effect: Literal["raises", "lowers"]
    strength: float
    """In log-odds: 0.7 is a doubling of the odds, or a halving."""
    text: str


@dataclass(frozen=True, slots=True)
class Risk:
    """How likely a learner is to fail a course."""

    score: float
    """0 to 1, calibrated: of those with 0.3, about 30 % fail."""
    band: Band
    evidence: float
    """Pieces of graded work that the rest of the course has handed in by now."""
    reasons: tuple[Reason, ...]
    """The strongest first."""
    as_of: datetime
    model_version: str


def risk(held: Yardsticks, work: LearnerWork, as_of: datetime, fitted: Coefficients = FITTED) -> Risk:
    """The risk with its band and its reasons. `as_of` is until when the cohort and the work are known."""
    seen = shown(held, work)
    found = chance(held.history, seen.inputs, fitted)
    return Risk(
        score=found,
        band=band(found, seen.pieces),
        evidence=seen.pieces,
        reasons=_reasons(held.history, seen, fitted),
        as_of=as_of,
        model_version=fitted.version,
    )


def score(held: Yardsticks, work: LearnerWork, fitted: Coefficients = FITTED) -> float:
    """The risk alone, 0 to 1."""
    return chance(held.history, shown(held, work).inputs, fitted)


def band(found: float, pieces: float) -> Band:
    """Where a risk lies; with hardly any evidence it is too early to say."""
    if pieces < LEAST_EVIDENCE:
        return "too_early"
    return "high" if found >= HIGH else "raised" if found >= RAISED else "low"


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
    logit = _logit(prior(history, fitted)) + sum(map(operator.mul, fitted.weights, seen))
    return 1 / (1 + math.exp(-max(-MOST_LOGIT, min(MOST_LOGIT, logit))))


def _reasons(history: CourseHistory, seen: Evidence, fitted: Coefficients) -> tuple[Reason, ...]:
    _, standing, safety, pace, carried, _ = map(operator.mul, fitted.weights, seen.inputs)
    missing = list(map(operator.mul, fitted.weights, seen.of_missing))
    done = list(map(operator.mul, fitted.weights, seen.of_handed_in))
    effects: dict[About, float] = {
        "missing": sum(missing),
        "handed_in": sum(done),
        "marks": standing + safety - sum(missing[1:3]) - sum(done[1:3]),
        "pace": pace - missing[3] - done[3],
        "carried": carried,
        "history": _logit(prior(history, fitted)) - _logit(fitted.fail_rate),
    }
    found = [_reason(about, effect) for about, effect in effects.items() if abs(effect) >= LEAST_EFFECT]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: -one.strength))


def _reason(about: About, effect: float) -> Reason | None:
    raises, lowers = TEXTS[about]
    text = raises if effect > 0 else lowers
    return Reason(about, "raises" if effect > 0 else "lowers", abs(effect), text) if text else None


def _logit(chance: float) -> float:
    return math.log(chance / (1 - chance))
