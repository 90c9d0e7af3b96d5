"""Courses over Firestore: lists, versions, races for places and for the edges of a circle, as over SQLite."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from common.adapters.gcp.firestore import Firestore
from common.adapters.system import JitteredPatience
from common.settings import Settings
from tests.domain.courses.classroom import Classroom


@pytest.fixture
def on_firestore(school: Classroom, firestore_project: str) -> Iterator[Classroom]:
    database = Firestore(Settings(adapters="gcp", project=firestore_project, token_public_keys={"key": "unused"}))
    school.world.database, school.world.patience = database, JitteredPatience
    yield school
    database.close()


def test_a_rush_takes_every_place_and_not_one_more(on_firestore: Classroom):
    school, places, learners = on_firestore, 6, 24
    course_id = school.course(capacity=places)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda number: school.enroll(f"learner-{number}", course_id), range(learners)))
    assert Counter(reply.status for reply in replies) == {201: places, 409: learners - places}
    assert school.counted(course_id) == (places, places, places)


def test_a_circle_that_is_closed_by_all_at_once_is_refused_to_one(on_firestore: Classroom):
    school = on_firestore

    def ask(course_id: str, before: str) -> int:
        return school.call("toni", "PATCH", f"/v1/courses/{course_id}", {"prerequisites": [before]}).status

    ring = [school.course(f"Course {number}") for number in range(3)]
    with ThreadPoolExecutor(3) as pool:
        assert Counter(pool.map(ask, ring, (*ring[1:], ring[0]))) == {200: 2, 409: 1}


def test_lists_versions_and_leaving_work_the_same(on_firestore: Classroom):
    school = on_firestore
    for number in range(3):
        school.course(f"Loops {number}", course_order=3 - number, tags=["code"], country="DE", level="beginner")
    titles = partial(school.done, "lin", "GET")
    page = titles("/v1/courses?q=loop&tag=code&country=DE&page_size=2")
    rest = titles(f"/v1/courses?q=loop&tag=code&country=DE&page_size=2&page_token={page['next_page_token']}")
    assert [one["title"] for one in (*page["items"], *rest["items"])] == ["Loops 2", "Loops 1", "Loops 0"]
    course_id = page["items"][0]["course_id"]
    sections = [{"title": "S", "modules": [{"title": "M", "topics": [{"title": "T", "topic_id": "t", "body": "B"}]}]}]
    school.done("toni", "PUT", f"/v1/courses/{course_id}/draft", {"title": "Anew", "sections": sections})
    school.done("toni", "PUT", f"/v1/courses/{course_id}/publication")
    assert school.enroll("lin", course_id).status == 201
    assert school.done("lin", "GET", f"/v1/courses/{course_id}/topics/t")["topic"]["body"] == "B"
    assert [one["title"] for one in titles("/v1/me/enrollments")["items"]] == ["Anew"]
    school.done("lin", "DELETE", f"/v1/courses/{course_id}/enrollments/me")
    assert school.counted(course_id) == (0, 0, 0)
