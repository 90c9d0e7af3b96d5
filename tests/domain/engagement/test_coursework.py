"""A cohort and a learner's work are what was told by the day, in whatever order and however often."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.domain.engagement.coursework import (
    FIRST_DAY,
    LAST_DAY,
    MOST_ASSESSMENTS,
    CourseCohort,
    CourseHistory,
    LearnerWork,
    Piece,
    Tally,
    Told,
    as_of,
    deltas,
)
from common.domain.engagement.evidence import shown, yardsticks
from tests.domain.engagement.courses import DAY, LEARNERS, LIMITED, PLAN, at, handed_in, happenings, pieces


@LIMITED
@given(happenings(), st.randoms(use_true_random=False))
def test_the_order_of_telling_changes_nothing(told: list[Told], chance: random.Random):
    shuffled = [*told, *told[:5]]
    chance.shuffle(shuffled)
    assert at(shuffled) == at(told)


@LIMITED
@given(happenings(), happenings(first=DAY + 1))
def test_what_became_known_later_is_not_there_yet(told: list[Told], later: list[Told]):
    assert at([*told, *later]) == at([one for one in told if one.known_on <= DAY])


def test_a_piece_that_is_told_with_a_day_to_come_waits_for_it():
    assert at([Told(10, "a", "essay", Piece(DAY + 1, 700))]) == at([])


@LIMITED
@given(pieces, pieces, pieces)
def test_what_is_known_of_a_piece_joins_in_any_order(one: Piece, two: Piece, three: Piece):
    assert one.joined(two) == two.joined(one)
    assert one.joined(two).joined(three) == one.joined(two.joined(three))
    assert one.joined(one) == one


def test_a_mark_that_comes_later_keeps_the_day_of_handing_in():
    told = [Told(20, "a", "essay", Piece(20)), Told(34, "a", "essay", Piece(20, 810))]
    assert at(told, day=33)[1]["a"].pieces["essay"] == Piece(20)
    assert at(told, day=34)[1]["a"].pieces["essay"] == Piece(20, 810)
    assert at(told, day=34)[0].tallies["essay"] == Tally(1, {20: 1}, 1, 810, 810**2)


def test_a_better_second_attempt_counts_at_the_day_of_the_first():
    told = [handed_in("a", day=20, points=400), handed_in("a", day=30, points=600)]
    assert at(told)[1]["a"].pieces["essay"] == Piece(20, 600)
    assert at(told)[0].tallies["essay"] == Tally(1, {20: 1}, 1, 600, 600**2)


@LIMITED
@given(happenings())
def test_a_cohort_is_the_sum_of_its_learners(told: list[Told]):
    cohort, works = at(told)
    for assessment_id in PLAN:
        of = [work.pieces[assessment_id] for work in works.values() if assessment_id in work.pieces]
        tally = cohort.tallies.get(assessment_id, Tally())
        marked = [piece.points for piece in of if piece.points is not None and not piece.is_banked]
        assert tally.handed_in == len(of)
        assert sum(tally.by_day.values()) == sum(not piece.is_banked for piece in of)
        assert (tally.scored, tally.score_sum) == (len(marked), sum(marked))
        assert tally.score_squares == sum(points * points for points in marked)


def test_banked_work_is_handed_in_but_has_no_day_and_no_score():
    assert deltas(None, Piece(-5, 900, is_banked=True)) == {"handed_in": 1}


def test_what_a_store_increments_is_what_changed():
    assert deltas(None, Piece(19)) == {"handed_in": 1, "by_day.19": 1}
    assert deltas(Piece(19), Piece(19, 500)) == {"scored": 1, "score_sum": 500, "score_squares": 250_000}
    assert deltas(Piece(19, 500), Piece(17, 500)) == {"by_day.19": -1, "by_day.17": 1}
    assert deltas(Piece(19, 500), Piece(19, 500)) == {}


@LIMITED
@given(happenings(last=DAY))
def test_who_leaves_takes_their_work_with_them(told: list[Told]):
    cohort, works = at(told)
    for assessment_id, piece in works["a"].pieces.items():
        cohort = cohort.with_piece(assessment_id, piece, None)
    without, _ = at([one for one in told if one.learner_id != "a"])
    assert {name: tally for name, tally in cohort.tallies.items() if tally.handed_in} == without.tallies


def test_a_cohort_tells_a_bounded_number_of_days_apart():
    cohort = CourseCohort(3, PLAN)
    for day in (-10_000, 5, 10_000):
        cohort = cohort.with_piece("essay", None, Piece(day))
    assert cohort.tallies["essay"].by_day == {FIRST_DAY: 1, 5: 1, LAST_DAY: 1}


def test_strangers_and_unplanned_work_count_for_nothing():
    cohort, works = as_of(DAY, LEARNERS, PLAN, [handed_in("z"), handed_in("a", "hobby")], CourseHistory())
    assert cohort.tallies == {}
    assert shown(yardsticks(cohort), works["a"]) == shown(yardsticks(cohort), LearnerWork())


def test_of_a_long_plan_the_first_assessments_count():
    plan = tuple(f"essay {at}" for at in range(MOST_ASSESSMENTS + 1))
    cohort, _ = as_of(DAY, LEARNERS, plan, [handed_in("a", name) for name in plan], CourseHistory())
    assert tuple(cohort.tallies) == plan[:-1]


@pytest.mark.parametrize("points", [-1, 1_001])
def test_points_that_there_are_not_are_refused(points: int):
    with pytest.raises(ValueError, match="0 to 1000"):
        Piece(10, points)
