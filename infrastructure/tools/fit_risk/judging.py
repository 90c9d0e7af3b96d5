"""Judges a model on courses that it has not seen, and whom it is unfair to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from common.domain.engagement.coefficients import Coefficients, Quality
from common.domain.engagement.failing import chance
from infrastructure.tools.fit_risk.fitting import DAYS, Row, fit
from infrastructure.tools.fit_risk.measures import Judged, auc, brier, calibration_error, failed_share, mean_risk
from infrastructure.tools.fit_risk.oulad import GROUPS

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
    for name, rows in known.items():
        others = fit({other: of for other, of in known.items() if other != name}, fitted_on=fitted_on, data="")
        found += judged(name, rows, others)
    return found


def judged(name: str, rows: Iterable[Row], fitted: Coefficients) -> list[Judged]:
    """A course's learners by a model."""
    return [
        Judged(name, row.day, chance(row.held.history, row.inputs, fitted), row.learner.has_failed, row.learner.groups)
        for row in rows
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
