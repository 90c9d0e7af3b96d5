"""From the submission to the badge: one quiz is one attempt, one set of points and one badge, whoever sends it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from common.adapters.system import JitteredPatience
from common.domain.assessment.models import LearnerRecord, Submission
from common.domain.progress.models import Activity, Knowledge, Standing
from common.domain.rewards.models import LearnerWeek
from common.ports import Query
from functions.activity_record.main import activity_record
from tests.domain.assessment.room import Room, content
from tests.domain.progress.classroom import Classroom
from tests.triggers.world import deliver

SUBMISSIONS, ACTIVITIES = Query(Submission), Query(Activity)
STANDINGS, WEEKS = Query(Standing), Query(LearnerWeek)


@pytest.fixture
def room(classroom: Classroom) -> Room:
    classroom.world.patience = JitteredPatience
    made = Room(classroom.world)
    made.fill(content(number) for number in range(10))
    return made


def record_all(room: Room, times: int) -> None:
    """Deliver what was told of learners so often, side by side."""
    ids = [one.message_id for one in room.told()] * times
    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(lambda one: deliver(activity_record, one), ids)) == {200}


def test_fifty_copies_of_a_submission_are_one_attempt_one_set_of_points_and_one_badge(classroom: Classroom, room: Room):
    quiz_id = room.begin(question_count=10)["quiz_id"]
    right = room.right(quiz_id)
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: room.hand_in(quiz_id, right), range(50)))
    assert {one.status_code for one in answers} == {201} and len({one.get_data() for one in answers}) == 1
    record_all(room, times=20)
    (standing,), (week,) = classroom.all(STANDINGS), classroom.all(WEEKS)
    assert (len(classroom.all(SUBMISSIONS)), len(classroom.all(ACTIVITIES))) == (1, 1)
    assert (standing.counts, standing.perfect_quizzes) == ({"quiz_submitted": 1}, 1)
    assert (standing.total_points, week.points) == (30, 30)
    assert standing.badges == ("first_quiz", "perfect_1")
    known = classroom.world.stored(Knowledge, "ada")
    assert known and [(one.topic, [(w.correct, w.of) for w in one.weeks]) for one in known.topics] == [
        ("Counting", [(10, 10)])
    ]


def test_fifty_learners_at_once_have_an_attempt_points_and_a_badge_each(classroom: Classroom, room: Room):
    names = [f"learner-{number:02}" for number in range(50)]
    classroom.enrol(*names)
    begun = {who: room.begin(who)["quiz_id"] for who in names}
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda who: room.hand_in(begun[who], room.right(begun[who], 4), who), names))
    assert {(one.status_code, one.get_json()["score"]) for one in answers} == {(201, 40.0)}
    record_all(room, times=2)
    assert sorted(one.user_id for one in classroom.all(SUBMISSIONS)) == names
    assert [(one.user_id, one.total_points, one.badges) for one in classroom.all(STANDINGS)] == [
        (who, 15, ("first_quiz",)) for who in names
    ]
    records = [classroom.world.stored(LearnerRecord, who) for who in names]
    assert [(one.attempts, one.open) for one in records if one] == [(1, ())] * 50
