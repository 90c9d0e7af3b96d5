"""Quizzes through their own functions, over SQLite, with a clock in the test's hands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from flask import Response

from common.domain.assessment import bank
from common.domain.assessment.bodies import NewQuestion
from common.domain.assessment.content import Content, Difficulty, Option
from common.domain.assessment.models import LearnerRecord, Question, Quiz, Submission
from common.ports import Document, Query
from common.ports.queue import MessageRecord
from common.triggers.entry import Endpoint
from common.triggers.unit_of_work import Billed, UnitOfWork, parse
from functions.quiz_generate.main import quiz_generate
from functions.quiz_results.main import quiz_results
from functions.quiz_submit.main import quiz_submit
from functions.quizzes.main import quizzes
from tests.triggers.world import HandWorld, send

D = TypeVar("D", bound=Document)
MESSAGES = Query(MessageRecord)
SUBMISSIONS = Query(Submission)
QUESTIONS = Query(Question)


def content(number: int, difficulty: Difficulty = "medium", topic: str = "Counting") -> Content:
    """A question with four options, of which RIGHT is right."""
    options = (Option(text=f"RIGHT {number}", correct=True), *(Option(text=f"wrong {each}") for each in "uvw"))
    return Content(
        kind="single",
        topic=topic,
        difficulty=difficulty,
        bloom="remember",
        prompt=f"What is number {number}?",
        options=options,
        explanation=f"Because {number} is so.",
    )


class Room:
    """What learners do with quizzes."""

    def __init__(self, world: HandWorld) -> None:
        self.world = world

    def call(self, function: Endpoint, method: str, path: str, body: object = None, who: str = "ada") -> Response:
        return send(function, method, path, body, {"Authorization": f"Bearer {who}"})

    def unit(self) -> UnitOfWork:
        return UnitOfWork(self.world.database, Billed())

    def fill(self, contents: Iterable[Content], category: str = "Numbers") -> None:
        """Put questions into the bank."""
        wished = [NewQuestion(category=category, content=one) for one in contents]
        for first in range(0, len(wished), 100):
            some, unit = wished[first : first + 100], self.unit()
            keys = [f"{category.lower()}-{first + at}" for at in range(len(some))]
            bank.take_in(some, keys, "tests", unit, self.world.clock.now())
            unit.commit(self.world.patience())

    def begin(self, who: str = "ada", **wished: Any) -> Any:
        """A quiz that is ready."""
        answer = self.call(quiz_generate, "POST", "/v1/quizzes", {"category": "Numbers", **wished}, who)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.get_json()

    def hand_in(self, quiz_id: str, answers: object, who: str = "ada", **more: object) -> Response:
        body = {"answers": answers, **more}
        return self.call(quiz_submit, "POST", f"/v1/quizzes/{quiz_id}/submissions", body, who)

    def show(self, quiz_id: str, who: str = "ada") -> Response:
        return self.call(quizzes, "GET", f"/v1/quizzes/{quiz_id}", who=who)

    def results(self, query: str = "", who: str = "ada") -> Any:
        return self.call(quiz_results, "GET", f"/v1/quizzes/results{query}", who=who).get_json()

    def right(self, quiz_id: str, count: int | None = None) -> dict[str, Any]:
        """The right answers of the first `count` questions, as only the server knows them."""
        quiz = self.quiz(quiz_id)
        return {one.question_id: list(one.correct_options) or one.accepted[0] for one in quiz.questions[:count]}

    def wrong(self, quiz_id: str) -> dict[str, Any]:
        """A wrong option for each question."""
        quiz = self.quiz(quiz_id)
        return {one.question_id: [next(o.option_id for o in one.options if not o.correct)] for one in quiz.questions}

    def quiz(self, quiz_id: str) -> Quiz:
        found = self.world.stored(Quiz, quiz_id)
        assert found
        return found

    def record(self, who: str = "ada") -> LearnerRecord:
        return self.world.stored(LearnerRecord, who) or LearnerRecord(user_id=who)

    def all(self, query: Query[D]) -> list[D]:
        return [parse(query.model, stored) for stored in self.world.database.query(query, {}, 1000, None)]

    def told(self) -> list[MessageRecord]:
        """The activities that were staged."""
        return [one for one in self.all(MESSAGES) if one.kind == "ActivityHappened"]
