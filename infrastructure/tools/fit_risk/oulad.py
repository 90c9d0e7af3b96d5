"""Reads courses of the Open University Learning Analytics Dataset into what the domain judges.

Kuzilek, Hlosta, Zdrahal, "Open University Learning Analytics dataset", Scientific Data 4:170171 (2017), CC BY 4.0.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.domain.engagement.coursework import POINTS, CourseHistory, Piece, Told

WHERE = """\
The data are those of the Open University Learning Analytics Dataset, which anybody may use (CC BY 4.0):
https://analyse.kmi.open.ac.uk/open_dataset, described in https://doi.org/10.1038/sdata.2017.171.
Unpack them and name the folder. It needs assessments.csv, studentInfo.csv and studentAssessment.csv; the last two may
be called students.csv and submissions.csv."""

LAST_DUE = 125
"""Only assessments due until then are read: days up to 120 are judged, and exams are no course work."""
ENDED = {"Pass": False, "Distinction": False, "Fail": True}
"""Whether a result is a fail; who withdrew did not finish, and is not judged."""
GROUPS = ("gender", "age_band", "imd_band", "disability", "region", "highest_education")
"""What is known of a person: never an input, looked at only to see whom the model fails."""


class NotThere(Exception):
    """The folder does not hold the data; str() says what is missing."""


@dataclass(frozen=True)
class Learner:
    """Somebody who finished a course."""

    learner_id: str
    has_failed: bool
    groups: Mapping[str, str]


@dataclass(frozen=True)
class Course:
    """One run of a course."""

    module: str
    presentation: str
    learners: tuple[Learner, ...]
    plan: tuple[str, ...]
    told: tuple[Told, ...]

    @property
    def failed(self) -> int:
        """Learners who did not pass."""
        return sum(one.has_failed for one in self.learners)


def courses(folder: Path, presentation: str | None = None) -> list[Course]:
    """The courses in a folder, by name; of one presentation (such as 2013J), or of all. NotThere if there are none."""
    plans: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for row in _rows(folder, "assessments.csv"):
        if row["date"].strip("? ") and float(row["date"]) <= LAST_DUE:
            plans[_course(row)].append((float(row["date"]), row["id_assessment"]))
    learners: dict[tuple[str, str], list[Learner]] = defaultdict(list)
    for row in _rows(folder, "students.csv", "studentInfo.csv"):
        if row["final_result"] in ENDED:
            groups = {name: row[name] for name in GROUPS}
            learners[_course(row)].append(Learner(row["id_student"], ENDED[row["final_result"]], groups))
    told: dict[str, list[Told]] = defaultdict(list)
    for row in _rows(folder, "submissions.csv", "studentAssessment.csv"):
        told[row["id_assessment"]].append(_told(row))
    found = []
    for (module, run), planned in sorted(plans.items()):
        if learners[module, run] and presentation in (None, run):
            plan = tuple(assessment_id for _, assessment_id in sorted(planned))
            pieces = tuple(one for assessment_id in plan for one in told[assessment_id])
            found.append(Course(module, run, tuple(learners[module, run]), plan, pieces))
    if not found:
        raise NotThere(f"{folder} has no course{f' of {presentation}' if presentation else ''}")
    return found


def histories(earlier: Sequence[Course]) -> dict[str, CourseHistory]:
    """How each module ended in earlier runs."""
    found: dict[str, CourseHistory] = {}
    for one in earlier:
        known = found.get(one.module, CourseHistory())
        found[one.module] = CourseHistory(known.finished + len(one.learners), known.failed + one.failed)
    return found


def _course(row: Mapping[str, str]) -> tuple[str, str]:
    return row["code_module"], row["code_presentation"]


def _told(row: Mapping[str, str]) -> Told:
    """A submission. The data do not say when it was marked: the day of handing in stands for it."""
    day = int(float(row["date_submitted"]))
    percent = row["score"].strip("? ")
    points = round(float(percent) * POINTS / 100) if percent else None
    return Told(day, row["id_student"], row["id_assessment"], Piece(day, points, float(row["is_banked"]) == 1))


def _rows(folder: Path, *names: str) -> Iterator[dict[str, str]]:
    path = next((folder / name for name in names if (folder / name).is_file()), None)
    if path is None:
        raise NotThere(f"{folder} has no {' or '.join(names)}")
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
