"""What lists and looks up progress does the same over Firestore as over SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common.adapters.gcp.firestore import Firestore
from common.settings import Settings
from functions.activity.main import activity
from functions.concepts.main import concepts
from functions.profile.main import profile
from functions.progress.main import progress
from tests.domain.progress.classroom import Classroom
from tests.domain.progress.test_concepts import LOOPS, complete, define, shown, state, tell
from tests.domain.progress.test_learning_sessions import end, start


@pytest.fixture
def on_firestore(classroom: Classroom, firestore_project: str) -> Iterator[Classroom]:
    settings = Settings(adapters="gcp", project=firestore_project, token_public_keys={"key": "unused"})
    classroom.world.database = Firestore(settings)
    classroom.enrol("ada", "eve")
    yield classroom
    classroom.world.database.close()


def test_a_learner_s_way_through_concepts_lessons_and_sessions(on_firestore: Classroom):
    classroom = on_firestore
    classroom.open_course("logic", "ada", modules={"truth": ["and", "or"]})
    define(classroom, "loops", LOOPS)
    define(classroom, "implication", {**LOOPS, "course_id": "logic"})
    for query, found in (("", ["loops"]), ("?course_id=logic", ["implication"])):
        items = classroom.call(concepts, "GET", f"/v1/concepts{query}").get_json()["items"]
        assert [one["concept_id"] for one in items] == found
    assert state(tell(classroom, "loops", "for")) == ("in_progress", 33, ["for"])
    classroom.world.clock.advance(minutes=1)
    assert complete(classroom, "and").get_json() == complete(classroom, "and").get_json()
    session_id = start(classroom).get_json()["session_id"]
    classroom.world.clock.advance(minutes=20)
    assert end(classroom, session_id).get_json()["seconds"] == 1200
    listed = classroom.call(progress, "GET", "/v1/progress").get_json()["items"]
    assert [one["concept_id"] for one in listed] == ["logic~truth", "loops"]
    assert listed[0] == shown(classroom, "logic~truth")
    in_course = classroom.call(progress, "GET", "/v1/progress?course_id=logic").get_json()["items"]
    assert in_course == listed[:1]
    classroom.work()
    feed = classroom.call(activity, "GET", "/v1/me/activity").get_json()["items"]
    assert [one["kind"] for one in feed] == ["session_ended", "lesson_completed", "concept_progressed"]
    me = classroom.call(profile, "GET", "/v1/me").get_json()
    assert (me["total_points"], me["current_streak"], me["badges"]) == (36, 1, ["first_lesson"])
