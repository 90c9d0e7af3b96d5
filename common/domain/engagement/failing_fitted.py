"""The fitted risk of failing, as `make fit-risk` wrote it: not to be edited by hand."""

from datetime import date

from common.domain.engagement.coefficients import Coefficients, Quality
from common.domain.engagement.evidence import Inputs

FITTED = Coefficients(
    version="failing-1",
    fitted_on=date(2026, 11, 21),
    data="OULAD 2013J, modules AAA BBB DDD EEE FFF GGG",
    learners=6476,
    courses=6,
    fail_rate=0.309,
    history_learners=39,
    weights=Inputs(
        handed_in=-2.17,
        standing=-6.231,
        safety=-2.304,
        pace=-2.679,
        carried=2.617,
        evidence=-0.293,
    ),
    quality=(
        Quality(day=30, auc=0.731, brier=0.177, calibration_error=0.01),
        Quality(day=60, auc=0.829, brier=0.144, calibration_error=0.02),
        Quality(day=90, auc=0.848, brier=0.134, calibration_error=0.016),
        Quality(day=120, auc=0.878, brier=0.119, calibration_error=0.013),
    ),
)
