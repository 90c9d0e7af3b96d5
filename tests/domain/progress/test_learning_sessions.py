"""Learning sessions last as long as the server's clock says, one at a time."""

from __future__ import annotations

from typing import Any

import pytest

from common.domain.progress.models import Activity
from common.ports import Query
from functions.learning_sessions.main import learning_sessions
from tests.domain.progress.classroom import Classroom
from tests.domain.progress.test_concepts import Costing

ACTIVITIES = Query(Activity)


def start(classroom: Classroom, who: str = "ada", **more: Any) -> Any:
    return classroom.call(learning_sessions, "POST", "/v1/learning-sessions", {"topic": "Loops", **more}, who)


def end(classroom: Classroom, session_id: str, who: str = "ada", **said: Any) -> Any:
    return classroom.call(learning_sessions, "POST", f"/v1/learning-sessions/{session_id}/end", said, who)


def test_a_session_lasts_from_its_start_to_its_end(classroom: Classroom):
    begun = start(classroom, tutor="Ms Lovelace")
    assert begun.status_code == 201
    assert {name: begun.get_json()[name] for name in ("topic", "tutor", "ended_at", "seconds")} == {
        "topic": "Loops", "tutor": "Ms Lovelace", "ended_at": None, "seconds": 0,
    }  # fmt: skip
    classroom.world.clock.advance(minutes=25)
    over = end(classroom, begun.get_json()["session_id"], engagement=4).get_json()
    assert (over["seconds"], over["engagement"]) == (1500, 4)
    classroom.work()
    (done,) = classroom.all(ACTIVITIES)
    assert (done.kind, done.subject_id, done.seconds) == ("session_ended", over["session_id"], 1500)
    assert [one.topic for one in done.topics] == ["Loops"]


def test_a_session_that_is_over_stays_as_it_is(classroom: Classroom):
    session_id = start(classroom).get_json()["session_id"]
    classroom.world.clock.advance(minutes=5)
    first = end(classroom, session_id, engagement=5).get_json()
    classroom.world.clock.advance(minutes=5)
    assert end(classroom, session_id, engagement=1).get_json() == first
    classroom.work()
    assert len(classroom.all(ACTIVITIES)) == 1


def test_who_forgets_to_end_a_session_has_learned_for_four_hours(classroom: Classroom):
    session_id = start(classroom).get_json()["session_id"]
    classroom.world.clock.advance(days=2)
    over = end(classroom, session_id).get_json()
    assert (over["seconds"], over["ended_at"]) == (14_400, "2026-03-02T13:00:00.000000Z")


def test_a_new_session_ends_the_one_before(classroom: Classroom):
    first = start(classroom).get_json()["session_id"]
    classroom.world.clock.advance(minutes=10)
    second = start(classroom, topic="Lists").get_json()["session_id"]
    classroom.world.clock.advance(minutes=10)
    assert end(classroom, first).get_json()["seconds"] == 600
    assert end(classroom, second).get_json()["seconds"] == 600
    classroom.work()
    assert sorted(one.seconds for one in classroom.all(ACTIVITIES)) == [600, 600]


def test_sessions_are_their_learner_s_the_latest_first(classroom: Classroom):
    made = []
    for number in range(3):
        made.append(start(classroom, topic=f"Topic {number}").get_json()["session_id"])
        classroom.world.clock.advance(minutes=1)
    assert end(classroom, made[0], "eve").status_code == 404
    assert end(classroom, "none").status_code == 404
    listed = classroom.call(learning_sessions, "GET", "/v1/learning-sessions?page_size=2").get_json()
    assert [one["session_id"] for one in listed["items"]] == [made[2], made[1]]
    assert classroom.call(learning_sessions, "GET", "/v1/learning-sessions", who="eve").get_json()["items"] == []


@pytest.mark.parametrize("wrong", [{"topic": ""}, {"topic": "a" * 101}, {"tutor": ""}, {"seconds": 9}])
def test_a_wrong_session_is_refused(classroom: Classroom, wrong: dict[str, Any]):
    assert start(classroom, **wrong).status_code == 422
    assert start(classroom, course_id="none").status_code == 404


def test_a_course_s_session_counts_in_the_course(classroom: Classroom):
    classroom.open_course("logic", "ada")
    session_id = start(classroom, course_id="logic").get_json()["session_id"]
    end(classroom, session_id)
    classroom.work()
    assert [one.course_id for one in classroom.all(ACTIVITIES)] == ["logic"]
    assert start(classroom, "eve", course_id="logic").status_code == 404


def test_sessions_cost_the_same_however_many_there_were(classroom: Classroom, cost: Costing):
    for _ in range(12):
        start(classroom)
        classroom.world.clock.advance(minutes=1)
    assert cost(lambda: start(classroom)) == (2, 4, 0)
    listed = classroom.call(learning_sessions, "GET", "/v1/learning-sessions?page_size=1").get_json()
    session_id = listed["items"][0]["session_id"]
    assert cost(lambda: end(classroom, session_id)) == (2, 3, 0)
    assert cost(lambda: end(classroom, session_id)) == (1, 0, 0)
    assert cost(lambda: start(classroom)) == (1, 2, 0)
    assert cost(lambda: classroom.call(learning_sessions, "GET", "/v1/learning-sessions?page_size=5")) == (6, 0, 0)
