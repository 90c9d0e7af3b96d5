"""The fit of the risk of failing: the same from the same data, blind to persons, and judged on what it has not seen."""

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.engagement.failing_fitted import FITTED
from infrastructure.tools.__main__ import main as tools
from infrastructure.tools.fit_risk import command, fitting, judging, measures, oulad, plot, report
from infrastructure.tools.fit_risk.measures import Judged

TODAY = date(2026, 3, 1)
MODULES = ("MMM", "NNN", "OOO")
LEARNERS = 80
DUE = (20, 50, 100, 150)


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        made = csv.DictWriter(file, fieldnames=list(rows[0]))
        made.writeheader()
        made.writerows(rows)


def student(module: str, number: int, result: str, chance: random.Random) -> dict[str, object]:
    course = {"code_module": module, "code_presentation": "2013J", "id_student": number, "final_result": result}
    return course | {name: chance.choice(("one", "two")) for name in oulad.GROUPS}


def assessment(module: str, at: int, due: object) -> dict[str, object]:
    course = {"code_module": module, "code_presentation": "2013J", "id_assessment": f"{module}{at}"}
    return course | {"assessment_type": "TMA", "date": due, "weight": 0}


def make_folder(folder: Path, *, seed: int = 1, students: str = "students.csv") -> Path:
    """Three courses in which able learners hand in earlier, score better, and fail less often."""
    chance = random.Random(seed)
    people, submissions = [], []
    for module in MODULES:
        for number in range(LEARNERS):
            ability = chance.gauss(0, 1)
            result = "Withdrawn" if number % 20 == 0 else "Fail" if ability + chance.gauss(0, 0.7) < -0.4 else "Pass"
            people.append(student(module, number, result, chance))
            for at, due in enumerate(DUE):
                if ability + chance.gauss(0, 1) > -1.2:
                    day = due - round(2 * ability) + chance.randint(-3, 3)
                    score = max(0, min(100, round(70 + 12 * ability + chance.gauss(0, 8))))
                    told = {"id_assessment": f"{module}{at}", "id_student": number, "date_submitted": day}
                    submissions.append(told | {"is_banked": 0, "score": score if number % 9 else ""})
    folder.mkdir()
    write(folder / students, people)
    plan = [assessment(module, at, due) for module in MODULES for at, due in enumerate(DUE)]
    write(folder / "assessments.csv", [*plan, assessment("MMM", 9, "?")])
    write(folder / ("submissions.csv" if students == "students.csv" else "studentAssessment.csv"), submissions)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("data") / "courses")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository that has the page and the module's folder."""
    for place in (command.MODULE, command.PAGE):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / command.PAGE).write_text(f"# Page\n\n{report.BEGIN}\n{report.END}\n\nAfter.\n")
    return tmp_path


def seen(folder: Path) -> dict[str, list[fitting.Row]]:
    return {one.module: fitting.rows(one) for one in oulad.courses(folder)}


def test_the_same_folder_gives_the_same_numbers_and_the_same_pages(folder: Path, root: Path):
    assert command.run(folder, root, is_check=True) == 1
    assert not (root / command.MODULE).exists()
    assert command.run(folder, root, is_check=False) == 0
    written = {place: (root / place).read_text() for place in (command.MODULE, command.PAGE, command.PICTURE)}
    assert command.run(folder, root, is_check=True) == 0
    assert written == {place: (root / place).read_text() for place in written}
    assert written[command.PAGE].startswith("# Page") and written[command.PAGE].endswith("After.\n")
    assert "| 120 | 0." in written[command.PAGE]
    assert written[command.PICTURE].count("<polyline") == len(fitting.DAYS)


def test_numbers_that_stay_keep_the_date_on_which_they_were_found(folder: Path, root: Path):
    command.run(folder, root, is_check=False)
    held: dict[str, object] = {}
    exec((root / command.MODULE).read_text(), held)
    known = held["FITTED"]
    assert isinstance(known, type(FITTED))
    command.run(folder, root, is_check=False, known=replace(known, fitted_on=TODAY))
    assert "date(2026, 3, 1)" in (root / command.MODULE).read_text()


def test_the_committed_module_is_what_the_fit_writes():
    assert (command.ROOT / command.MODULE).read_text() == report.module(FITTED)


def test_a_folder_without_data_is_answered_with_where_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert tools(["fit-risk", str(tmp_path)]) == 2
    assert "analyse.kmi.open.ac.uk" in capsys.readouterr().err


def test_a_folder_of_other_years_is_nothing_to_fit_to(folder: Path):
    with pytest.raises(oulad.NotThere, match="no course of 2014J"):
        oulad.courses(folder, "2014J")


def test_who_withdrew_and_what_is_due_late_or_never_is_not_read(folder: Path):
    one = oulad.courses(folder)[0]
    assert len(one.learners) == LEARNERS - LEARNERS // 20
    assert one.plan == ("MMM0", "MMM1", "MMM2")


