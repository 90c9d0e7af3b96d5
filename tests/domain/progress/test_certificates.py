"""Who has completed a course can prove it by a link, and nobody else can."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from common.domain.accounts.models import Account
from common.domain.progress.models import Certificate
from common.ports import Query
from functions.certificates.main import certificates
from tests.domain.progress.classroom import Classroom
from tests.domain.progress.test_concepts import Costing, complete
from tests.triggers.world import problem

ALL = Query(Certificate)
LESSONS = ("and", "or", "if")


@pytest.fixture(autouse=True)
def _logic(classroom: Classroom) -> None:
    classroom.open_course("logic", "ada", "eve", modules={"truth": ["and", "or"], "steps": ["if"], "empty": []})


def ask(classroom: Classroom, course_id: str = "logic", who: str = "ada") -> Any:
    return classroom.call(certificates, "POST", f"/v1/courses/{course_id}/certificate", who=who)


def look(classroom: Classroom, certificate_id: str) -> Any:
    return classroom.call(certificates, "GET", f"/v1/certificates/{certificate_id}", who="nobody")


def finish(classroom: Classroom, who: str = "ada") -> None:
    for lesson in LESSONS:
        assert complete(classroom, lesson, who=who).status_code == 201
        classroom.world.clock.advance(hours=1)


def test_who_completed_every_lesson_gets_a_certificate_that_anybody_can_look_up(classroom: Classroom):
    finish(classroom)
    classroom.world.clock.advance(days=1)
    made = ask(classroom)
    assert made.status_code == 201
    shown = made.get_json()
    assert (shown["course_title"], shown["display_name"], shown["course_version"]) == ("Course", "Ada", 1)
    assert (shown["completed_at"], shown["issued_at"]) == (
        "2026-03-02T11:00:00.000000Z", "2026-03-03T12:00:00.000000Z",
    )  # fmt: skip
    assert shown["url"].endswith(f"/v1/certificates/{shown['certificate_id']}")
    found = look(classroom, shown["certificate_id"])
    assert (found.status_code, found.get_json()) == (200, shown)
    assert "ada" not in found.get_data(as_text=True), "the name, and no id of the learner"


def test_while_a_lesson_is_left_there_is_none(classroom: Classroom):
    for lesson in LESSONS:
        answer = ask(classroom)
        assert (answer.status_code, problem(answer)) == (409, "course_not_completed")
        complete(classroom, lesson)
    assert ask(classroom, who="eve").status_code == 409
    assert ask(classroom).status_code == 201
    classroom.open_course("void", "ada")
    assert problem(ask(classroom, "void")) == "course_not_completed"


def test_it_is_the_same_ever_after(classroom: Classroom):
    finish(classroom)
    first = ask(classroom).get_json()
    kept = classroom.world.stored(Account, "ada")
    assert kept
    classroom.write(kept.model_copy(update={"display_name": "Countess"}))
    classroom.open_course("logic", modules={"truth": ["and", "or", "not"]})
    assert ask(classroom).get_json() == first
    assert look(classroom, first["certificate_id"]).get_json()["display_name"] == "Ada"


def test_asked_for_often_at_once_there_is_one(classroom: Classroom):
    finish(classroom)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ask(classroom), range(8)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.get_json()["certificate_id"] for one in answers}) == len(classroom.all(ALL)) == 1


def test_what_is_not_there_is_not_found(classroom: Classroom):
    assert look(classroom, "guessed").status_code == 404
    assert look(classroom, "ada.logic").status_code == 404
    assert ask(classroom, "nothing").status_code == 404
    assert ask(classroom, who="mallory").status_code == 404


def test_a_learner_s_list_is_their_own(classroom: Classroom):
    finish(classroom)
    made = ask(classroom).get_json()
    page = classroom.call(certificates, "GET", "/v1/certificates").get_json()
    assert page == {"items": [made], "next_page_token": None}
    assert classroom.call(certificates, "GET", "/v1/certificates", who="eve").get_json()["items"] == []


def test_certificates_cost_the_modules_of_the_course_once(classroom: Classroom, cost: Costing):
    finish(classroom)
    # Certificate, course, rights, version, two modules, account.
    assert cost(lambda: ask(classroom)) == (7, 1, 0)
    assert cost(lambda: ask(classroom)) == (1, 0, 0)
    made = ask(classroom).get_json()
    assert cost(lambda: look(classroom, made["certificate_id"])) == (1, 0, 0)
    assert cost(lambda: classroom.call(certificates, "GET", "/v1/certificates")) == (1, 0, 0)
