"""The risk of failing: what may move it, which way, and what must not break it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.domain.engagement.coursework import POINTS, CourseCohort, CourseHistory, LearnerWork, Piece, Told
from common.domain.engagement.evidence import shown, yardsticks
from common.domain.engagement.failing import LEAST_EVIDENCE, prior, risk, score
from common.domain.engagement.failing_fitted import FITTED
from common.domain.engagement.judgement import Risk, band
from tests.domain.engagement.courses import DAY, LEARNERS, LIMITED, NO_PAST, PLAN, at, handed_in, happenings, pieces

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ROUNDING = 1e-12

learners = st.sampled_from(LEARNERS)
assessments = st.sampled_from(PLAN)


def risks(told: list[Told], learners: Sequence[str] = LEARNERS, history: CourseHistory = NO_PAST) -> dict[str, Risk]:
    cohort, works = at(told, learners=learners, history=history)
    held = yardsticks(cohort)
    return {learner_id: risk(held, work, NOW) for learner_id, work in works.items()}


def about(told: list[Told], learner_id: str) -> dict[str, str]:
    return {one.about: one.effect for one in risks(told)[learner_id].reasons}


def class_of(count: int, **points: int) -> list[Told]:
    """Learners a, b, c ... who handed in the essay on day 20, at 600, 610, 620 ...; some with other points."""
    named = "abcdefg"[:count]
    return [handed_in(one, points=points.get(one, 600 + 10 * at)) for at, one in enumerate(named)]


# What may move it


@LIMITED
@given(happenings(last=DAY), happenings(first=DAY + 1))
def test_nothing_that_becomes_known_later_changes_anything(told: list[Told], later: list[Told]):
    assert risks([*told, *later]) == risks(told)


@LIMITED
@given(happenings(), learners, assessments, st.integers(0, POINTS), st.integers(DAY + 1, 200))
def test_a_mark_that_changes_after_the_day_changes_nobodys_risk(
    told: list[Told], learner_id: str, assessment_id: str, points: int, known_on: int
):
    assert risks([*told, Told(known_on, learner_id, assessment_id, Piece(20, points))]) == risks(told)


@LIMITED
@given(happenings(last=DAY), st.data())
def test_a_higher_score_never_raises_the_risk(told: list[Told], data: st.DataObject):
    marked = [at for at, one in enumerate(told) if one.piece.points is not None]
    assume(marked)
    chosen = data.draw(st.sampled_from(marked))
    better = data.draw(st.integers(told[chosen].piece.points or 0, POINTS))
    changed = list(told)
    changed[chosen] = replace(told[chosen], piece=replace(told[chosen].piece, points=better))
    whose = told[chosen].learner_id
    assert risks(changed)[whose].score <= risks(told)[whose].score + ROUNDING


@LIMITED
@given(happenings(last=DAY), learners, assessments, st.integers(-30, DAY), st.one_of(st.none(), st.integers(0, POINTS)))
def test_one_more_piece_handed_in_never_raises_the_risk(
    told: list[Told], learner_id: str, assessment_id: str, day: int, points: int | None
):
    without = [one for one in told if (one.learner_id, one.assessment_id) != (learner_id, assessment_id)]
    more = [*without, Told(day, learner_id, assessment_id, Piece(day, points))]
    assert risks(more)[learner_id].score <= risks(without)[learner_id].score + ROUNDING


@LIMITED
@given(happenings(last=DAY), st.data())
def test_handing_in_earlier_never_raises_the_risk(told: list[Told], data: st.DataObject):
    assume(told)
    chosen = data.draw(st.integers(0, len(told) - 1))
    earlier = data.draw(st.integers(-30, max(-30, told[chosen].piece.day)))
    changed = list(told)
    changed[chosen] = replace(told[chosen], piece=replace(told[chosen].piece, day=min(earlier, told[chosen].piece.day)))
    whose = told[chosen].learner_id
    assert risks(changed)[whose].score <= risks(told)[whose].score + ROUNDING


def test_the_weights_keep_what_the_properties_rest_on():
    assert max(FITTED.weights[:4]) <= 0


# What must not break it


@LIMITED
@given(happenings())
def test_a_risk_is_a_chance_with_named_effects(told: list[Told]):
    for found in risks(told).values():
        assert 0 < found.score < 1
        assert found.band == (band(found.score) if found.evidence >= LEAST_EVIDENCE else "too_early")
        assert [one.strength for one in found.reasons] == sorted((one.strength for one in found.reasons), reverse=True)
        assert (found.as_of, found.model_version) == (NOW, FITTED.version)


def test_with_nothing_due_yet_the_risk_is_the_courses_past():
    early = risks([])["a"]
    assert (early.band, early.reasons) == ("too_early", ())
    assert early.score == pytest.approx(FITTED.fail_rate)
    hard = risks([], history=CourseHistory(finished=5_000, failed=4_000))["a"]
    assert hard.score == pytest.approx((0.8 + FITTED.fail_rate) / 2)
    assert [(one.about, one.effect) for one in hard.reasons] == [("history", "raises")]


@LIMITED
@given(st.lists(st.tuples(assessments, pieces), max_size=4))
def test_a_cohort_of_one_says_nothing(work: list[tuple[str, Piece]]):
    told = [Told(piece.day, "a", assessment_id, piece) for assessment_id, piece in work]
    alone = risks(told, learners=["a"])["a"]
    assert alone.score == pytest.approx(FITTED.fail_rate)
    assert (alone.evidence, alone.reasons) == (0, ())


@LIMITED
@given(st.integers(0, POINTS))
def test_scores_that_only_mark_completion_set_nobody_apart(points: int):
    told = [handed_in(one, points=points) for one in "abcdef"]
    assert len({found.score for one, found in risks(told).items() if one != "g"}) == 1
    assert all("marks" not in about(told, one) for one in "abcdef" if points == 700)
    assert about(told, "g") == {"missing": "raises"}


def test_work_that_nobody_has_marked_yet_still_counts_as_handed_in():
    told = [handed_in(one, points=None) for one in "abcdef"]
    found = risks(told)
    assert found["g"].score > 2 * found["a"].score
    assert "marks" not in about(told, "a")


def test_banked_work_is_not_missing_and_is_no_early_work():
    told = [*class_of(6), Told(-3, "g", "essay", Piece(-3, 950, is_banked=True))]
    assert about(told, "g")["carried"] == "raises"
    assert not {"missing", "marks", "pace"} & set(about(told, "g"))


def test_a_cohort_that_has_not_heard_of_a_learners_piece_yet_judges_it_all_the_same():
    cohort, works = at(class_of(5))
    behind = works["f"].with_piece("essay", Piece(25, 900))
    assert 0 < score(yardsticks(cohort), behind) < score(yardsticks(cohort), works["f"])
    empty = yardsticks(CourseCohort(5, PLAN))
    assert score(empty, behind) == pytest.approx(FITTED.fail_rate)


def test_more_work_than_learners_as_after_a_withdrawal_breaks_nothing():
    cohort, works = at(class_of(7))
    shrunk = replace(cohort, learners=2)
    assert 0 < score(yardsticks(shrunk), works["a"]) < 1
    assert shown(yardsticks(shrunk), LearnerWork()).pieces == 1


# What it says


def test_what_is_missing_is_said_and_raises_the_risk():
    found = risks(class_of(6))["g"]
    assert found.score > FITTED.fail_rate
    assert found.reasons[0].text == "Work that others in the course have handed in is missing."


def test_marks_are_held_against_those_of_the_others():
    told = class_of(7, a=100, g=990)
    assert about(told, "a")["marks"] == "raises"
    assert about(told, "g")["marks"] == "lowers"
    assert risks(told)["g"].score < 0.2 < 0.4 < risks(told)["a"].score


def test_early_and_late_are_held_against_the_days_of_the_others():
    told = [handed_in(one, day=10 + 2 * at) for at, one in enumerate("abcdefg")]
    assert about(told, "a")["pace"] == "lowers"
    assert about(told, "g")["pace"] == "raises"


def test_a_later_piece_says_more_than_an_earlier_one():
    both = [handed_in(one, essay, points=700) for one in "abcdef" for essay in ("essay", "report")]
    first, last = [*both, handed_in("g", "essay")], [*both, handed_in("g", "report")]
    assert risks(last)["g"].score < risks(first)["g"].score


def test_while_hardly_anybody_has_handed_anything_in_it_is_too_early_to_say():
    assert [risks(class_of(count))["g"].band for count in (1, 2, 4)] == ["too_early", "too_early", "high"]


@pytest.mark.parametrize(("found", "expected"), [(0.24, "low"), (0.25, "raised"), (0.49, "raised"), (0.5, "high")])
def test_bands_begin_at_their_thresholds(found: float, expected: str):
    assert band(found) == expected


@LIMITED
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_courses_past_never_counts_for_more_than_all_other_courses(finished: int, failed: int):
    found = prior(CourseHistory(finished, min(failed, finished)))
    assert FITTED.fail_rate / 2 <= found <= (1 + FITTED.fail_rate) / 2
