"""Writes what was found: the coefficients as a module, and the measures as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from common.domain.engagement.coefficients import Coefficients, Quality
from common.domain.engagement.evidence import Inputs
from infrastructure.tools.fit_risk.fitting import DAYS
from infrastructure.tools.fit_risk.judging import AUDITED_DAY, Audit
from infrastructure.tools.fit_risk.measures import Judged, auc, failed_share, mean_risk

BEGIN, END = "<!-- measured: written by fit-risk -->", "<!-- end of what was measured -->"


def module(found: Coefficients) -> str:
    """The Python module that holds the coefficients."""
    weights = "".join(f"        {name}={weight},\n" for name, weight in found.weights._asdict().items())
    quality = "".join(f"        Quality({', '.join(_fields(one))}),\n" for one in found.quality)
    on = found.fitted_on
    return f'''"""The fitted risk of failing, as `make fit-risk` wrote it: not to be edited by hand."""

from datetime import date

from common.domain.engagement.coefficients import Coefficients, Quality
from common.domain.engagement.evidence import Inputs

FITTED = Coefficients(
    version="{found.version}",
    fitted_on=date({on.year}, {on.month}, {on.day}),
    data="{found.data}",
    learners={found.learners},
    courses={found.courses},
    fail_rate={found.fail_rate},
    history_learners={found.history_learners},
    weights=Inputs(
{weights}    ),
    quality=(
{quality}    ),
)
'''


def _fields(one: Quality) -> list[str]:
    return [f"{name}={value}" for name, value in asdict(one).items()]


def page(before: str, measured: str) -> str:
    """The page with the tables between its two marks. ValueError where it has none."""
    head, _, rest = before.partition(BEGIN)
    _, found, tail = rest.partition(END)
    if not found:
        raise ValueError("the page has no place for what was measured")
    return f"{head}{BEGIN}\n\n{measured}\n{END}{tail}"


def measured(
    found: Coefficients,
    judged: Sequence[Judged],
    classes: Mapping[int, Sequence[Quality]],
    audits: Sequence[Audit],
) -> str:
    """The tables of a fit; `classes` is the quality in classes of so many learners."""
    about = (
        f"{found.version}, fitted on {found.fitted_on}: {found.data}; {found.learners:,} learners in {found.courses} "
        f"courses, of whom {found.fail_rate:.1%} failed. Each course judged by a model that was fitted to the others.\n"
    )
    tables = [overall(found.quality), _by_size(classes), by_course(judged), _weights(found), _audits(audits)]
    return "\n".join([about, *(line for table in tables for line in table)])


def overall(quality: Sequence[Quality]) -> list[str]:
    """By day."""
    lines = ["| day | AUC | Brier | ECE |", "|---|---|---|---|"]
    lines += [f"| {one.day} | {one.auc:.3f} | {one.brier:.3f} | {one.calibration_error:.3f} |" for one in quality]
    return [*lines, ""]


def _by_size(classes: Mapping[int, Sequence[Quality]]) -> list[str]:
    lines = ["The same were the courses held in classes of so many (AUC, ECE):\n"]
    lines += ["| class | " + " | ".join(f"day {day}" for day in DAYS) + " |", "|---" * (1 + len(DAYS)) + "|"]
    for size, quality in classes.items():
        told = " | ".join(f"{one.auc:.3f}, {one.calibration_error:.3f}" for one in quality)
        lines.append(f"| {size} | {told} |")
    return [*lines, ""]


def by_course(judged: Sequence[Judged]) -> list[str]:
    """Of each course: the AUC by day, and the mean risk beside the share that failed."""
    days = " | ".join(f"AUC {day}" for day in DAYS)
    lines = [f"| course | learners | failed | mean risk | {days} |", "|---" * (4 + len(DAYS)) + "|"]
    for name in dict.fromkeys(one.module for one in judged):
        of = [one for one in judged if one.module == name]
        ranked = " | ".join(f"{auc([one for one in of if one.day == day]):.3f}" for day in DAYS)
        learners = len(of) // len(DAYS)
        lines.append(f"| {name} | {learners:,} | {failed_share(of):.3f} | {mean_risk(of):.3f} | {ranked} |")
    return [*lines, ""]


def _weights(found: Coefficients) -> list[str]:
    lines = ["| input | log-odds |", "|---|---|"]
    lines += [f"| `{name}` | {weight:+.3f} |" for name, weight in zip(Inputs._fields, found.weights, strict=True)]
    lines.append(f"| without evidence: the log-odds of | {found.fail_rate} |")
    return [*lines, f"| learners of the course's own past that weigh as much | {found.history_learners:.0f} |", ""]


def _audits(audits: Sequence[Audit]) -> list[str]:
    lines = [
        f"On day {AUDITED_DAY}, by what the model was not told (gap: mean risk less the share that failed):\n",
        "| | | learners | failed | AUC | gap |",
        "|---|---|---|---|---|---|",
    ]
    for one in audits:
        told = f"{one.learners:,} | {one.failed:.3f} | {one.auc:.3f} | {one.gap:+.3f}"
        lines.append(f"| {one.group} | {one.value or 'unknown'} | {told} |")
    return [*lines, ""]
