"""Quizzes about material, asked for and composed."""

from __future__ import annotations

from typing import Any

from functions.quiz_compose.main import quiz_compose
from functions.quiz_generate.main import quiz_generate
from tests.domain.assessment.room import MESSAGES, Room
from tests.triggers.world import deliver


def ask(room: Room, who: str = "ada", **about: Any) -> Any:
    return room.call(quiz_generate, "POST", "/v1/quizzes", about, who)


def compose(room: Room, retries: int = 0) -> list[int]:
    """Deliver the compositions that wait; their statuses."""
    waiting = [one for one in room.all(MESSAGES) if one.kind == "ComposeQuiz" and one.status == "PENDING"]
    return [deliver(quiz_compose, one.message_id, retries) for one in waiting]


def composed(room: Room, **about: Any) -> Any:
    """A quiz about material, after all the work."""
    begun = ask(room, **about)
    assert begun.status_code == 202, begun.get_data(as_text=True)
    assert (begun.get_json()["status"], begun.get_json()["questions"]) == ("composing", [])
    assert compose(room) == [200]
    return room.show(begun.get_json()["quiz_id"]).get_json()
