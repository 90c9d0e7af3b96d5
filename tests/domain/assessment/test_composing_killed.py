"""Compositions that are killed, refused, doubled and raced at any call: one quiz comes of it, and is paid for once."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any, cast

import pytest

from common import adapters, logs
from common.domain.assessment.models import LearnerRecord, QuestionSet, Quiz
from common.domain.courses.models import Course, LearnerCourses
from common.domain.tutoring.ledger import AiCall
from common.ports import Query, TextModel
from common.ports.ai import S, StructuredReply, TextRequest
from common.ports.database import DatabaseUnavailable, Write
from functions.quiz_compose.main import quiz_compose
from tests.domain.assessment.composer import ask
from tests.domain.assessment.material import FILM, HandModel, take_in, written
from tests.domain.assessment.room import MESSAGES, Room
from tests.triggers.processes import Fate, Process, SteppedDatabase, SteppedTasks, world_here
from tests.triggers.world import START, HandWorld, deliver

FAULTS = 4
"""Fewer than the attempts of the task: no schedule may end in a dead letter."""
FJORD = "A valley that was widened by ice and then drowned by the sea is called a fjord."
SHUTTER = "The blades that open and close in front of the film are called a shutter."


class SteppedModel(HandModel):
    """A model that its process stops before; what it wrote was paid for, whoever died of it."""

    def __init__(self, inner: HandModel, process: Process, paid: Counter[Process]) -> None:
        super().__init__()
        self._inner, self._process, self._paid = inner, process, paid

    def parse(self, request: TextRequest, shape: type[S]) -> StructuredReply[S]:
        self._paid[self._process] += 1
        return self._process.call(lambda: self._inner.parse(request, shape), DatabaseUnavailable)


class Schedule:
    """Deliveries of one quiz's compositions, at once and again, with faults where the seed has them."""

    def __init__(self, room: Room, seed: int, faults: int) -> None:
        self._room, self._random, self._faults = room, random.Random(seed), faults
        self._processes: list[Process] = []
        self._failures: Counter[str] = Counter()
        self.paid: Counter[Process] = Counter()
        """Replies of the model by delivery."""
        self.lost = 0
        """Those whose delivery came to no answer."""

    def run(self) -> None:
        for _ in range(40):
            waiting = [one.message_id for one in self._all() if one.status == "PENDING"]
            if not waiting:
                break
            for _ in range(self._random.randint(1, 3)):
                self._begin(self._random.choice(waiting))
            while self._processes:
                self._random.choice(self._processes).go_on(self._fate())
                self._processes = [one for one in self._processes if not one.over]
            self._room.world.clock.advance(minutes=4)  # a lease is over
        assert {one.status for one in self._all()} == {"DONE"}

    def again(self) -> None:
        """Deliver once more what was done."""
        for message in self._all():
            assert deliver(quiz_compose, message.message_id) == 200

    def _all(self) -> list[Any]:
        return [one for one in self._room.all(MESSAGES) if one.kind == "ComposeQuiz"]

    def _begin(self, message_id: str) -> None:
        def ended(status: Any) -> None:
            self._failures[message_id] += status in (None, 500)
            self.lost += self.paid[process] if status in (None, 500) else 0
            assert status in (None, 200, 409, 500), status

        work = lambda: deliver(quiz_compose, message_id, self._failures[message_id])  # noqa: E731
        process = Process(self._world, work, ended)
        self._processes.append(process)

    def _world(self, process: Process) -> HandWorld:
        shared = self._room.world
        world = HandWorld(shared.settings, SteppedDatabase(shared.database, process))
        world.clock, world.ids, world.embedder = shared.clock, shared.ids, shared.embedder
        world.deployment = shared.deployment
        world.text_model = cast(TextModel, SteppedModel(cast(HandModel, shared.text_model), process, self.paid))
        world.tasks = SteppedTasks(lambda _: None, process)  # type: ignore[assignment]
        return world

    def _fate(self) -> Fate:
        if self._faults and self._random.random() < 0.08:
            self._faults -= 1
            return self._random.choice(["die", "die_after", "refused"])
        return "go"


@pytest.fixture
def course(room: Room, model: HandModel, afford: Any) -> str:
    """A course of two documents, and a quiz of it that waits to be composed."""
    facts = {"course_id": "light", "teacher_id": "toni", "title": "Light", "created_by": "toni", "version": 1}
    open_course = Course.model_validate(facts | {"created_at": START, "updated_at": START})
    made = (open_course, LearnerCourses(user_id="ada", enrolled=("light",)))
    room.world.database.commit([Write("set", type(one), one.stored_id, document=one) for one in made])
    for document_id, more in (("glaciers", {}), ("film", {"text": FILM, "title": "Film"})):
        take_in(room.world, document_id=document_id, scope="course:light", course_id="light", user_id="toni", **more)
    fjord = written("What is a valley called that ice widened and the sea drowned?", "fjord", FJORD, *"xyz")
    shutter = written("What are the blades called that open in front of the film?", "shutter", SHUTTER, *"xyz")
    model.is_down = False
    model.writes = lambda request: [fjord if "fjord" in request.turns[0].text else shutter]
    return str(ask(room, course_id="light").get_json()["quiz_id"])


def compose(room: Room, seed: int, faults: int, monkeypatch: pytest.MonkeyPatch) -> Schedule:
    """Go through one schedule."""
    shared = room.world

    def here() -> HandWorld:
        try:
            return world_here()
        except AttributeError:
            return shared

    with monkeypatch.context() as patched:
        patched.setattr(adapters, "world", here)
        patched.setattr(logs, "_write", lambda *_: None)
        schedule = Schedule(room, seed, faults)
        schedule.run()
        schedule.again()
    return schedule


def outcome(room: Room, quiz_id: str) -> tuple[Any, ...]:
    """All that comes of a composition, but for when it did."""
    quiz = room.quiz(quiz_id)
    (entry,) = room.record().open
    sets = {one.document_id: (one.made_by, one.questions, one.dropped) for one in room.all(Query(QuestionSet))}
    shown = sorted(one.question_id for one in quiz.questions)
    locked = sorted(one.question_id for one in entry.questions)
    return (
        quiz.status,
        quiz.made_by,
        shown,
        locked,
        sets,
        len(room.all(Query(LearnerRecord))),
        len(room.all(Query(Quiz))),
    )


@pytest.mark.parametrize("seed", range(40))
def test_whatever_dies_one_quiz_comes_of_it(room: Room, course: str, seed: int, monkeypatch: pytest.MonkeyPatch):
    model = cast(HandModel, room.world.text_model)
    schedule = compose(room, seed, FAULTS if seed % 4 else 0, monkeypatch)
    status, made_by, shown, locked, sets, records, quizzes = outcome(room, course)
    assert (status, made_by, len(shown), records, quizzes) == ("ready", "model", 2, 1, 1)
    assert shown == locked == sorted(one.question_id for _, made, _ in sets.values() for one in made)
    answered = [one for one in room.all(Query(AiCall)) if one.outcome == "answered"]
    assert len(answered) == 2, "what was committed was paid for once"
    assert set(schedule.paid.values()) == {1}, "a delivery asks a model once at most"
    # A reply that dies with its delivery before the commit is lost; nothing else buys another.
    assert 2 <= len(model.asked) <= 2 + schedule.lost
    assert seed % 4 or len(model.asked) == 2, "duplicates and races alone cost nothing"
