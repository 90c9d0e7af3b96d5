"""A plan spreads the work that is left over the days that are left, and is the same for the same facts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.progress import planning
from common.domain.progress.mastery import MASTERED, Mastery
from common.domain.progress.planning import Frame, Work, plan, rounds
from common.domain.review.models import Desk
from functions.study_plan.main import study_plan
from tests.domain.progress.classroom import Classroom
from tests.domain.progress.test_concepts import LOOPS, Costing, define, tell

MONDAY = date(2026, 3, 2)


def mastery(topic: str, level: float) -> Mastery:
    return Mastery(topic=topic, level=level, evidence=9, is_mastered=level >= MASTERED)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    days = draw(st.one_of(st.none(), st.integers(1, 40)))
    return Frame(
        today=MONDAY + timedelta(days=draw(st.integers(0, 6))),
        minutes_per_day=draw(st.integers(5, 120)),
        rest_days=tuple(draw(st.sets(st.integers(1, 7), max_size=6))),
        exam_date=None if days is None else MONDAY + timedelta(days=7 + days),
    )


WORK = st.builds(
    planning.work,
    st.lists(st.tuples(st.sampled_from("abc"), st.just("Concept"), st.integers(0, 30)), max_size=3,
             unique_by=lambda one: one[0]),
    st.lists(st.builds(mastery, st.sampled_from(["x", "y", "z"]), st.floats(0, 1)), max_size=3,
             unique_by=lambda one: one.topic),
)  # fmt: skip


@given(WORK, st.integers(0, 300), frames())
@settings(max_examples=400, derandomize=True, deadline=None)
def test_nothing_is_lost_no_day_overflows_and_no_rest_day_has_work(work: list[Work], review: int, frame: Frame):
    made = plan(work, [review], frame)
    assert made == plan(work, [review], frame)
    room = frame.minutes_per_day * len(made.days)
    rehearsed = sum(item.minutes for day in made.days for item in day.items if item.kind == "rehearse")
    done = sum(day.minutes for day in made.days) - rehearsed
    due = review if made.days else 0
    assert done + made.left_over == planning.minutes_of(work) + due
    assert done == min(planning.minutes_of(work) + due, room - rehearsed)
    assert all(day.minutes <= frame.minutes_per_day for day in made.days)
    assert all(day.date.isoweekday() not in frame.rest_days for day in made.days)
    assert all(frame.exam_date is None or day.date < frame.exam_date for day in made.days)


@given(WORK, st.lists(st.integers(0, 60), max_size=14), frames())
@settings(max_examples=300, derandomize=True, deadline=None)
def test_no_card_is_planned_before_it_is_due_and_none_is_forgotten(work: list[Work], reviews: list[int], frame: Frame):
    made = plan(work, reviews, frame)
    planned = 0
    for day in made.days:
        planned += sum(item.minutes for item in day.items if item.kind == "review")
        assert planned <= sum(reviews[: (day.date - frame.today).days + 1])
        assert day.minutes <= frame.minutes_per_day
    learned = sum(item.minutes for day in made.days for item in day.items if item.kind in ("learn", "practise"))
    due = sum(reviews[: (made.days[-1].date - frame.today).days + 1]) if made.days else 0
    assert planned + learned + made.left_over == due + planning.minutes_of(work)


@given(WORK, st.integers(0, 100), frames())
@settings(max_examples=200, derandomize=True, deadline=None)
def test_after_a_missed_day_all_of_the_work_is_still_planned_while_there_is_time(
    work: list[Work], review: int, frame: Frame
):
    later = Frame(frame.today + timedelta(days=1), frame.minutes_per_day, frame.rest_days, frame.exam_date)
    room = frame.minutes_per_day * len(later.days()) - planning.REHEARSE_MINUTES
    made = plan(work, [review], later)
    if planning.minutes_of(work) + review <= room:
        assert made.left_over == 0


@given(WORK, frames())
@settings(max_examples=300, derandomize=True, deadline=None)
def test_with_time_to_spare_nothing_is_broken_off(work: list[Work], frame: Frame):
    """A section of fifteen minutes is not seven today, seven tomorrow and one the day after."""
    made = plan(work, [], frame)
    longest = max((one.minutes for one in work), default=0)
    days = len(frame.days())
    # However the pieces fall, a day leaves less than one of them unused; and of the eve a rehearsal may take half.
    if frame.minutes_per_day < 2 * longest or planning.minutes_of(work) > (frame.minutes_per_day - longest) * (
        days - 1
    ):
        return
    for day in made.days:
        for item in day.items:
            piece = {"learn": planning.LEARN_MINUTES, "practise": planning.PRACTISE_MINUTES}.get(item.kind)
            assert piece is None or item.minutes % piece == 0, (day, item)


def test_before_an_exam_every_day_has_its_share_and_the_eve_a_rehearsal():
    work = planning.work([("loops", "Loops", 8)], [])
    made = plan(work, [], Frame(MONDAY, 60, (), MONDAY + timedelta(days=6)))
    assert [day.minutes for day in made.days] == [30, 30, 15, 15, 15, 45]
    assert [item.kind for item in made.days[-1].items] == ["learn", "rehearse"]


def test_with_no_time_to_lose_every_minute_is_used():
    work = planning.work([("loops", "Loops", 8)], [])
    made = plan(work, [], Frame(MONDAY, 25, (), MONDAY + timedelta(days=5)))
    assert [day.minutes for day in made.days] == [25] * 5
    assert made.left_over == 120 - 113


def test_reviews_come_first_with_half_of_a_day_at_most():
    work = planning.work([("loops", "Loops", 8)], [])
    made = plan(work, [50], Frame(MONDAY, 40))
    assert [[(item.kind, item.minutes) for item in day.items] for day in made.days[:3]] == [
        [("review", 20), ("learn", 15)],
        [("review", 20), ("learn", 15)],
        [("review", 10), ("learn", 30)],
    ]


def test_what_becomes_due_later_is_reviewed_then():
    made = plan([], [5, 0, 7], Frame(MONDAY, 40, rest_days=(3,)))
    reviewed = [(day.date.isoweekday(), day.minutes) for day in made.days if day.minutes]
    assert reviewed == [(1, 5), (4, 7)], "Wednesday is a day of rest"


def test_practice_alternates_with_new_material_and_begins_with_the_weakest():
    work = planning.work([("loops", "Loops", 3)], [mastery("b", 0.5), mastery("a", 0.7), mastery("c", 0.9)])
    assert [one.title for one in work] == ["Loops", "b", "Loops", "a", "Loops", "b"]


@pytest.mark.parametrize(("level", "expected"), [(0, 4), (0.19, 4), (0.4, 2), (0.6, 1), (0.79, 1), (0.8, 0), (1, 0)])
def test_a_weaker_topic_needs_more_rounds(level: float, expected: int):
    assert rounds(level) == expected


def test_being_behind_is_told_in_minutes():
    frame = Frame(MONDAY + timedelta(days=5), 60, (), MONDAY + timedelta(days=10))
    assert planning.behind(100, 100, MONDAY, frame) == 50
    assert planning.behind(50, 100, MONDAY, frame) == planning.behind(20, 100, MONDAY, frame) == 0
    assert planning.behind(100, 100, MONDAY, Frame(MONDAY, 60)) == 0


# Over HTTP -------------------------------------------------------------------------------------------------------


def wish(classroom: Classroom, who: str = "ada", **wished: Any) -> Any:
    return classroom.call(study_plan, "PUT", "/v1/study-plan", {"minutes_per_day": 30, **wished}, who)


def look(classroom: Classroom, who: str = "ada") -> Any:
    return classroom.call(study_plan, "GET", "/v1/study-plan", who=who).get_json()


def test_a_plan_follows_what_was_done_and_a_missed_day_is_spread(classroom: Classroom):
    define(classroom, "loops", LOOPS)
    assert look(classroom)["code"] == "no_study_plan"
    made = wish(classroom, concept_ids=["loops"], topics=["recursion"], exam_date="2026-03-06").get_json()
    assert look(classroom) == made
    assert (made["minutes_left"], made["is_feasible"], made["minutes_behind"], made["minutes_per_day_needed"]) == (
        85, True, 0, 25,
    )  # fmt: skip
    assert [one["date"] for one in made["days"]] == ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]
    tell(classroom, "loops", "for")
    assert look(classroom)["minutes_left"] == 70
    classroom.world.clock.advance(days=2)
    later = look(classroom)
    assert (later["minutes_left"], later["minutes_behind"], later["is_feasible"]) == (70, 27, False)
    assert (later["minutes_per_day_needed"], len(later["days"])) == (43, 2)
    classroom.world.clock.advance(days=5)
    assert look(classroom)["days"] == []


def test_practice_falls_away_as_a_topic_is_mastered_and_comes_for_one_that_is_weak(classroom: Classroom):
    wish(classroom, topics=["recursion"])
    answers = ({"topic": "recursion", "correct": 20, "of": 20}, {"topic": "types", "correct": 0, "of": 8})
    classroom.do(classroom.happened(kind="quiz_submitted", topics=answers))
    items = [item for day in look(classroom)["days"] for item in day["items"]]
    assert {(item["kind"], item["topic"]) for item in items} == {("practise", "types")}
    assert sum(item["minutes"] for item in items) == 40


def test_due_flashcards_take_their_time(classroom: Classroom):
    today = MONDAY.toordinal()
    classroom.write(Desk(user_id="ada", load={str(today): 30, str(today - 3): 6, str(today + 1): 99}))
    made = wish(classroom, topics=["recursion"]).get_json()
    assert made["days"][0]["items"][0] == {
        "kind": "review", "title": "Flashcards", "concept_id": None, "topic": None, "minutes": 6,
    }  # fmt: skip
    items = [item for day in made["days"] for item in day["items"]]
    assert [item["minutes"] for item in items if item["kind"] == "review"] == [6, 15, 2], "tomorrow's 99 take 17"


def test_rest_days_are_kept(classroom: Classroom):
    made = wish(classroom, topics=["a", "b"], rest_days=[1, 7, 7]).get_json()
    assert made["rest_days"] == [1, 7]
    assert made["days"][0]["date"] == "2026-03-03"


@pytest.mark.parametrize(
    ("wished", "code"),
    [
        ({}, "invalid_content"),
        ({"topics": ["a"], "minutes_per_day": 4}, "invalid_content"),
        ({"topics": ["a"], "rest_days": [0]}, "invalid_content"),
        ({"topics": ["a"], "exam_date": "2026-03-02"}, "exam_over"),
        ({"topics": ["a"], "exam_date": "tomorrow"}, "invalid_content"),
        ({"concept_ids": ["none"]}, "unknown_concept"),
    ],
)
def test_a_wrong_plan_is_refused(classroom: Classroom, wished: dict[str, Any], code: str):
    answer = wish(classroom, **wished)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert look(classroom)["code"] == "no_study_plan"


def test_another_s_plan_and_another_s_concept_are_not_there(classroom: Classroom):
    classroom.open_course("logic", "ada", modules={"truth": ["and", "or"]})
    assert wish(classroom, concept_ids=["logic~truth"]).status_code == 200
    assert wish(classroom, "eve", concept_ids=["logic~truth"]).get_json()["code"] == "unknown_concept"
    assert look(classroom, "eve")["code"] == "no_study_plan"
    assert look(classroom)["minutes_left"] == 30


def test_a_plan_costs_the_same_however_much_was_done(classroom: Classroom, cost: Costing):
    define(classroom, "loops", LOOPS)
    wish(classroom, concept_ids=["loops"], topics=["recursion"])
    classroom.do(*(classroom.happened(subject=str(number)) for number in range(10)))
    # Desk, account, plan, standing, knowledge, and the progress of one concept.
    assert cost(lambda: look(classroom)) == (6, 0, 0)
    assert cost(lambda: wish(classroom, concept_ids=["loops"], topics=["recursion"])) == (6, 1, 0)
