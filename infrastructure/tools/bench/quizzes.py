"""Handing in a quiz with its activity, and a page of results: as fast as it goes."""

import functools
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from common.domain.assessment import grading, issuing
from common.domain.assessment.models import IssuedQuestion, LearnerRecord, Quiz, Subject, Submission
from common.ports import Document
from common.ports.database import Write
from infrastructure.samples import question_bank
from infrastructure.tools.bench import clients, loads
from infrastructure.tools.bench.clients import Call, Load
from infrastructure.tools.bench.report import Table
from infrastructure.tools.bench.run import Bench, Server

WANTED = {("submit", 8): 800, ("results", 8): 2_000}
"""A second."""
QUESTIONS = 10
TIMES = 5
"""Learners for one of the other sections: each hands in one quiz a measurement, as learners do."""
SECONDS = 2.0
"""Of one measurement of submissions at most: so many quizzes are open, and none is handed in twice."""
WITH_RESULTS, RESULTS = 400, 25
"""Learners who have results, and how many each."""
A_BATCH = 400
SUBJECT = Subject(category="Biology")


def quizzes(bench: Bench) -> Table:
    """A submission of ten answers (two reads, three writes and a task), and the first page of 20 results."""
    rounds = f"{bench.effort.rounds} rounds"
    table = Table(
        "quizzes", f"handing in ten answers, with its task, and a page of 20 results ({rounds})", loads.COLUMNS
    )
    more = replace(bench, effort=replace(bench.effort, learners=TIMES * bench.effort.learners))
    measured: dict[tuple[str, int], list[Load]] = {}
    with more.server() as server:
        _write(server, _results(server))
        for turn in range(bench.effort.rounds):
            for connections in loads.CONNECTIONS:
                file = server.data / f"bench-{connections}"
                _write(server, _open(server, f"{turn}-{connections}"))
                calls = list(_submissions(server, f"{turn}-{connections}"))
                seconds = min(SECONDS, bench.effort.seconds)
                load = clients.each(server.port, calls, file, connections, seconds)
                measured.setdefault(("submit", connections), []).append(load)
                server.drain()
                load = clients.each(server.port, list(_pages(server)), file, connections, bench.effort.seconds)
                measured.setdefault(("results", connections), []).append(load)
    table.rows = [
        loads.row(f"{name}, {count} at once", found, rate=WANTED.get((name, count)))
        for (name, count), found in sorted(measured.items())
    ]
    table.notes.append(f"{len(server.tokens)} learners in turn, each with one open quiz of {QUESTIONS} questions")
    table.notes.append(loads.made_by())
    return table


def _pages(server: Server) -> Iterator[Call]:
    for token in server.tokens[:WITH_RESULTS]:
        yield Call("GET", "/v1/quizzes/results", {"Authorization": f"Bearer {token}"})


def _submissions(server: Server, turn: str) -> Iterator[Call]:
    answers = {one.question_id: ["a"] if one.options else "heart" for one in _questions()}
    for user_id, token in zip(server.user_ids, server.tokens, strict=True):
        path = f"/v1/quizzes/{_quiz_id(user_id, turn)}/submissions"
        yield Call.json(path, {"answers": answers}, Authorization=f"Bearer {token}")


def _open(server: Server, turn: str) -> Iterator[Document]:
    """A quiz for every learner, and the record in which it is open."""
    now = server.world.clock.now()
    for user_id in server.user_ids:
        quiz = _quiz(user_id, turn, now)
        yield quiz
        yield issuing.opened(LearnerRecord(user_id=user_id), quiz, now)


def _results(server: Server) -> Iterator[Document]:
    now = server.world.clock.now()
    graded = grading.grade({}, _questions())
    for user_id in server.user_ids[:WITH_RESULTS]:
        for number in range(RESULTS):
            yield Submission(
                submission_id=_quiz_id(user_id, f"before-{number}"), user_id=user_id, title="Biology", subject=SUBJECT,
                answers="{}", wrong=graded.wrong, score=graded.score, correct=graded.correct, of=QUESTIONS,
                topics=graded.topics, seconds=300, issued_at=now, submitted_at=now,
            )  # fmt: skip


def _quiz_id(user_id: str, turn: str) -> str:
    return f"{user_id}-{turn}"


def _quiz(user_id: str, turn: str, now: datetime) -> Quiz:
    return Quiz(
        quiz_id=_quiz_id(user_id, turn),
        user_id=user_id,
        subject=SUBJECT,
        title="Biology",
        asked=QUESTIONS,
        questions=_questions(),
        issued_at=now,
        expires_at=issuing.end_of(None, now),
    )


@functools.cache
def _questions() -> tuple[IssuedQuestion, ...]:
    samples = question_bank()[:QUESTIONS]
    return tuple(issuing.frozen(one.question_id, 1, one.content, "bench", counts=True) for one in samples)


def _write(server: Server, documents: Iterator[Document]) -> None:
    waiting = list(documents)
    for first in range(0, len(waiting), A_BATCH):
        some = waiting[first : first + A_BATCH]
        server.world.database.commit([Write("set", type(one), one.stored_id, document=one) for one in some])
