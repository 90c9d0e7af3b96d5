"""Points follow from declared rules, have a cap a day, and are given once; so are badges and levels."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, get_args

import pytest

from common.adapters.gcp.firestore import Firestore
from common.adapters.system import JitteredPatience
from common.domain.progress.messages import ActivityHappened, ActivityKind
from common.domain.progress.models import Activity, Standing
from common.domain.rewards.badges import earned
from common.domain.rewards.models import LearnerWeek
from common.domain.rewards.rules import BADGES, LEVELS, POINTS, level_at
from common.ports import Query
from common.settings import Settings
from functions.badges.main import badges
from tests.domain.progress.classroom import Classroom

WEEKS, ACTIVITIES = Query(LearnerWeek), Query(Activity)


def standing(classroom: Classroom, who: str = "ada") -> Standing:
    found = classroom.world.stored(Standing, who)
    assert found is not None
    return found


def shown(classroom: Classroom, who: str = "ada") -> dict[str, Any]:
    answer: dict[str, Any] = classroom.call(badges, "GET", "/v1/badges", who=who).get_json()
    return answer


def test_every_kind_of_activity_has_a_rule_and_every_badge_a_measure():
    assert set(POINTS) == set(get_args(ActivityKind))
    assert all(
        rule.daily_cap > 0 and rule.points + rule.for_score + rule.per_ten_minutes > 0 for rule in POINTS.values()
    )
    assert len({one.badge_id for one in BADGES}) == len(BADGES)
    assert all(one.goal > 0 for one in BADGES)
    assert list(LEVELS) == sorted(set(LEVELS)) and LEVELS[0] == 0
    assert [level_at(points) for points in (0, 99, 100, 51_999, 52_000, 10**9)] == [1, 1, 2, 19, 20, 20]


@pytest.mark.parametrize(
    ("kind", "more", "points"),
    [
        ("quiz_submitted", {"score": 1.0}, 30),
        ("quiz_submitted", {"score": 0.5}, 18),
        ("quiz_submitted", {"score": 0.0}, 5),
        ("card_reviewed", {"score": 1.0}, 1),
        ("lesson_completed", {}, 20),
        ("concept_progressed", {}, 10),
        ("question_asked", {}, 2),
        ("session_ended", {"seconds": 599}, 0),
        ("session_ended", {"seconds": 3000}, 15),
        ("session_ended", {"seconds": 86_400}, 30),
        ("post_created", {}, 5),
    ],
)
def test_an_activity_earns_what_its_rule_says(classroom: Classroom, kind: str, more: dict[str, Any], points: int):
    classroom.do(classroom.happened(kind=kind, **more))
    assert standing(classroom).total_points == points
    assert [(one.board, one.week, one.points) for one in classroom.all(WEEKS)] == [("all", "2026-W10", points)]


def test_a_day_has_a_cap_for_each_kind_and_the_next_day_begins_anew(classroom: Classroom):
    for number in range(12):
        classroom.do(classroom.happened(kind="question_asked", subject=f"question-{number}"))
    assert standing(classroom).total_points == 20
    classroom.do(classroom.happened(kind="post_created"))
    assert standing(classroom).total_points == 25
    classroom.world.clock.advance(days=1)
    classroom.do(classroom.happened(kind="question_asked", subject="tomorrow"))
    assert standing(classroom).total_points == 27
    assert standing(classroom).counts == {"post_created": 1, "question_asked": 13}


def test_a_course_has_its_own_points_and_they_are_not_counted_twice(classroom: Classroom):
    for number in range(12):
        course = "logic" if number % 2 else None
        classroom.do(classroom.happened(kind="question_asked", subject=f"question-{number}", course_id=course))
    weeks = {one.board: one for one in classroom.all(WEEKS)}
    assert {board: week.points for board, week in weeks.items()} == {"all": 20, "logic": 12}
    assert standing(classroom).total_points == 20


def test_graded_work_of_a_course_stands_in_its_week(classroom: Classroom):
    answers = ({"topic": "loops", "correct": 3, "of": 4}, {"topic": "lists", "correct": 1, "of": 6})
    classroom.do(
        classroom.happened(kind="quiz_submitted", subject="quiz", course_id="logic", topics=answers, seconds=90),
        classroom.happened(kind="card_reviewed", subject="card", course_id="logic", topics=answers, seconds=5),
    )
    (week,) = (one for one in classroom.all(WEEKS) if one.board == "logic")
    assert (week.correct, week.of, week.seconds, week.last_active_at) == (4, 10, 95, classroom.world.clock.now())


def test_the_day_and_the_week_are_the_learner_s_own(classroom: Classroom):
    classroom.enrol("ana", time_zone="Pacific/Auckland")
    sunday_evening = classroom.world.clock.now() - timedelta(hours=14)  # 19:00 in London, Monday in Auckland
    for who in ("ada", "ana"):
        classroom.do(classroom.happened(who, kind="post_created", subject=who, at=sunday_evening))
    assert {one.user_id: one.week for one in classroom.all(WEEKS)} == {"ada": "2026-W09", "ana": "2026-W10"}


def test_a_badge_is_awarded_when_its_goal_is_reached_and_once(classroom: Classroom):
    classroom.do(classroom.happened(kind="quiz_submitted", subject="first", score=0.9))
    assert standing(classroom).badges == ("first_quiz",)
    classroom.do(classroom.happened(kind="quiz_submitted", subject="second", score=1.0))
    assert standing(classroom).badges == ("first_quiz", "perfect_1")
    items = {one["badge_id"]: one for one in shown(classroom)["badges"]}
    assert [one for one in items if items[one]["is_earned"]] == ["first_quiz", "perfect_1"]
    assert (items["quizzes_25"]["reached"], items["first_quiz"]["reached"]) == (2, 1)


def test_a_badge_stays_though_its_rule_became_harder():
    before = Standing(user_id="ada", zones=(), counts={"quiz_submitted": 1}, badges=("quizzes_25",))
    assert earned(before) == ("first_quiz", "quizzes_25"), "in the order in which they are declared"


def test_days_in_a_row_earn_a_badge_and_a_day_told_late_counts(classroom: Classroom):
    now = classroom.world.clock.now()
    for ago in (0, 2, 1):
        classroom.do(classroom.happened(subject=f"day-{ago}", at=now - timedelta(days=ago)))
        assert ("streak_3" in standing(classroom).badges) == (ago == 1)


def test_level_and_rules_are_shown(classroom: Classroom):
    assert (shown(classroom)["level"], shown(classroom)["next_level_points"]) == (1, 100)
    for number in range(4):
        classroom.do(classroom.happened(kind="quiz_submitted", subject=f"quiz-{number}", score=1.0))
    after = shown(classroom)
    assert (after["total_points"], after["level"], after["next_level_points"]) == (120, 2, 250)
    assert {one["kind"]: one["daily_cap"] for one in after["points"]} == {k: r.daily_cap for k, r in POINTS.items()}


def test_the_streak_is_shown_and_whether_it_outlives_a_day_of_rest(classroom: Classroom):
    for number in range(6):
        classroom.do(classroom.happened(subject=f"day-{number}"))
        classroom.world.clock.advance(days=1)
    assert shown(classroom)["streak"] == {"current": 6, "longest": 6, "is_active_today": False, "may_rest": True}
    classroom.world.clock.advance(days=1)
    assert shown(classroom)["streak"] == {"current": 6, "longest": 6, "is_active_today": False, "may_rest": False}


def test_what_is_said_to_be_yet_to_come_becomes_a_dead_letter(classroom: Classroom):
    wrong = classroom.happened(at=classroom.world.clock.now() + timedelta(days=9_000))
    classroom.stage(wrong)
    assert [classroom.deliver(wrong) for _ in range(8)] == [500] * 7 + [200]
    assert [one.status for one in classroom.messages()] == ["DEAD"]
    assert classroom.world.stored(Standing, "ada") is None


def test_what_somebody_did_who_is_gone_leaves_nothing(classroom: Classroom):
    classroom.do(classroom.happened("nobody"))
    assert (classroom.all(ACTIVITIES), classroom.all(WEEKS)) == ([], [])


def all_at_once(classroom: Classroom, happened: list[ActivityHappened], times: int = 2) -> None:
    """Every activity, delivered so often, side by side."""
    classroom.world.patience = JitteredPatience
    classroom.stage(*happened)
    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(classroom.deliver, happened * times))
    assert set(statuses) == {200}


def test_fifty_activities_of_one_learner_at_once_all_count(classroom: Classroom):
    happened = [classroom.happened(subject=f"card-{number}") for number in range(50)]
    all_at_once(classroom, happened)
    found = standing(classroom)
    assert (found.total_points, found.counts, len(classroom.all(ACTIVITIES))) == (50, {"card_reviewed": 50}, 50)


def test_fifty_activities_of_one_learner_at_once_all_count_on_firestore(classroom: Classroom, firestore_project: str):
    database = Firestore(Settings(adapters="gcp", project=firestore_project, token_public_keys={"key": "unused"}))
    classroom.world.database = database
    classroom.enrol("ada")
    all_at_once(classroom, [classroom.happened(subject=f"card-{number}") for number in range(50)], times=1)
    found = standing(classroom)
    assert (found.total_points, found.counts) == (50, {"card_reviewed": 50})
    database.close()


def test_fifty_learners_at_once_all_count(classroom: Classroom):
    names = [f"learner-{number:02}" for number in range(50)]
    classroom.enrol(*names)
    all_at_once(classroom, [classroom.happened(name, subject=name) for name in names])
    assert [standing(classroom, name).total_points for name in names] == [1] * 50
