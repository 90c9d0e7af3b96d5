"""`make fit-risk DATA=folder`: fits, measures, and writes the coefficients and the page of measures."""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from common.domain.engagement.coefficients import Coefficients
from common.domain.engagement.failing import score
from common.domain.engagement.failing_fitted import FITTED
from infrastructure.tools.fit_risk import plot, report
from infrastructure.tools.fit_risk.fitting import Row, fit, rows
from infrastructure.tools.fit_risk.judging import CLASSES, audits, in_classes, judged, left_out, quality
from infrastructure.tools.fit_risk.oulad import WHERE, NotThere, courses, histories

ROOT = Path(__file__).parents[3]
MODULE = "common/domain/engagement/failing_fitted.py"
PAGE = "infrastructure/tools/fit_risk/README.md"
PICTURE = "infrastructure/tools/fit_risk/calibration.svg"
PRESENTATION = "2013J"
"""The runs that the model is fitted to; those of other years are for judging it."""


def main(arguments: list[str]) -> int:
    """Fit, or only judge; 0 for done, 1 where --check finds a difference, 2 where the data are not there."""
    parser = argparse.ArgumentParser(prog="fit-risk", description=__doc__, epilog=WHERE)
    parser.add_argument("folder", type=Path, help="of the data")
    parser.add_argument("--check", action="store_true", help="write nothing, and say whether anything would change")
    parser.add_argument("--judge", action="store_true", help="fit nothing: judge what is committed on all runs there")
    parser.add_argument("--history", type=Path, help="with --judge: a folder of earlier runs of the same courses")
    wished = parser.parse_args(arguments)
    try:
        if wished.judge:
            return judge(wished.folder, wished.history)
        return run(wished.folder, ROOT, is_check=wished.check)
    except NotThere as missing:
        print(f"{missing}.\n\n{WHERE}", file=sys.stderr)
        return 2


def run(folder: Path, root: Path, *, is_check: bool, known: Coefficients = FITTED) -> int:
    """Fit to the folder and write under `root`; the date stays where the numbers do."""
    today = datetime.now(UTC).date()
    texts = _texts(folder, root, today, known)
    changed = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in changed:
        print(f"{'would change' if is_check else 'wrote'} {path.relative_to(root)}")
        if not is_check:
            path.write_text(texts[path], encoding="utf-8")
    if not changed:
        print("The committed coefficients and measures are what this folder gives.")
    return 1 if is_check and changed else 0


def judge(folder: Path, earlier: Path | None) -> int:
    """Print how the committed model does on every run in a folder, none of which it needs to have seen."""
    pasts = histories(courses(earlier)) if earlier else {}
    found = []
    for one in courses(folder):
        found += judged(f"{one.module} {one.presentation}", rows(one, pasts.get(one.module)), FITTED)
    print("\n".join([*report.overall(quality(found)), *report.by_course(found)]))
    return 0


def _texts(folder: Path, root: Path, today: date, known: Coefficients) -> dict[Path, str]:
    """Path -> what is to be in it."""
    read = courses(folder, PRESENTATION)
    seen = {one.module: rows(one) for one in read}
    data = f"OULAD {PRESENTATION}, modules {' '.join(seen)}"
    unseen = left_out(seen, today)
    by_size = {size: in_classes(size, read, seen, today) for size in CLASSES}
    classes = {size: quality(of) for size, of in by_size.items() if of}
    found = replace(fit(seen, fitted_on=today, data=data), quality=quality(unseen))
    if replace(found, fitted_on=known.fitted_on) == known:
        found = known
    print("\n".join(report.overall(found.quality)))
    print(f"{_microseconds(seen):.1f} microseconds of processor time a learner, here and now")
    before = (root / PAGE).read_text(encoding="utf-8")
    return {
        root / MODULE: report.module(found),
        root / PAGE: report.page(before, report.measured(found, unseen, classes, audits(unseen))),
        root / PICTURE: plot.calibration(unseen),
    }


def _microseconds(seen: Mapping[str, Sequence[Row]]) -> float:
    """Processor time of one score, over all that were read."""
    every = [row for of in seen.values() for row in of]
    before = time.process_time()
    for row in every:
        score(row.held, row.work)
    return (time.process_time() - before) / len(every) * 1e6
