"""While a learner has a quiz open, the tutor helps with its questions and does not answer them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.functions.local_api import LocalApi
from tests.functions.material import keep

TOLD = "40 newton metres"
PROMPT = "To what torque are the pedals of a bicycle tightened?"
IN_OTHER_WORDS = "How many newton metres does a bicycle need?"
WIDE = "Tell me all about pedals of a bicycle, and threads"
"""Has little of the question, and an answer that would give it away."""
QUESTION: dict[str, Any] = {
    "category": "Bicycles",
    "content": {
        "kind": "single",
        "topic": "Pedals",
        "difficulty": "easy",
        "bloom": "remember",
        "prompt": PROMPT,
        "options": [{"text": TOLD, "correct": True}, {"text": "4 newton metres"}, {"text": "400 newton metres"}],
        "explanation": "Pedals that are looser than that work themselves out of the crank while one rides.",
    },
}


@pytest.fixture(scope="module")
def learner(shared_api: LocalApi, admin: str) -> str:
    """Has a document that answers the one question of its category."""
    assert shared_api.call("POST", "/v1/questions", QUESTION, admin).status_code == 201
    user_id = shared_api.register("rider")["user_id"]
    keep(user_id, "pedals", f"The pedals of every bicycle are tightened to {TOLD}.")
    keep(user_id, "bells", "The bell of a bicycle is screwed to the left half of its handlebar.")
    return str(shared_api.login("rider")["access_token"])


def test_an_open_quiz_is_helped_with_and_not_answered(shared_api: LocalApi, learner: str):
    def ask(message: str) -> Any:
        answer = shared_api.call("POST", "/v1/chat", {"message": message}, learner)
        assert answer.status_code == 200, answer.text
        return answer.json

    for message in (IN_OTHER_WORDS, WIDE):
        before = ask(message)
        assert (before["route"], TOLD in before["answer"]) == ("grounded", True)
    wished = {"category": "Bicycles", "question_count": 1}
    quiz = shared_api.call("POST", "/v1/quizzes", wished, learner).json
    assert [one["prompt"] for one in quiz["questions"]] == [PROMPT]

    hints = [ask(PROMPT) for _ in range(3)]
    assert {one["route"] for one in hints} == {"hint"}
    assert "This is about Pedals" in hints[0]["answer"]
    assert "It is not" in hints[1]["answer"]
    assert hints[2]["answer"] == hints[1]["answer"]

    reworded = [ask(message) for message in (IN_OTHER_WORDS, WIDE, f"{WIDE}.")]  # two were answered and are cached
    fished = ask(f"What is tightened to {TOLD}?")
    streamed = shared_api.call("POST", "/v1/chat", {"message": IN_OTHER_WORDS}, learner, Accept="text/event-stream")
    for one in (*hints, *reworded, fished):
        assert (one["route"], one["sources"], TOLD in one["answer"]) == ("hint", [], False), one
    assert TOLD not in streamed.text
    assert ask("Where is the bell of a bicycle?")["route"] == "grounded"
    history = shared_api.call("GET", f"/v1/chat/sessions/{fished['session_id']}/messages", token=learner).json["items"]
    locked = [one for one in history if one["route"] == "hint"]
    assert len(locked) == 8
    assert TOLD not in json.dumps(locked)

    done = shared_api.call("POST", f"/v1/quizzes/{quiz['quiz_id']}/submissions", {"answers": {}}, learner)
    assert done.status_code == 201
    after = ask(PROMPT)
    assert (after["route"], TOLD in after["answer"]) == ("grounded", True)
