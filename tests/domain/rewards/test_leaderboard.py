"""The best of a week, as everybody sees them; whoever leaves is gone at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.adapters.gcp.firestore import Firestore
from common.domain.rewards import leaderboard as domain
from common.domain.rewards.messages import RefreshTopList
from common.domain.rewards.models import LearnerWeek, TopList
from common.ports import Query
from common.ports.database import Database
from common.settings import Settings
from functions.leaderboard.main import leaderboard
from functions.top_list_refresh.main import top_list_refresh
from tests.domain.progress.classroom import Classroom, account
from tests.triggers.world import START, deliver

TOPS = Query(TopList)


def earn(classroom: Classroom, who: str, quizzes: int, **more: Any) -> None:
    for number in range(quizzes):
        subject = f"{who}-{number}-{more.get('at', classroom.world.clock.now())}"
        classroom.do(classroom.happened(who, "quiz_submitted", subject, score=1.0, **more))


def settle(classroom: Classroom) -> None:
    """A minute and a half go by."""
    classroom.world.clock.advance(seconds=90)
    classroom.work()


def look(classroom: Classroom, query: str = "", who: str = "ada") -> dict[str, Any]:
    answer = classroom.call(leaderboard, "GET", f"/v1/leaderboard{query}", who=who)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    shown: dict[str, Any] = answer.get_json()
    return shown


def rows(shown: dict[str, Any]) -> list[tuple[int, str, int]]:
    return [(one["rank"], one["display_name"], one["points"]) for one in shown["items"]]


def list_me(classroom: Classroom, who: str, is_listed: bool) -> None:
    answer = classroom.call(leaderboard, "PUT", "/v1/leaderboard/listing", {"is_listed": is_listed}, who)
    assert (answer.status_code, answer.get_json()) == (200, {"is_listed": is_listed})


def test_the_best_stand_in_order_and_equals_share_a_rank(classroom: Classroom):
    classroom.enrol("bob", "cyd")
    for who, quizzes in (("ada", 1), ("eve", 3), ("bob", 1), ("cyd", 2)):
        earn(classroom, who, quizzes)
    assert (look(classroom)["items"], look(classroom)["as_of"]) == ([], None)
    settle(classroom)
    shown = look(classroom)
    assert sorted(rows(shown)) == [(1, "Eve", 90), (2, "Cyd", 60), (3, "Ada", 30), (3, "Bob", 30)]
    assert shown["you"] == {"rank": 3, "points": 30, "is_listed": True}
    assert [one["display_name"] for one in shown["items"] if one["is_you"]] == ["Ada"]
    assert (shown["week"], shown["course_id"]) == ("2026-W10", None)


def test_a_board_is_looked_up_once_a_slot_however_much_happens(classroom: Classroom):
    earn(classroom, "ada", 5)
    earn(classroom, "eve", 5)
    assert [one.kind for one in classroom.messages()].count("RefreshTopList") == 1
    settle(classroom)
    earn(classroom, "eve", 1)
    settle(classroom)
    assert rows(look(classroom)) == [(1, "Eve", 180), (2, "Ada", 150)]


def test_who_is_far_from_the_best_asks_for_no_refresh(classroom: Classroom):
    names = [f"learner-{number:02}" for number in range(domain.MOST_LISTED)]
    classroom.write(*(account(name) for name in names), *(week(name, 1000) for name in names))
    earn(classroom, "ada", 1)
    settle(classroom)
    before = len(classroom.messages())
    earn(classroom, "ada", 1)
    assert len(classroom.messages()) == before + 1
    assert look(classroom)["you"] == {"rank": 51, "points": 60, "is_listed": True}
    assert len(look(classroom)["items"]) == domain.MOST_LISTED


def week(who: str, points: int, board: str = "all") -> LearnerWeek:
    return LearnerWeek(
        learner_week_id=f"{board}.2026-W10.{who}",
        board=board,
        week="2026-W10",
        user_id=who,
        is_listed=True,
        points=points,
        expires_at=START + timedelta(days=400),
    )


def test_who_leaves_is_gone_at_once_and_may_come_back(classroom: Classroom):
    earn(classroom, "ada", 2)
    earn(classroom, "eve", 1)
    settle(classroom)
    list_me(classroom, "ada", False)
    assert rows(look(classroom, who="eve")) == [(1, "Eve", 30)]
    assert look(classroom, who="eve")["you"]["rank"] == 1
    assert look(classroom)["you"] == {"rank": 1, "points": 60, "is_listed": False}
    earn(classroom, "ada", 1)
    settle(classroom)
    assert rows(look(classroom, who="eve")) == [(1, "Eve", 30)]
    list_me(classroom, "ada", True)
    settle(classroom)
    assert rows(look(classroom, who="eve")) == [(1, "Ada", 90), (2, "Eve", 30)]


def test_who_never_did_anything_may_leave_before_they_begin(classroom: Classroom):
    list_me(classroom, "ada", False)
    earn(classroom, "ada", 1)
    settle(classroom)
    assert look(classroom, who="eve")["items"] == []
    assert look(classroom)["you"] == {"rank": 1, "points": 30, "is_listed": False}


def test_a_refresh_that_looked_before_somebody_left_does_not_bring_them_back(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
):
    """They leave between its look at the learners and its commit, before they ever stood in the list."""
    earn(classroom, "eve", 1)
    settle(classroom)
    earn(classroom, "ada", 2)
    (pending,) = (one for one in classroom.messages() if one.status == "PENDING")
    classroom.world.clock.advance(seconds=90)
    get_many = type(classroom.world.database).get_many
    left: list[bool] = []

    def leaving(self: Database, model: Any, ids: Any) -> Any:
        if "ada" in ids and model.collection == "accounts" and not left:
            left.append(True)
            list_me(classroom, "ada", False)
        return get_many(self, model, ids)

    monkeypatch.setattr(type(classroom.world.database), "get_many", leaving)
    assert deliver(top_list_refresh, pending.message_id) == 200
    assert left
    assert rows(look(classroom, who="eve")) == [(1, "Eve", 30)]


def test_who_is_gone_stands_on_no_list(classroom: Classroom):
    earn(classroom, "ada", 1)
    earn(classroom, "eve", 1)
    classroom.write(account("eve").model_copy(update={"active": False}))
    settle(classroom)
    assert [one["display_name"] for one in look(classroom)["items"]] == ["Ada"]


def test_a_course_has_a_board_of_its_own_which_its_learners_see(classroom: Classroom):
    classroom.open_course("logic", "ada")
    earn(classroom, "ada", 1, course_id="logic")
    earn(classroom, "eve", 2)
    settle(classroom)
    assert rows(look(classroom, "?course_id=logic")) == [(1, "Ada", 30)]
    assert rows(look(classroom)) == [(1, "Eve", 60), (2, "Ada", 30)]
    for course_id in ("logic", "none"):
        answer = classroom.call(leaderboard, "GET", f"/v1/leaderboard?course_id={course_id}", who="eve")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_the_weeks_before_are_shown_for_a_while(classroom: Classroom):
    earn(classroom, "ada", 1)
    settle(classroom)
    classroom.world.clock.advance(days=7)
    assert look(classroom)["items"] == []
    assert rows(look(classroom, "?week=2026-W10")) == [(1, "Ada", 30)]
    for wrong in ("2026-W12", "2026-W01", "2026-W99"):
        answer = classroom.call(leaderboard, "GET", f"/v1/leaderboard?week={wrong}")
        assert (answer.status_code, answer.get_json()["code"]) == (422, "no_such_week")


def test_what_is_told_of_a_week_that_is_long_over_asks_for_no_refresh(classroom: Classroom):
    earn(classroom, "ada", 1, at=START - timedelta(weeks=7))
    assert [one.kind for one in classroom.messages()] == ["ActivityHappened"]
    earn(classroom, "ada", 1, at=START - timedelta(weeks=3))
    assert sorted(one.kind for one in classroom.messages()) == [
        "ActivityHappened",
        "ActivityHappened",
        "RefreshTopList",
    ]


def test_a_repeated_wish_changes_nothing_and_refreshes_nothing(classroom: Classroom):
    earn(classroom, "ada", 1)
    settle(classroom)
    before = (classroom.all(TOPS), len(classroom.messages()))
    list_me(classroom, "ada", True)
    assert (classroom.all(TOPS), len(classroom.messages())) == before


def test_leaderboards_work_the_same_on_firestore(classroom: Classroom, firestore_project: str):
    database = Firestore(Settings(adapters="gcp", project=firestore_project, token_public_keys={"key": "unused"}))
    classroom.world.database = database
    classroom.enrol("ada", "eve")
    earn(classroom, "ada", 2)
    earn(classroom, "eve", 1)
    settle(classroom)
    assert rows(look(classroom, who="eve")) == [(1, "Ada", 60), (2, "Eve", 30)]
    assert look(classroom, who="eve")["you"]["rank"] == 2
    list_me(classroom, "ada", False)
    assert rows(look(classroom, who="eve")) == [(1, "Eve", 30)]
    database.close()


def test_a_refresh_has_one_id_a_slot():
    said = [("all", "2026-W10", 1), ("all", "2026-W10", 1), ("all", "2026-W10", 2), ("all", "2026-W11", 1)]
    ids = [RefreshTopList(board=board, week=week, slot=slot).derived_id() for board, week, slot in said]
    assert ids[0] == ids[1] and len(set(ids)) == 3
