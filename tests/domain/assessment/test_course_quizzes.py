"""Quizzes about courses: of their documents, for those who may take them, step by step where questions are made."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Request

from common import triggers
from common.domain.assessment.models import QuestionSet
from common.domain.courses.models import Course, LearnerCourses
from common.ports import Caller, Document, Query
from common.ports.database import Write
from tests.domain.assessment.composer import ask, compose, composed
from tests.domain.assessment.material import FILM, HandModel, take_in, written
from tests.domain.assessment.room import MESSAGES, Room
from tests.domain.courses.classroom import ROLES, caller
from tests.domain.progress.classroom import account
from tests.triggers.world import START, HandWorld

SETS = Query(QuestionSet)
FJORD = "A valley that was widened by ice and then drowned by the sea is called a fjord."
SHUTTER = "The blades that open and close in front of the film are called a shutter."


@pytest.fixture(autouse=True)
def _course(world: HandWorld, model: HandModel, afford: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def named(_world: object, _route: object, request: Request, *_: object) -> Caller:
        return caller(request.headers["Authorization"].removeprefix("Bearer "))

    fake = SimpleNamespace(authenticate=named)  # whoever is named asks, with the role of their name
    monkeypatch.setitem(sys.modules, "common.triggers.authentication", fake)
    monkeypatch.setattr(triggers, "authentication", fake, raising=False)
    course = Course.model_validate(
        {"course_id": "light", "teacher_id": "toni", "title": "Ice and light", "created_by": "toni"}
        | {"created_at": START, "updated_at": START, "version": 1}
    )
    write(world, course, LearnerCourses(user_id="ada", enrolled=("light",)))
    in_course = {"scope": "course:light", "course_id": "light", "user_id": "toni"}
    take_in(world, document_id="glaciers", **in_course)
    take_in(world, FILM, document_id="film", title="Film", **in_course)
    take_in(world, document_id="private", user_id="eve")


def write(world: HandWorld, *documents: Document) -> None:
    world.database.commit([Write("set", type(one), one.stored_id, document=one) for one in documents])


def of_course(room: Room, who: str = "ada", **more: Any) -> Any:
    """A course's quiz after all the steps that it takes."""
    begun = ask(room, who, course_id="light", **more)
    assert begun.status_code == 202, begun.get_data(as_text=True)
    while compose(room):
        pass
    return room.show(begun.get_json()["quiz_id"], who).get_json()


def test_a_course_s_quiz_is_about_all_its_documents_and_has_its_title(room: Room):
    quiz = of_course(room, question_count=10)
    assert (quiz["status"], quiz["title"], quiz["course_id"], quiz["detail"]) == (
        "ready", "Ice and light", "light", None,
    )  # fmt: skip
    assert {one["topic"] for one in quiz["questions"]} == {"Glaciers", "Film"}
    result = room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"])).get_json()
    assert result["score"] == 100
    assert {one["source"]["document_id"] for one in result["results"]} == {"glaciers", "film"}
    assert all(one["explanation"].endswith(("(Glaciers, page 1)", "(Film, page 1)")) for one in result["results"])


def test_its_result_names_the_course_and_counts_in_it(room: Room):
    quiz = of_course(room)
    room.hand_in(quiz["quiz_id"], {})
    (shown,) = room.results()["items"]
    assert (shown["title"], shown["course_id"], shown["document_id"], shown["topic"]) == (
        "Ice and light", "light", None, None,
    )  # fmt: skip
    (told,) = room.told()
    assert '"course_id":"light"' in told.payload.replace(" ", "")


def test_no_questions_come_from_what_is_not_the_course_s(room: Room, world: HandWorld):
    take_in(world, FILM, document_id="gone", scope="course:light", course_id="light", deleted=True)
    take_in(world, FILM, document_id="raw", scope="course:light", course_id="light", status="processing")
    take_in(world, FILM, document_id="other", scope="course:other", course_id="other")
    of_course(room, question_count=20)
    assert {one.document_id for one in room.all(SETS)} == {"glaciers", "film"}


def test_who_is_not_in_the_course_gets_no_quiz_of_it(room: Room, world: HandWorld):
    assert ask(room, "eve", course_id="light").status_code == 404
    assert ask(room, "ada", course_id="nothing").status_code == 404
    begun = ask(room, course_id="light").get_json()
    write(world, LearnerCourses(user_id="ada", enrolled=()))
    assert compose(room) == [200]
    shown = room.show(begun["quiz_id"]).get_json()
    assert (shown["status"], shown["question_count"]) == ("failed", 0)
    assert "may not" in shown["detail"] and room.record().open == ()


@pytest.mark.parametrize("name", ["toni", "root"])
def test_its_teacher_and_admins_may_try_it(room: Room, world: HandWorld, name: str):
    write(world, account(name).model_copy(update={"role": ROLES[name]}))
    assert of_course(room, name)["status"] == "ready"


def test_a_course_without_documents_says_so(room: Room, world: HandWorld):
    empty = Course.model_validate(
        {"course_id": "empty", "teacher_id": "toni", "title": "Empty", "created_by": "toni"}
        | {"created_at": START, "updated_at": START, "version": 1}
    )
    write(world, empty, LearnerCourses(user_id="ada", enrolled=("empty",)))
    quiz = composed(room, course_id="empty")
    assert (quiz["status"], quiz["detail"]) == ("failed", "The course has no documents yet.")


def test_a_step_pays_for_one_document_and_the_next_begins_with_what_is_committed(room: Room, model: HandModel):
    model.is_down = False
    fjord = written("What is a valley called that ice widened and the sea drowned?", "fjord", FJORD, *"xyz")
    shutter = written("What are the blades called that open in front of the film?", "shutter", SHUTTER, *"xyz")
    model.writes = lambda request: [fjord if "fjord" in request.turns[0].text else shutter]
    begun = ask(room, course_id="light").get_json()
    assert compose(room) == [200]
    assert (len(model.asked), len(room.all(SETS)), room.quiz(begun["quiz_id"]).status) == (1, 1, "composing")
    assert compose(room) == [200]
    shown = room.show(begun["quiz_id"]).get_json()
    assert (shown["status"], shown["made_by"], len(model.asked)) == ("ready", "model", 2)
    assert {one["topic"] for one in shown["questions"]} == {"Glaciers", "Film"}
    again = ask(room, course_id="light").get_json()
    assert compose(room) == [200]
    assert (room.quiz(again["quiz_id"]).status, len(model.asked)) == ("ready", 2)


def test_a_document_of_which_nothing_can_be_asked_ends_no_chain(room: Room, world: HandWorld):
    take_in(world, "Hello. It was nice.", document_id="chat", scope="course:light", course_id="light", user_id="toni")
    quiz = of_course(room, question_count=4)
    assert (quiz["status"], quiz["question_count"]) == ("ready", 4)
    assert len([one for one in room.all(MESSAGES) if one.kind == "ComposeQuiz"]) == 3


def test_an_adaptive_quiz_of_a_course_fills_up(room: Room):
    quiz = of_course(room, adaptive=True, question_count=4)
    assert (quiz["status"], quiz["question_count"]) == ("ready", 4)
