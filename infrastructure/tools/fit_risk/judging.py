"""Judges a model on courses that it has not seen, and whom it is unfair to."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from common.domain.engagement.coefficients import Coefficients, Quality
from common.domain.engagement.coursework import Told
from common.domain.engagement.failing import chance
from infrastructure.tools.fit_risk.fitting import DAYS, Row, fit, rows
from infrastructure.tools.fit_risk.measures import Judged, auc, brier, calibration_error, failed_share, mean_risk
from infrastructure.tools.fit_risk.oulad import GROUPS, Course

CLASSES = (100, 30, 12)
"""Learners of the classes that courses are divided into, to see how few suffice."""
SEED = 3
AUDITED_DAY = 60
FEWEST_AUDITED = 100
"""Of a group: fewer say nothing about it."""


@dataclass(frozen=True)
class Audit:
    """How the model does by one group of people."""

    group: str
    value: str
    learners: int
    failed: float
    auc: float
    gap: float
    """Mean risk less the share that failed: above 0, the group is thought worse of than it deserves."""


def left_out(known: Mapping[str, Sequence[Row]], fitted_on: date) -> list[Judged]:
    """Each course judged by a model that was fitted to all others, base rate and all."""
    found: list[Judged] = []
    for name, of in known.items():
        found += judged(name, of, _without(name, known, fitted_on))
    return found


def in_classes(size: int, read: Sequence[Course], known: Mapping[str, Sequence[Row]], fitted_on: date) -> list[Judged]:
    """The same, were each course held in classes of so many learners, who see nothing of the other classes."""
    shuffler = random.Random(SEED)  # noqa: S311 -- who sits in which class is no secret
    found: list[Judged] = []
    for course in read:
        fitted = _without(course.module, known, fitted_on)
        learners = shuffler.sample(course.learners, len(course.learners))
        told: dict[str, list[Told]] = defaultdict(list)
        for one in course.told:
            told[one.learner_id].append(one)
        for at in range(0, len(learners) - size + 1, size):
            members = learners[at : at + size]
            heard = tuple(one for member in members for one in told[member.learner_id])
            found += judged(course.module, rows(replace(course, learners=tuple(members), told=heard)), fitted)
    return found


def _without(name: str, known: Mapping[str, Sequence[Row]], fitted_on: date) -> Coefficients:
    return fit({other: of for other, of in known.items() if other != name}, fitted_on=fitted_on, data="")


def judged(name: str, seen: Iterable[Row], fitted: Coefficients) -> list[Judged]:
    """A course's learners by a model."""
    return [
        Judged(name, row.day, chance(row.held.history, row.inputs, fitted), row.learner.has_failed, row.learner.groups)
        for row in seen
    ]


def quality(all_judged: Sequence[Judged]) -> tuple[Quality, ...]:
    """By day, over all courses together."""
    by_day = {day: [one for one in all_judged if one.day == day] for day in DAYS}
    return tuple(
        Quality(day, round(auc(of), 3), round(brier(of), 3), round(calibration_error(of), 3))
        for day, of in by_day.items()
    )


def audits(all_judged: Sequence[Judged]) -> list[Audit]:
    """By group of people, on AUDITED_DAY."""
    found = []
    judged_then = [one for one in all_judged if one.day == AUDITED_DAY]
    for group in GROUPS:
        for value in sorted({one.groups[group] for one in judged_then}):
            of = [one for one in judged_then if one.groups[group] == value]
            if len(of) >= FEWEST_AUDITED:
                share = failed_share(of)
                found.append(Audit(group, value, len(of), share, auc(of), mean_risk(of) - share))
    return found
