"""Quizzes over HTTP: from the samples' bank to the results, and what teachers do to the bank."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from common import adapters
from infrastructure.samples import question_bank
from infrastructure.tools import seed
from infrastructure.tools.discovery import discover
from tests.functions.local_api import LocalApi

QUESTION: dict[str, Any] = {
    "category": "Astronomy",
    "content": {
        "kind": "single",
        "topic": "Planets",
        "difficulty": "easy",
        "bloom": "remember",
        "prompt": "Which planet is the largest?",
        "options": [{"text": "Jupiter", "correct": True}, {"text": "Saturn"}, {"text": "Mars"}],
        "explanation": "Jupiter has more than twice the mass of all other planets together.",
    },
}


@pytest.fixture(scope="module")
def ada(shared_api: LocalApi) -> str:
    seed.load_questions(adapters.world())
    shared_api.register("quiz-ada")
    return str(shared_api.login("quiz-ada")["access_token"])


@pytest.fixture(scope="module")
def eve(shared_api: LocalApi) -> str:
    shared_api.register("quiz-eve")
    return str(shared_api.login("quiz-eve")["access_token"])


def begin(api: LocalApi, token: str, **wished: Any) -> Any:
    answer = api.call("POST", "/v1/quizzes", {"category": "Biology", "question_count": 5, **wished}, token)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_the_samples_are_at_least_five_categories_of_ten(shared_api: LocalApi, ada: str):
    items = shared_api.call("GET", "/v1/quizzes/categories", token=ada).json["items"]
    counts = {one["category"]: one["question_count"] for one in items if one["category"] != "Astronomy"}
    assert len(counts) >= 5 and min(counts.values()) >= 10
    seed.load_questions(adapters.world())
    assert shared_api.call("GET", "/v1/quizzes/categories", token=ada).json["items"] == items


def test_the_samples_are_of_all_kinds_and_say_why(shared_api: LocalApi):
    samples = question_bank()
    assert {one.content.kind for one in samples} == {"single", "multiple", "true_false", "cloze", "short_text"}
    assert len({one.question_id for one in samples}) == len(samples)
    assert len({one.content.prompt for one in samples}) == len(samples)
    assert all(len(one.content.explanation) > 20 for one in samples)


def test_no_sample_gives_its_key_away_by_length():
    for content in (one.content for one in question_bank()):
        wrong = [len(option.text) for option in content.options if not option.correct]
        if wrong and content.kind == "single":
            assert len(content.key[0]) <= max(1.5 * max(wrong), max(wrong) + 8), content.prompt


def test_a_quiz_goes_from_the_category_to_the_result(shared_api: LocalApi, ada: str):
    quiz = begin(shared_api, ada)
    path = f"/v1/quizzes/{quiz['quiz_id']}"
    assert shared_api.call("GET", path, token=ada).json == quiz
    answers = {one["question_id"]: ["a"] if one["options"] else "heart" for one in quiz["questions"]}
    done = shared_api.call("POST", f"{path}/submissions", {"answers": answers}, ada)
    assert done.status_code == 201 and done.json["question_count"] == 5
    assert done.json["score"] == 100 * done.json["correct_count"] / 5
    shown = shared_api.call("GET", f"/v1/quizzes/results/{done.json['submission_id']}", token=ada)
    assert (shown.status_code, shown.json) == (200, done.json)
    page = shared_api.call("GET", "/v1/quizzes/results", token=ada).json
    assert page["items"][0]["submission_id"] == done.json["submission_id"]
    assert page["performance"]["attempts"] == 1
    assert shared_api.call("GET", path, token=ada).json["status"] == "submitted"


def test_a_repeat_with_a_key_is_the_same_quiz(shared_api: LocalApi, ada: str):
    body = {"category": "Mathematics", "question_count": 3}
    first, again = (shared_api.call("POST", "/v1/quizzes", body, ada, Idempotency_Key="quiz-1") for _ in range(2))
    assert (first.status_code, first.json) == (again.status_code, again.json)


def test_no_answer_of_any_function_tells_a_key_while_a_quiz_is_open(shared_api: LocalApi):
    """Every GET that a learner may ask without knowing more than their quiz, and the answers to wrong submissions."""
    shared_api.register("quiz-kay")
    token = shared_api.login("quiz-kay")["access_token"]
    known = {one.question_id: one.content for one in question_bank()}
    opened = [begin(shared_api, token, category=name) for name in ("Biology", "Mathematics", "World history")]
    asked = [known[question["question_id"]] for quiz in opened for question in quiz["questions"]]
    routes = [route for one in discover().values() for route in one.declaration.routes if route.method == "GET"]
    paths = {
        route.path.format(quiz_id=opened[0]["quiz_id"]) for route in routes if set(_named(route.path)) <= {"quiz_id"}
    }
    answers = [json.dumps(opened), *(shared_api.call("GET", path, token=token).text for path in sorted(paths))]
    for quiz in opened:
        path = f"/v1/quizzes/{quiz['quiz_id']}/submissions"
        wrong: tuple[object, ...] = (
            {"answers": {"nobodys": "x"}},
            {"answers": {quiz["questions"][0]["question_id"]: ["z"]}},
            {},
            [],
        )
        answers += [shared_api.call("POST", path, body, token).text for body in wrong]
        answers.append(
            shared_api.call("POST", "/v1/flashcards/mistakes", {"submission_id": quiz["quiz_id"]}, token).text
        )
    assert len(answers) > 40 and len(asked) == 15
    for content in asked:
        assert [answer for answer in answers if content.explanation in answer] == []
    documented = {"/openapi.json", "/docs"}  # which name the fields, and hold no quiz
    sent = [shared_api.call("GET", path, token=token).text for path in sorted(paths - documented)]
    for name in ("accepted", "correct_options", "correct_answers", "explanation", "telling", "hints"):
        assert [text for text in sent if f'"{name}"' in text] == [], name


def _named(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def test_anothers_quiz_and_result_are_not_there(shared_api: LocalApi, ada: str, eve: str):
    quiz_id = begin(shared_api, ada)["quiz_id"]
    path = f"/v1/quizzes/{quiz_id}"
    assert shared_api.call("GET", path, token=eve).status_code == 404
    assert shared_api.call("POST", f"{path}/submissions", {"answers": {}}, eve).status_code == 404
    assert shared_api.call("POST", f"{path}/submissions", {"answers": {}}, ada).status_code == 201
    assert shared_api.call("GET", f"/v1/quizzes/results/{quiz_id}", token=eve).status_code == 404
    assert shared_api.call("GET", "/v1/quizzes/results", token=eve).json["items"] == []


BAD = {
    "no object": (b"[]", 422),
    "answers missing": (b"{}", 422),
    "a list of answers": (b'{"answers": []}', 422),
    "a NUL": (b'{"answers": {"x": "a\\u0000b"}}', 422),
    "a NUL in a name": (b'{"answers": {"x\\u0000": "a"}}', 422),
    "a lone surrogate": (b'{"answers": {"x": "\\ud800"}}', 400),
    "a lone surrogate as a name": (b'{"answers": {"\\ud800": "x"}}', 400),
    "2**70 seconds": (b'{"answers": {}, "time_taken_seconds": %d}' % 2**70, 422),
    "NaN seconds": (b'{"answers": {}, "time_taken_seconds": NaN}', 422),
    "2**70 as an answer": (b'{"answers": {"x": %d}}' % 2**70, 422),
    "too many": (json.dumps({"answers": {f"q{n}": [] for n in range(51)}}).encode(), 422),
    "a score of one's own": (b'{"answers": {}, "score": 100}', 422),
}


@pytest.mark.parametrize(("body", "status"), BAD.values(), ids=BAD.keys())
def test_bad_answers_get_a_problem_and_store_nothing(shared_api: LocalApi, eve: str, body: bytes, status: int):
    quiz_id = _one_for(shared_api, eve)
    before = shared_api.stored()
    answer = shared_api.call("POST", f"/v1/quizzes/{quiz_id}/submissions", body, eve)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    assert shared_api.stored() == before


_made: dict[int, str] = {}


def _one_for(api: LocalApi, token: str) -> str:
    if id(api) not in _made:
        _made[id(api)] = begin(api, token)["quiz_id"]
    return _made[id(api)]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/quizzes"),
        ("GET", "/v1/quizzes/x"),
        ("GET", "/v1/quizzes/categories"),
        ("POST", "/v1/quizzes/x/submissions"),
        ("GET", "/v1/quizzes/results"),
        ("GET", "/v1/quizzes/results/x"),
        ("GET", "/v1/questions"),
    ],
)
def test_nobody_is_served_without_credentials(shared_api: LocalApi, method: str, path: str):
    assert shared_api.call(method, path, {}).status_code == 401


# The bank -----------------------------------------------------------------------------------------------------------


def test_a_learner_does_not_see_the_bank(shared_api: LocalApi, ada: str):
    for method, path in (("GET", ""), ("POST", ""), ("GET", "/x"), ("PUT", "/x"), ("POST", "/x/retirement")):
        assert shared_api.call(method, f"/v1/questions{path}", QUESTION, ada).status_code == 403


def test_a_teacher_adds_edits_and_retires_a_question(shared_api: LocalApi, admin: str, ada: str):
    made = shared_api.call("POST", "/v1/questions", QUESTION, admin)
    assert (made.status_code, made.json["version"], made.json["status"]) == (201, 1, "active")
    assert made.json["statistics"] == {"answers": 0, "difficulty": None, "discrimination": None}
    path = f"/v1/questions/{made.json['question_id']}"
    changed = {**QUESTION, "content": {**QUESTION["content"], "prompt": "Which planet has the largest mass?"}}
    edited = shared_api.call("PUT", path, changed, admin)
    assert (edited.status_code, edited.json["version"]) == (200, 2)
    assert shared_api.call("GET", path, token=admin).json == edited.json
    listed = shared_api.call("GET", "/v1/questions?category=Astronomy&status=active", token=admin).json["items"]
    assert listed == [edited.json]
    assert begin(shared_api, ada, category="Astronomy")["question_count"] == 1
    retired = shared_api.call("POST", f"{path}/retirement", {"reason": "It is asked twice."}, admin)
    assert (retired.json["status"], retired.json["retired_because"]) == ("retired", "It is asked twice.")
    assert shared_api.call("PUT", path, QUESTION, admin).json["code"] == "question_retired"
    assert shared_api.call("POST", "/v1/quizzes", {"category": "Astronomy"}, ada).status_code == 404
    assert shared_api.call("GET", "/v1/questions?category=Astronomy&status=active", token=admin).json["items"] == []


def test_a_category_can_be_a_key_of_the_catalogue(shared_api: LocalApi, admin: str):
    answer = shared_api.call("POST", "/v1/questions", {**QUESTION, "category": "__x__"}, admin)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/category")


WRONG: dict[str, dict[str, Any]] = {
    "two right of a single": {
        "options": [{"text": "a", "correct": True}, {"text": "b", "correct": True}, {"text": "c"}]
    },
    "none right": {"options": [{"text": "a"}, {"text": "b"}, {"text": "c"}]},
    "two the same": {"options": [{"text": "a", "correct": True}, {"text": "b"}, {"text": "B"}]},
    "two options": {"options": [{"text": "a", "correct": True}, {"text": "b"}]},
    "options and accepted": {"accepted": ["Jupiter"]},
    "all right of several": {"kind": "multiple", "options": [{"text": t, "correct": True} for t in "abc"]},
    "no true or false": {"kind": "true_false"},
    "a cloze without a gap": {"kind": "cloze"},
    "nothing accepted": {"kind": "short_text", "options": []},
    "no explanation": {"explanation": ""},
    "a control character": {"prompt": "What\u0007?"},
    "another kind": {"kind": "essay"},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_a_question_of_a_wrong_form_is_refused(shared_api: LocalApi, admin: str, change: dict[str, Any]):
    body = {**QUESTION, "content": {**QUESTION["content"], **change}}
    answer = shared_api.call("POST", "/v1/questions", body, admin)
    assert answer.status_code == 422 and answer.json["errors"][0]["pointer"].startswith("/content"), answer.text