def test_the_published_file_names_are_read_too(folder: Path, tmp_path: Path):
    published = make_folder(tmp_path / "published", students="studentInfo.csv")
    assert oulad.courses(published) == oulad.courses(folder)


def test_what_is_known_of_a_person_moves_no_weight(folder: Path, tmp_path: Path):
    changed = copytree(folder, tmp_path / "changed")
    text = (changed / "students.csv").read_text()
    (changed / "students.csv").write_text(text.replace("one", "three"))
    blind = fitting.fit(seen(changed), fitted_on=TODAY, data="")
    assert blind == fitting.fit(seen(folder), fitted_on=TODAY, data="")


def test_what_is_handed_in_after_a_day_moves_nobody_s_risk_of_that_day(folder: Path, tmp_path: Path):
    changed = copytree(folder, tmp_path / "changed")
    with (changed / "submissions.csv").open("a", newline="") as file:
        for number in range(LEARNERS):
            csv.writer(file).writerows([f"{module}{at}", number, 91, 0, 100] for module in MODULES for at in range(3))
    before, after = seen(folder), seen(changed)
    for module in MODULES:
        early = [(one.inputs, other.inputs) for one, other in zip(before[module], after[module], strict=True)]
        judged_before_91 = 3 * len(early) // 4
        assert all(one == other for one, other in early[:judged_before_91])
        assert any(one != other for one, other in early[judged_before_91:])


def test_a_course_is_judged_without_its_own_results(folder: Path):
    known = seen(folder)
    turned = dict(known)
    turned["NNN"] = [
        replace(row, learner=replace(row.learner, has_failed=not row.learner.has_failed)) for row in known["NNN"]
    ]
    as_they_were = [one.risk for one in judging.left_out(known, TODAY) if one.module == "NNN"]
    assert [one.risk for one in judging.left_out(turned, TODAY) if one.module == "NNN"] == as_they_were


def test_the_fit_finds_who_struggles_in_courses_that_it_has_not_seen(folder: Path):
    quality = judging.quality(judging.left_out(seen(folder), TODAY))
    assert [one.day for one in quality] == list(fitting.DAYS)
    assert quality[-1].auc > 0.8
    assert quality[-1].brier < quality[0].brier
    assert max(fitting.fit(seen(folder), fitted_on=TODAY, data="").weights[:4]) <= 0


def test_the_committed_model_is_judged_on_another_folder(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert command.main([str(folder), "--judge"]) == 0
    alone = capsys.readouterr().out
    assert command.main([str(folder), "--judge", "--history", str(folder)]) == 0
    assert "| MMM 2013J | 76 |" in alone
    assert capsys.readouterr().out != alone


def test_the_audit_tells_of_groups_that_are_large_enough(folder: Path):
    found = judging.audits(judging.left_out(seen(folder), TODAY))
    assert {one.group for one in found} == set(oulad.GROUPS)
    assert min(one.learners for one in found) >= judging.FEWEST_AUDITED


chances = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40)


def as_judged(chances: list[tuple[int, bool]]) -> list[Judged]:
    return [Judged("MMM", 30, twentieth / 20, failed, {}) for twentieth, failed in chances]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(chances)
def test_the_auc_is_the_share_of_pairs_in_the_right_order(drawn: list[tuple[int, bool]]):
    judged = as_judged(drawn)
    pairs = [(f.risk, p.risk) for f in judged if f.has_failed for p in judged if not p.has_failed]
    right = sum(failed > passed or (failed == passed) / 2 for failed, passed in pairs)
    assert measures.auc(judged) == pytest.approx(right / len(pairs) if pairs else 0.5)


def test_risks_that_came_true_have_no_error_and_wrong_ones_have_all():
    true, wrong = as_judged([(0, False), (20, True)]), as_judged([(20, False), (0, True)])
    assert (measures.brier(true), measures.calibration_error(true)) == (0, 0)
    assert (measures.brier(wrong), measures.calibration_error(wrong)) == (1, 1)
    half = as_judged([(10, True), (10, False)])
    assert (measures.brier(half), measures.calibration_error(half)) == (0.25, 0)


def test_a_page_without_a_place_for_the_measures_is_refused():
    with pytest.raises(ValueError, match="no place"):
        report.page("# Page", "numbers")


def test_a_picture_of_nobody_is_drawn_all_the_same():
    assert plot.calibration([]).endswith("</svg>\n")


def test_the_readme_says_what_was_measured():
    said = (command.ROOT / "README.md").read_text(encoding="utf-8")
    for one in FITTED.quality:
        assert f"| {one.day} | {one.auc:.3f} | {one.brier:.3f} | {one.calibration_error:.3f} |" in said
