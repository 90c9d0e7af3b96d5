"""Handing in: over all questions, once, by the server's key and clock."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from common.domain.assessment import lock, results
from common.domain.assessment.content import Content
from tests.domain.assessment.room import SUBMISSIONS, Room, content
from tests.triggers.world import problem


@pytest.fixture
def quiz(room: Room) -> Any:
    room.fill(content(number) for number in range(10))
    return room.begin()


def test_all_right_is_a_hundred_per_cent_with_reasons(room: Room, quiz: Any):
    answer = room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"]))
    result = answer.get_json()
    assert (answer.status_code, result["score"], result["correct_count"], result["question_count"]) == (
        201,
        100,
        10,
        10,
    )
    assert all(one["correct"] and one["explanation"] and one["correct_options"] for one in result["results"])
    assert [one["question_id"] for one in result["results"]] == [one["question_id"] for one in quiz["questions"]]


def test_one_right_answer_of_ten_scores_ten_per_cent(room: Room, quiz: Any):
    result = room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"], 1)).get_json()
    assert (result["score"], result["correct_count"], result["question_count"]) == (10, 1, 10)


def test_no_answer_at_all_is_a_submission_that_scores_nothing(room: Room, quiz: Any):
    result = room.hand_in(quiz["quiz_id"], {}).get_json()
    assert (result["score"], [one["given"] for one in result["results"]]) == (0, [None] * 10)
    assert room.results()["items"][0]["score"] == 0


def test_an_empty_choice_is_no_answer(room: Room, quiz: Any):
    question_id = quiz["questions"][0]["question_id"]
    result = room.hand_in(quiz["quiz_id"], {question_id: []}).get_json()
    assert result["results"][0]["given"] is None
    assert room.hand_in(quiz["quiz_id"], {}).get_json() == result, "and so they are the same answers"


def test_the_same_answers_again_get_the_same_result(room: Room, quiz: Any):
    given = room.right(quiz["quiz_id"], 7)
    first = room.hand_in(quiz["quiz_id"], given)
    room.world.clock.advance(days=3)
    again = room.hand_in(quiz["quiz_id"], dict(reversed(given.items())), time_taken_seconds=7)
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert len(room.all(SUBMISSIONS)) == len(room.told()) == 1


def test_other_answers_after_the_first_are_refused(room: Room, quiz: Any):
    assert room.hand_in(quiz["quiz_id"], room.wrong(quiz["quiz_id"])).get_json()["score"] == 0
    answer = room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"]))
    assert (answer.status_code, problem(answer)) == (409, "already_submitted")
    assert room.results()["items"][0]["score"] == 0


def test_another_learners_quiz_is_not_there(room: Room, quiz: Any):
    assert room.hand_in(quiz["quiz_id"], {}, who="eve").status_code == 404
    assert room.show(quiz["quiz_id"], who="eve").status_code == 404
    assert room.hand_in("nobodys", {}).status_code == 404


def test_an_expired_quiz_takes_no_submission(room: Room, quiz: Any):
    limited = room.begin(time_limit_seconds=60)
    room.world.clock.advance(seconds=60)
    answer = room.hand_in(limited["quiz_id"], room.right(limited["quiz_id"]))
    assert (answer.status_code, problem(answer)) == (409, "quiz_expired")
    assert room.show(limited["quiz_id"]).get_json()["status"] == "expired"
    assert room.show(quiz["quiz_id"]).get_json()["status"] == "ready"
    room.begin()  # which forgets the expired one
    assert problem(room.hand_in(limited["quiz_id"], {})) == "quiz_expired"


def test_the_last_moment_is_in_time(room: Room, quiz: Any):
    limited = room.begin(time_limit_seconds=60)
    room.world.clock.advance(seconds=59)
    assert room.hand_in(limited["quiz_id"], {}).get_json()["seconds"] == 59


def test_the_server_measures_the_time(room: Room, quiz: Any):
    room.world.clock.advance(minutes=5)
    result = room.hand_in(quiz["quiz_id"], {}, time_taken_seconds=0.1).get_json()
    assert result["seconds"] == 300
    assert json.loads(room.told()[0].payload)["seconds"] == 300


def test_a_clock_that_went_back_takes_no_time(room: Room, quiz: Any):
    room.world.clock.advance(minutes=-5)
    assert room.hand_in(quiz["quiz_id"], {}).get_json()["seconds"] == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (lambda one: {"nobodys": ["a"]}, "unknown_question"),
        (lambda one: {one: ["z"]}, "unknown_option"),
        (lambda one: {one: ["a", "b"]}, "too_many_options"),
        (lambda one: {one: "RIGHT 1"}, "options_expected"),
    ],
)
def test_what_fits_no_question_is_refused_by_its_place_and_uses_nothing_up(
    room: Room, quiz: Any, given: Any, code: str
):
    answer = room.hand_in(quiz["quiz_id"], given(quiz["questions"][0]["question_id"]))
    fault = answer.get_json()["errors"][0]
    assert (answer.status_code, fault["code"]) == (422, code)
    assert fault["pointer"].startswith("/answers/")
    assert room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"])).get_json()["score"] == 100


@pytest.mark.parametrize("given", [7, None, 2**70, [7], [None], ["a"] * 9, "x" * 201, {"a": "b"}])
def test_an_answer_of_another_shape_is_refused(room: Room, quiz: Any, given: object):
    assert room.hand_in(quiz["quiz_id"], {quiz["questions"][0]["question_id"]: given}).status_code == 422


def test_fifty_copies_at_once_are_one_submission(room: Room, quiz: Any):
    given = room.right(quiz["quiz_id"], 6)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: room.hand_in(quiz["quiz_id"], given), range(50)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.get_data(as_text=True) for one in answers}) == 1
    assert len(room.all(SUBMISSIONS)) == len(room.told()) == room.record().attempts == 1


def test_of_fifty_different_ones_at_once_one_counts(room: Room, quiz: Any):
    choices = [{quiz["questions"][at % 10]["question_id"]: ["abcd"[at % 4]]} for at in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda one: room.hand_in(quiz["quiz_id"], one), choices))
    assert sorted({one.status_code for one in answers}) == [201, 409]
    assert len(room.all(SUBMISSIONS)) == len(room.told()) == room.record().attempts == 1


def test_fifty_learners_at_once_are_fifty_submissions(room: Room, quiz: Any):
    learners = [f"learner-{number}" for number in range(50)]
    begun = {who: room.begin(who)["quiz_id"] for who in learners}
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda who: room.hand_in(begun[who], {}, who), learners))
    assert {one.status_code for one in answers} == {201}
    assert {one.user_id for one in room.all(SUBMISSIONS)} == {json.loads(one.payload)["user_id"] for one in room.told()}
    assert len(room.all(SUBMISSIONS)) == 50


def test_what_happened_is_told_once_with_its_topics(room: Room, quiz: Any):
    room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"], 4))
    (told,) = room.told()
    said = json.loads(told.payload)
    assert (said["kind"], said["subject_id"], said["user_id"]) == ("quiz_submitted", quiz["quiz_id"], "ada")
    assert (said["score"], said["topics"]) == (0.4, [{"topic": "Counting", "correct": 4, "of": 10}])


def test_what_was_wrong_is_there_for_review(room: Room, quiz: Any):
    room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"], 8))
    wrong = results.wrong_answers("ada", quiz["quiz_id"], room.unit())
    assert [one.question_id for one in wrong] == [one["question_id"] for one in quiz["questions"][8:]]
    assert all(one.answers[0].startswith("RIGHT") and one.explanation and one.prompt for one in wrong)


# What is written ----------------------------------------------------------------------------------------------------


def written(prompt: str, *accepted: str, exact: bool = False) -> Content:
    return Content(
        kind="short_text", topic="Words", difficulty="easy", bloom="remember", prompt=prompt, accepted=accepted,
        exact=exact, explanation="It is called so.",
    )  # fmt: skip


def test_a_written_answer_is_compared_by_a_rule_that_is_shown(room: Room):
    room.fill([written("What makes leaves green?", "chlorophyll")])
    for given, rule in (("The Chlorophyll.", "same"), ("chlorophyl", "spelling"), ("carotene", "different")):
        quiz = room.begin(question_count=1)
        question = quiz["questions"][0]
        assert question["options"] == []
        (result,) = room.hand_in(quiz["quiz_id"], {question["question_id"]: given}).get_json()["results"]
        assert (result["rule"], result["correct"]) == (rule, rule != "different")
        assert (result["given"], result["correct_answers"]) == (given, ["chlorophyll"])


def test_options_are_no_answer_to_what_is_to_be_written(room: Room):
    room.fill([written("What makes leaves green?", "chlorophyll")])
    quiz = room.begin(question_count=1)
    answer = room.hand_in(quiz["quiz_id"], {quiz["questions"][0]["question_id"]: ["a"]})
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "text_expected")


# The tutor's lock ---------------------------------------------------------------------------------------------------


def test_the_lock_knows_the_questions_of_open_quizzes_at_one_read(room: Room, quiz: Any):
    unit = room.unit()
    open_ones = lock.open_questions("ada", unit, room.world.clock.now())
    assert (unit.billed.reads, len(open_ones)) == (1, 10)
    assert {one.question_id for one in open_ones} == {one["question_id"] for one in quiz["questions"]}
    for one in open_ones:
        assert one.answers[0].startswith("RIGHT") and len(one.options) == 4
        assert one.hints and not any("RIGHT" in hint for hint in one.hints)


def test_handing_in_and_time_open_the_lock(room: Room, quiz: Any):
    limited = room.begin(time_limit_seconds=60)
    assert len(lock.open_questions("ada", room.unit(), room.world.clock.now())) == 20
    room.world.clock.advance(seconds=60)
    still = lock.open_questions("ada", room.unit(), room.world.clock.now())
    assert {one.expires_at.isoformat()[:19] for one in still} == {quiz["expires_at"][:19]} and len(still) == 10
    room.hand_in(quiz["quiz_id"], {})
    assert lock.open_questions("ada", room.unit(), room.world.clock.now()) == ()
    assert limited["quiz_id"] not in str(lock.open_questions("eve", room.unit(), room.world.clock.now()))
