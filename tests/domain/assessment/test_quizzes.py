"""A quiz is drawn, frozen and shown, at a cost that does not grow with the bank or with history."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.assessment import bank
from common.domain.assessment.bodies import Answers, NewQuestion, NewQuiz, Retirement
from common.domain.assessment.content import DIFFICULTIES, Content, Option
from common.domain.assessment.drafts import Draft
from common.domain.assessment.generation import _id_of
from common.domain.assessment.issuing import MOST_OPEN, frozen
from common.domain.assessment.material import Material
from common.domain.assessment.quizzes import begin
from common.domain.assessment.submission import submit
from common.ports import Caller
from common.triggers.invocation import StagingQueue
from functions.quiz_generate.main import quiz_generate
from functions.quizzes.main import quizzes
from tests.domain.assessment.material import TEXT, chunks_of
from tests.domain.assessment.room import Room, content
from tests.triggers.world import HandWorld, problem


def test_a_quiz_has_the_questions_asked_for_and_no_word_of_the_key(room: Room):
    room.fill(content(number) for number in range(30))
    quiz = room.begin(question_count=12)
    assert (quiz["status"], quiz["question_count"], quiz["asked_count"], quiz["made_by"]) == ("ready", 12, 12, "bank")
    assert len({one["question_id"] for one in quiz["questions"]}) == 12
    assert {tuple(one) for one in quiz["questions"]} == {
        ("question_id", "kind", "topic", "difficulty", "prompt", "options")
    }
    assert {tuple(option) for one in quiz["questions"] for option in one["options"]} == {("option_id", "text")}
    assert room.show(quiz["quiz_id"]).get_json() == quiz


def test_options_are_shuffled_so_that_no_letter_is_right_more_often(room: Room):
    room.fill(content(number) for number in range(50))
    letters = [
        letter
        for each in range(4)
        for (letter,) in room.right(room.begin(f"{each}", question_count=50)["quiz_id"]).values()
    ]
    assert all(25 <= letters.count(letter) <= 75 for letter in "abcd"), letters


def test_no_question_comes_again_before_all_others_came(room: Room):
    room.fill(content(number) for number in range(20))
    first, second = room.begin(question_count=10), room.begin(question_count=10)
    assert len({one["question_id"] for quiz in (first, second) for one in quiz["questions"]}) == 20


def test_every_question_of_a_large_bank_is_drawn_sometimes(room: Room):
    room.fill(content(number) for number in range(60))
    met = {one["question_id"] for who in range(30) for one in room.begin(f"learner-{who}")["questions"]}
    assert len(met) > 55


def test_a_quiz_says_when_it_has_fewer_questions_than_asked(room: Room):
    room.fill(content(number) for number in range(3))
    quiz = room.begin(question_count=10)
    assert (quiz["question_count"], quiz["asked_count"]) == (3, 10)
    assert "no more" in quiz["detail"]


def test_difficulty_and_topic_narrow_a_category(room: Room):
    room.fill([content(n, DIFFICULTIES[n % 3], "odd" if n % 2 else "even") for n in range(60)])
    quiz = room.begin(difficulty="hard", topic="odd", question_count=5)
    assert {(one["difficulty"], one["topic"]) for one in quiz["questions"]} == {("hard", "odd")}
    answer = room.call(quiz_generate, "POST", "/v1/quizzes", {"category": "Numbers", "topic": "prime"})
    assert (answer.status_code, problem(answer)) == (409, "no_questions")


@pytest.mark.parametrize(
    "wished",
    [
        {},
        {"category": "Numbers", "document_id": "x"},
        {"document_id": "x", "course_id": "y"},
        {"category": "Numbers", "question_count": 0},
        {"category": "Numbers", "question_count": 51},
        {"category": "Numbers", "question_count": 2**70},
        {"category": "Numbers", "time_limit_seconds": 29},
        {"category": "Numbers", "difficulty": "brutal"},
        {"category": "Numbers", "difficulty": "hard", "adaptive": True},
        {"category": ""},
        {"category": "x" * 81},
        {"category": "Numbers", "user_id": "eve"},
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(room: Room, wished: dict[str, Any]):
    assert room.call(quiz_generate, "POST", "/v1/quizzes", wished).status_code == 422


@pytest.mark.parametrize("about", [{"category": "Numerology"}, {"document_id": "nobodys"}, {"course_id": "nobodys"}])
def test_what_is_not_there_makes_no_quiz(room: Room, about: dict[str, str]):
    room.fill([content(1)])
    answer = room.call(quiz_generate, "POST", "/v1/quizzes", about)
    assert (answer.status_code, problem(answer)) == (404, "not_found")


def test_a_learner_has_a_few_quizzes_open_and_no_more(room: Room):
    room.fill(content(number) for number in range(10))
    begun = [room.begin(time_limit_seconds=3600)["quiz_id"] for _ in range(MOST_OPEN)]
    refused = room.call(quiz_generate, "POST", "/v1/quizzes", {"category": "Numbers"})
    assert (refused.status_code, problem(refused)) == (409, "too_many_open_quizzes")
    room.hand_in(begun[0], {})
    room.begin()
    room.world.clock.advance(hours=1)
    for _ in range(MOST_OPEN - 1):
        room.begin()


def test_what_was_issued_stays_whatever_becomes_of_the_question(room: Room):
    room.fill([content(1)])
    quiz = room.begin()
    unit = room.unit()
    bank.edit("numbers-0", NewQuestion(category="Numbers", content=content(2)), unit, room.world.clock)
    unit.commit(room.world.patience())
    assert room.show(quiz["quiz_id"]).get_json() == quiz
    (result,) = room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"])).get_json()["results"]
    assert (result["prompt"], result["correct"]) == ("What is number 1?", True)
    (new,) = room.begin()["questions"]
    assert (new["prompt"], room.quiz(room.begin()["quiz_id"]).questions[0].version) == ("What is number 2?", 2)


def test_a_retired_question_is_not_asked_and_not_counted(room: Room):
    room.fill(content(number) for number in range(3))
    unit = room.unit()
    bank.retire("numbers-0", Retirement(reason="It is ambiguous."), unit, room.world.clock)
    unit.commit(room.world.patience())
    assert room.begin()["question_count"] == 2
    listed = room.call(quizzes, "GET", "/v1/quizzes/categories").get_json()
    assert listed == {"items": [{"category": "Numbers", "question_count": 2}]}


def test_the_catalogue_counts_what_there_is(room: Room):
    room.fill([content(n, DIFFICULTIES[n % 3]) for n in range(7)], "Primes")
    room.fill([content(n) for n in range(4)], "Evens")
    listed = room.call(quizzes, "GET", "/v1/quizzes/categories").get_json()["items"]
    assert listed == [{"category": "Evens", "question_count": 4}, {"category": "Primes", "question_count": 7}]


def test_what_is_there_already_is_not_taken_in_again(room: Room):
    for _ in range(2):
        room.fill(content(number) for number in range(5))
    assert room.call(quizzes, "GET", "/v1/quizzes/categories").get_json()["items"][0]["question_count"] == 5


# No key in any answer before the submission --------------------------------------------------------------------------


def of_every_kind() -> list[Content]:
    """A question of each kind, whose key and explanation hold the word that may not be seen."""

    def made(kind: str, **more: Any) -> Content:
        about: dict[str, Any] = {"topic": "t", "difficulty": "easy", "bloom": "apply", "explanation": "EXPLAINS it."}
        return Content(kind=kind, prompt=more.pop("prompt", f"A {kind}?"), **about, **more)

    wrong = (Option(text="no"), Option(text="nope"))
    one, two = Option(text="yes", correct=True), Option(text="aye", correct=True)
    true = (Option(text="True", correct=True), Option(text="False"))
    return [
        made("single", options=(one, *wrong)),
        made("multiple", options=(one, two, *wrong)),
        made("true_false", options=true),
        made("cloze", prompt="It is ____.", options=(one, *wrong)),
        made("cloze", prompt="It is called ____.", accepted=("SECRET",)),
        made("short_text", accepted=("SECRET",)),
    ]


def test_no_answer_before_the_submission_holds_a_key(room: Room):
    room.fill(of_every_kind())
    quiz = room.begin()
    bodies = [json.dumps(quiz), *(room.show(quiz["quiz_id"]).get_data(as_text=True) for _ in range(2))]
    bodies += [room.call(quizzes, "GET", "/v1/quizzes/categories").get_data(as_text=True), json.dumps(room.results())]
    bodies.append(room.hand_in(quiz["quiz_id"], {"x": "y"}).get_data(as_text=True))
    bodies.append(room.hand_in(quiz["quiz_id"], {}, who="eve").get_data(as_text=True))
    for word in ("SECRET", "EXPLAINS", "correct", "accepted", "explanation", '"key"', "hints"):
        assert [body for body in bodies if word in body] == [], word
    result = room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"])).get_json()
    assert (result["score"], result["question_count"]) == (100, 6)


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=3), min_size=4, max_size=4, unique=True), st.text(max_size=9))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_nothing_that_is_shown_follows_from_which_option_is_right(texts: list[str], seed: str):
    """Who knows the code and the seed computes the shuffle: it must lead to no key."""
    shown = set()
    for right in range(4):
        options = tuple(Option(text=text, correct=at == right) for at, text in enumerate(texts))
        key_first = sorted(options, key=lambda one: not one.correct)  # as questions are made
        made = content(1).model_copy(update={"options": tuple(key_first)})
        shown.add(tuple((one.option_id, one.text) for one in frozen("q", 1, made, seed, counts=False).options))
    assert len(shown) == 1


def test_the_id_of_a_generated_question_follows_from_what_is_shown():
    statement = Material(chunks_of(TEXT)).statements[0]

    def named(right: str, *wrong: str) -> str:
        return _id_of(Draft("single", "What is it called?", (right,), wrong, statement, "easy"))

    assert named("fjord", "cirque", "firn") == named("firn", "cirque", "fjord") != named("fjord", "cirque", "moraine")
    assert _id_of(Draft("cloze", "It is ____.", ("a",), (), statement, "easy")) == _id_of(
        Draft("cloze", "It is ____.", ("b",), (), statement, "easy")
    )


# Cost ---------------------------------------------------------------------------------------------------------------


def cost_of(room: Room, work: Any) -> tuple[int, int, int]:
    unit = room.unit()
    work(unit)
    unit.commit(room.world.patience())
    return unit.billed.reads, unit.billed.writes, unit.billed.deletes


def begun(room: Room, world: HandWorld, who: str, **wished: Any) -> tuple[int, int, int]:
    made = NewQuiz(**{"category": "Numbers", **wished})
    return cost_of(
        room,
        lambda unit: begin(Caller(who, "learner"), made, unit, StagingQueue(world, unit), world.clock, world.ids),
    )


@pytest.mark.parametrize("size", [30, 600])
def test_a_quiz_costs_the_same_however_large_the_bank_is(room: Room, world: HandWorld, size: int):
    room.fill(content(number) for number in range(size))
    for who in range(8):
        reads, writes, deletes = begun(room, world, f"learner-{who}", question_count=10)
        assert reads <= 2 + 26 and (writes, deletes) == (2, 0)


def test_a_submission_costs_two_reads_and_three_writes_after_any_history(room: Room, world: HandWorld):
    room.fill(content(number) for number in range(10))
    costs = set()
    for turn in range(30):
        quiz = room.begin()
        if turn in (0, 5, 29):
            answers = Answers(answers=room.right(quiz["quiz_id"]))
            costs.add(
                cost_of(
                    room,
                    lambda unit, quiz=quiz, answers=answers: submit(
                        Caller("ada", "learner"), quiz["quiz_id"], answers, unit, StagingQueue(world, unit), world.clock
                    ),
                )
            )
        else:
            room.hand_in(quiz["quiz_id"], {})
    assert costs == {(2, 3, 0)}
