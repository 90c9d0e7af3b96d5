"""What a fit leaves behind: the numbers of a model, and how good they were when they were found."""

from dataclasses import dataclass
from datetime import date

from common.domain.engagement.evidence import Inputs


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a model told on one day of courses that it had not seen who would fail."""

    day: int
    auc: float
    """Chance that who fails is ranked above who passes; 0.5 is guessing."""
    brier: float
    """Mean squared distance of the risk from what happened."""
    calibration_error: float
    """Mean distance of ten equally wide bins' mean risk from their share of fails (ECE)."""


@dataclass(frozen=True, slots=True)
class Coefficients:
    """A fitted model of the risk of failing."""

    version: str
    fitted_on: date
    data: str
    learners: int
    courses: int
    fail_rate: float
    """Share of those learners who failed."""
    history_learners: float
    """How many learners of a course's own past weigh as much as `fail_rate`; more of them weigh no more."""
    weights: Inputs
    """Log-odds for each input."""
    quality: tuple[Quality, ...]
    """By day, each course predicted by a model that was fitted to the others."""
