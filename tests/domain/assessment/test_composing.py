"""Quizzes about material: composed as a task, checked whoever writes them, paid within the budget, kept for later."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.domain.assessment.models import QuestionSet
from common.domain.documents.models import StoredDocument
from common.domain.tutoring.ledger import AiCall
from common.domain.tutoring.spending import allowed
from common.ports import Query
from common.ports.ai import TextRequest
from common.ports.queue import MessageRecord
from common.triggers.budget import DailyBudget
from common.triggers.unit_of_work import Billed, UnitOfWork
from functions.document_delete.main import document_delete
from functions.documents.main import documents
from functions.quiz_compose.main import quiz_compose
from tests.domain.assessment.composer import ask, compose, composed
from tests.domain.assessment.material import TEXT, HandModel, take_in, written
from tests.domain.assessment.room import MESSAGES, Room
from tests.triggers.world import HandWorld, deliver, problem

CALLS = Query(AiCall)
SETS = Query(QuestionSet)
FJORD = "A valley that was widened by ice and then drowned by the sea is called a fjord."
FIRN = "Buried snow is pressed into grains, and old grainy snow of this kind is called firn."
LENGTH = "Sognefjord in Norway is about 205 kilometres long."


def test_a_document_s_quiz_is_composed_offline_and_says_so(room: Room, glaciers: str):
    quiz = composed(room, document_id=glaciers, question_count=4)
    assert (quiz["status"], quiz["made_by"], quiz["question_count"], quiz["title"]) == (
        "ready",
        "offline",
        4,
        "Glaciers",
    )
    result = room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"])).get_json()
    assert result["score"] == 100
    for one in result["results"]:
        source = one["source"]
        assert TEXT[source["start"] : source["end"]] == source["quote"] and source["page"] == 1
        assert one["correct_answers"] in (["True"], ["False"]) or one["correct_answers"][0] in source["quote"]


def test_it_says_when_there_are_fewer_than_asked(room: Room, glaciers: str):
    quiz = composed(room, document_id=glaciers, question_count=50)
    assert 4 <= quiz["question_count"] < 50
    assert "checks" in quiz["detail"]


def test_what_was_made_serves_the_next_quiz_at_once(room: Room, glaciers: str, model: HandModel):
    first = composed(room, document_id=glaciers, question_count=3)
    again = ask(room, document_id=glaciers, question_count=3)
    assert (again.status_code, again.get_json()["status"]) == (201, "ready")
    ids = {one["question_id"] for quiz in (first, again.get_json()) for one in quiz["questions"]}
    assert len(ids) >= 5, "what was not met comes first"
    assert len(model.asked) == 1


def test_where_no_question_has_the_wished_difficulty_no_quiz_is_begun(room: Room, glaciers: str):
    composed(room, document_id=glaciers)
    (made,) = room.all(SETS)
    unit = room.unit()
    unit.put(made.model_copy(update={"questions": tuple(q for q in made.questions if q.content.difficulty != "hard")}))
    unit.commit(room.world.patience())
    answer = ask(room, document_id=glaciers, difficulty="hard")
    assert (answer.status_code, problem(answer)) == (409, "no_questions")
    assert len(room.record().open) == 1


def test_a_new_text_is_asked_about_anew(room: Room, world: HandWorld, glaciers: str):
    composed(room, document_id=glaciers)
    unit = UnitOfWork(world.database)
    unit.update(StoredDocument, glaciers, {"generation": 8})
    unit.commit(world.patience())
    assert ask(room, document_id=glaciers).status_code == 202


def test_no_question_shows_what_another_one_of_its_quiz_asks(
    room: Room, world: HandWorld, model: HandModel, afford: Any
):
    text = (
        "# Sourdough\n\nThe portion that a baker keeps back to raise a new dough is called a starter. It is fed "
        "each day by the apprentice who comes first, with 50 grams of fine flour and a wooden spoon, in the cool "
        "cellar under the old town hall.\n"
    )
    take_in(world, text, document_id="dough")
    quiz = composed(room, document_id="dough")
    (made,) = room.all(SETS)
    assert len(made.questions) == 2, "the second one begins with the sentence that the first one asks about"
    assert quiz["question_count"] == 1


def test_a_composing_quiz_takes_no_answers_and_shows_no_key(room: Room, glaciers: str):
    quiz_id = ask(room, document_id=glaciers).get_json()["quiz_id"]
    answer = room.hand_in(quiz_id, {})
    assert (answer.status_code, problem(answer)) == (409, "quiz_not_ready")
    compose(room)
    shown = room.show(quiz_id).get_data(as_text=True)
    assert "explanation" not in shown and "correct" not in shown and "source" not in shown


def test_twice_delivered_is_composed_once(room: Room, glaciers: str):
    quiz_id = ask(room, document_id=glaciers).get_json()["quiz_id"]
    (message,) = [one for one in room.all(MESSAGES) if one.kind == "ComposeQuiz"]
    assert deliver(quiz_compose, message.message_id) == 200
    before = room.quiz(quiz_id)
    assert deliver(quiz_compose, message.message_id) == 200
    assert room.quiz(quiz_id) == before


def test_a_model_s_questions_pass_the_same_checks(room: Room, glaciers: str, model: HandModel):
    model.is_down = False
    model.writes = lambda _: [
        written(
            "What is a valley called that ice widened and the sea drowned?", "fjord", FJORD, "cirque", "moraine", "firn"
        ),
        written("Which country is the long Sognefjord in?", "Norway", "No such sentence.", "Sweden", "Peru", "Chad"),
        written("What is old grainy snow of buried grains called?", "neve", FIRN, "cirque", "moraine", "fjord"),
        written("How long is Sognefjord in Norway, about?", "205 kilometres", LENGTH, "205 kilometres", *"xy"),
    ]
    quiz = composed(room, document_id=glaciers, question_count=4)
    assert (quiz["made_by"], [one["prompt"] for one in quiz["questions"]]) == (
        "model",
        ["What is a valley called that ice widened and the sea drowned?"],
    )
    assert sum(quiz["dropped"].values()) == 3 and quiz["dropped"]["quote_not_found"] == 1
    (call,) = room.all(CALLS)
    assert (call.purpose, call.served_by, call.outcome, call.cost_micros) == ("quiz", "model", "answered", 70)


def test_where_nothing_of_a_model_passes_the_rules_take_over(room: Room, glaciers: str, model: HandModel):
    model.is_down = False
    model.writes = lambda _: [written("Which one?", "x", "No such sentence.", "y", "z", "w")]
    quiz = composed(room, document_id=glaciers, question_count=3)
    assert (quiz["made_by"], quiz["question_count"], quiz["dropped"]["quote_not_found"]) == ("offline", 3, 1)


@pytest.mark.parametrize(("fault", "outcome"), [("is_down", "unavailable"), ("refuses", "refused")])
def test_a_model_that_fails_is_replaced_by_rules(room: Room, glaciers: str, model: HandModel, fault: str, outcome: str):
    model.is_down = False
    setattr(model, fault, True)
    assert composed(room, document_id=glaciers, question_count=3)["made_by"] == "offline"
    assert [one.outcome for one in room.all(CALLS)] == [outcome]


def test_over_the_budget_no_model_is_asked(room: Room, glaciers: str, model: HandModel, afford: Any):
    model.is_down = False
    afford(99)
    assert composed(room, document_id=glaciers, question_count=3)["made_by"] == "offline"
    assert model.asked == [] and [one.outcome for one in room.all(CALLS)] == ["over_budget"]


def test_what_the_tutor_has_spent_quizzes_cannot(room: Room, world: HandWorld, glaciers: str, model: HandModel):
    """One sum a learner and day, whatever it is spent on."""
    model.is_down = False
    request = TextRequest(instructions="", turns=(), learner="ada", cache_key="", most_output_tokens=1)
    budget = DailyBudget(world.database, world.clock, Billed())
    for _ in range(100):
        with allowed(request, model, budget, world.deployment) as allowance:
            assert allowance, "10,000 millionths of a dollar are a hundred such calls"
    assert composed(room, document_id=glaciers, question_count=3)["made_by"] == "offline"
    assert model.asked == []


def test_a_model_that_failed_is_asked_again_the_next_day_and_one_that_is_not_there_never(
    room: Room, world: HandWorld, glaciers: str, model: HandModel
):
    composed(room, document_id=glaciers, question_count=2)
    world.clock.advance(hours=23)
    assert ask(room, document_id=glaciers).status_code == 201
    world.clock.advance(hours=1)
    model.is_down, model.model = False, None
    assert ask(room, document_id=glaciers).status_code == 202
    assert compose(room) == [200]
    world.clock.advance(days=30)
    assert ask(room, document_id=glaciers).status_code == 201
    assert len(model.asked) == 1


def test_what_a_document_says_is_shown_as_quoted_material(room: Room, glaciers: str, model: HandModel):
    composed(room, document_id=glaciers)
    (request,) = model.asked
    assert TEXT[20:80] in request.turns[0].text and TEXT[20:80] not in request.instructions


def test_another_s_document_or_one_that_is_not_ready_makes_no_quiz(room: Room, world: HandWorld, glaciers: str):
    assert ask(room, "eve", document_id=glaciers).status_code == 404
    unit = UnitOfWork(world.database)
    unit.update(StoredDocument, glaciers, {"status": "processing"})
    unit.commit(world.patience())
    answer = ask(room, document_id=glaciers)
    assert (answer.status_code, problem(answer)) == (409, "document_not_ready")


def test_a_document_that_goes_takes_its_questions_along(room: Room, world: HandWorld, glaciers: str):
    composed(room, document_id=glaciers)
    assert len(room.all(SETS)) == 1
    assert room.call(documents, "DELETE", f"/v1/documents/{glaciers}").status_code == 204
    due = [one for one in room.all(MESSAGES) if one.kind == "RemovePieces" and one.due_at <= room.world.clock.now()]
    for message in due:
        assert deliver(document_delete, message.message_id) == 200
    assert room.all(SETS) == []
    assert ask(room, document_id=glaciers).status_code == 404


def test_a_document_that_went_meanwhile_fails_the_quiz_and_frees_its_place(room: Room, glaciers: str):
    begun = ask(room, document_id=glaciers).get_json()
    room.call(documents, "DELETE", f"/v1/documents/{glaciers}")
    assert compose(room) == [200]
    shown = room.show(begun["quiz_id"]).get_json()
    assert (shown["status"], shown["detail"]) == ("failed", "The document is gone.")
    assert room.record().open == () and room.all(SETS) == []


def test_a_composition_that_never_comes_has_failed_in_the_end(room: Room, glaciers: str):
    quiz_id = ask(room, document_id=glaciers).get_json()["quiz_id"]
    room.world.clock.advance(hours=1)
    assert room.show(quiz_id).get_json()["status"] == "failed"
    assert compose(room) == [200]
    assert (room.quiz(quiz_id).status, room.quiz(quiz_id).questions) == ("failed", ())


def test_a_limit_begins_when_the_questions_are_there(room: Room, glaciers: str):
    quiz_id = ask(room, document_id=glaciers, time_limit_seconds=60).get_json()["quiz_id"]
    room.world.clock.advance(minutes=10)
    compose(room)
    room.world.clock.advance(seconds=100)
    assert room.hand_in(quiz_id, {}).get_json()["seconds"] == 100


def test_a_topic_is_looked_for_in_the_learner_s_own_material(room: Room, glaciers: str):
    quiz = composed(room, topic="fjord valleys", question_count=3)
    assert (quiz["status"], quiz["title"]) == ("ready", "fjord valleys")
    begun = ask(room, "eve", topic="fjord valleys").get_json()
    compose(room)
    shown = room.show(begun["quiz_id"], "eve").get_json()
    assert (shown["status"], shown["question_count"]) == ("failed", 0)
    assert "nothing about it" in shown["detail"]


def test_material_without_a_fact_makes_no_quiz(room: Room, world: HandWorld, model: HandModel, afford: Any):
    document_id = take_in(world, "Hello. It was nice. They came along, and so it went.", document_id="chat")
    quiz = composed(room, document_id=document_id)
    assert (quiz["status"], quiz["question_count"], quiz["made_by"]) == ("failed", 0, "offline")
    assert "Nothing in the material" in quiz["detail"]


def test_the_lock_covers_what_was_composed(room: Room, glaciers: str):
    quiz = composed(room, document_id=glaciers, question_count=3)
    (entry,) = room.record().open
    assert [one.question_id for one in entry.questions] == [one["question_id"] for one in quiz["questions"]]
    for one in entry.questions:
        assert one.source_quote and one.source_quote in TEXT and one.hints[0].startswith("Look in “Glaciers”, page 1")
        told = json.dumps(one.hints)
        assert all(answer in ("True", "False") or answer not in told for answer in one.answers)


def test_no_message_carries_a_question(room: Room, glaciers: str):
    ask(room, document_id=glaciers)
    (message,) = [one for one in room.all(Query(MessageRecord)) if one.kind == "ComposeQuiz"]
    assert set(json.loads(message.payload)) == {"quiz_id", "user_id", "step"}
