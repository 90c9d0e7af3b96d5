"""Nudges and risks do the same over Firestore as over SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common.adapters.gcp.firestore import Firestore
from common.domain.engagement.models import AT_RISK
from common.settings import Settings
from functions.nudges.main import nudges
from tests.domain.engagement.outreach import Outreach
from tests.domain.engagement.test_course_risks import NAMES, Course
from tests.triggers.world import HandWorld


@pytest.fixture
def outreach(world: HandWorld, firestore_project: str) -> Iterator[Outreach]:
    settings = Settings(adapters="gcp", project=firestore_project, token_public_keys={"key": "unused"})
    world.database = Firestore(settings)
    yield Outreach(world)
    world.database.close()


def test_a_silence_is_found_by_its_time_and_nudged_once_and_a_return_is_known(outreach: Outreach):
    outreach.enrol("eve", email_verified=False)
    outreach.studies("eve")
    outreach.falls_silent("ada")
    outreach.sweep()
    outreach.sweep()
    outreach.work()
    assert outreach.mailed == ["ada@example.org"]
    assert {one.user_id: one.channel for one in outreach.nudges()} == {"ada": "email", "eve": "in_app"}
    outreach.world.clock.advance(hours=5)
    outreach.studies("ada")
    (hers,) = outreach.nudges("ada")
    assert hers.came_back_at == outreach.now
    listed = outreach.call(nudges, "GET", "/v1/nudges").get_json()["items"]
    assert [one["nudge_id"] for one in listed] == [hers.nudge_id]


def test_the_learners_of_a_course_are_found_by_their_risk(outreach: Outreach):
    course = Course(outreach)
    for name in NAMES[1:]:
        course.hands_in(name, "sets: 1/2 __of__ them", 7)
    course.night()
    found = outreach.all(AT_RISK, course_id="logic")
    assert found[0].user_id == NAMES[0] and len(found) == len(NAMES)
    course.leave(NAMES[0])
    course.hands_in(NAMES[1], "logic", 7)
    course.night()
    assert len(outreach.all(AT_RISK, course_id="logic")) == len(NAMES) - 1
