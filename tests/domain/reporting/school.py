"""What learners, teachers and schedules do, through the functions that are deployed; the clock is the test's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Request
from werkzeug.test import EnvironBuilder

from common.domain.engagement.judgement import band
from common.domain.engagement.models import CourseRisk, Nudge, risk_id
from common.ports import Document, Query
from common.ports.database import Write
from common.ports.queue import MessageRecord
from common.ports.store import D, rfc3339
from common.triggers.declaration import Declaration
from common.triggers.entry import Endpoint
from common.triggers.unit_of_work import parse
from functions.activity_record.main import activity_record
from functions.chat.main import chat
from functions.course_drafts.main import course_drafts
from functions.courses.main import courses
from functions.dashboard.main import dashboard
from functions.enrollments.main import enrollments
from functions.learning_sessions.main import learning_sessions
from functions.lesson_completions.main import lesson_completions
from functions.quiz_generate.main import quiz_generate
from functions.quiz_submit.main import quiz_submit
from functions.register.main import register
from functions.stats_page.main import stats_page
from functions.stats_rollup.main import stats_rollup
from functions.top_list_refresh.main import top_list_refresh
from functions.users.main import users
from tests.domain.assessment.room import Room, content
from tests.domain.courses.classroom import Reply
from tests.domain.tutoring.lectern import Lectern
from tests.triggers.world import HandWorld, deliver, send

FUNCTIONS = (
    chat, course_drafts, courses, dashboard, enrollments, learning_sessions, lesson_completions, quiz_generate,
    quiz_submit, register, users,
)  # fmt: skip
CONSUMERS: dict[str, Endpoint] = {
    "ActivityHappened": activity_record, "RefreshTopList": top_list_refresh, "CountPage": stats_page,
}  # fmt: skip
LEFT_ALONE = {"MailRequested", "PlaceLapses"}
MESSAGES = Query(MessageRecord)


class School:
    """People by name; a request is of whoever it names."""

    def __init__(self, world: HandWorld) -> None:
        self.world = world
        self.room, self.lectern = Room(world), Lectern(world)
        self.room.fill(content(number) for number in range(20))

    # What people do ------------------------------------------------------------------------------------------------

    def call(self, who: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        """One request of somebody to the function whose route it is, and what it is billed."""
        bare, _, query = path.partition("?")
        asked = EnvironBuilder(
            path=bare, query_string=query, method=method, json=body, headers=[("Authorization", f"Bearer {who}")]
        )
        request = Request(asked.get_environ())
        response = _function(method, bare)(request)
        billed = request.environ["scholium.billed"]
        cost = (billed.reads, billed.writes, billed.deletes)
        return Reply(response.status_code, response.get_json(silent=True), cost)

    def done(self, who: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What a request that succeeds is answered."""
        reply = self.call(who, method, path, body)
        assert reply.status in (200, 201, 202, 204), reply.json
        return reply.json

    def join(self, name: str) -> str:
        """A new learner; their id, by which they are called from then on."""
        form = {"username": name, "email": f"{name}@example.org", "password": "the-engine-weaves"}
        return str(self.done("nobody", "POST", "/v1/users", form)["user_id"])

    def open_course(self, title: str = "Algebra", lessons: int = 2, **fields: Any) -> str:
        """A published course of toni's with two modules of so many lessons."""
        course_id = str(self.done("toni", "POST", "/v1/courses", {"title": title, **fields})["course_id"])
        modules = [
            {"module_id": f"m{at}", "title": f"Module {at}",
             "topics": [{"topic_id": f"m{at}t{one}", "title": f"Lesson {one}"} for one in range(lessons)]}
            for at in (1, 2)
        ]  # fmt: skip
        draft = {"title": title, "sections": [{"section_id": "all", "title": "All", "modules": modules}]}
        self.done("toni", "PUT", f"/v1/courses/{course_id}/draft", draft)
        self.done("toni", "PUT", f"/v1/courses/{course_id}/publication")
        return course_id

    def take_quiz(self, who: str, right: int = 3, count: int = 4) -> str:
        """A quiz of the bank, handed in with so many right answers; its id."""
        quiz_id = str(
            self.done(who, "POST", "/v1/quizzes", {"category": "Numbers", "question_count": count})["quiz_id"]
        )
        answers = self.room.right(quiz_id, right)
        self.done(who, "POST", f"/v1/quizzes/{quiz_id}/submissions", {"answers": answers})
        return quiz_id

    def talk(self, who: str, message: str = "hello") -> None:
        """A turn with the tutor."""
        self.lectern.ask(message, who)

    def learn(self, who: str, minutes: int = 20) -> None:
        """A time of learning."""
        begun = self.done(who, "POST", "/v1/learning-sessions", {"topic": "Counting"})
        self.world.clock.advance(minutes=minutes)
        self.done(who, "POST", f"/v1/learning-sessions/{begun['session_id']}/end", {})

    def nudge(self, who: str, at: datetime, **more: Any) -> None:
        """A nudge as `engagement` writes it down; its own rules are tested there."""
        said = {"user_id": who, "origin": "lapse", "status": "sent", "reached": True, "planned_at": at, "sent_at": at}
        self.write(Nudge.model_validate({"nudge_id": f"{who}-{at:%d%H%M}", **said, **more}))

    def risk(self, who: str, course_id: str, score: float, **more: Any) -> None:
        """A risk as `engagement` writes it down."""
        now = self.world.clock.now()
        reason = {
            "about": "missing",
            "effect": "raises",
            "strength": 1.0,
            "text": "Has not handed in the last two quizzes.",
        }
        said = {"course_id": course_id, "user_id": who, "score": score, "band": band(score), "evidence": 3.0}
        facts = {"reasons": [reason], "as_of": now, "joined_at": now, "model_version": "test"}
        self.write(CourseRisk.model_validate({"risk_id": risk_id(course_id, who), **said, **facts, **more}))

    # What follows --------------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Deliver what is due until nothing is."""
        for _ in range(500):
            due = self.due()
            if not due:
                return
            for message in due:
                assert deliver(CONSUMERS[message.kind], message.message_id) == 200, message.kind
        raise AssertionError("there is always more to do")

    def due(self, *kinds: str) -> list[MessageRecord]:
        """What is to be delivered by now, of these kinds or all that have a consumer here."""
        now = self.world.clock.now()
        found = [one for one in self.all(MESSAGES) if one.status == "PENDING" and one.due_at <= now]
        return [one for one in found if (one.kind in kinds if kinds else one.kind not in LEFT_ALONE)]

    def fire(self, at: datetime | None = None) -> datetime:
        """One firing of the schedule; nothing of it is done yet."""
        at = at or self.world.clock.now()
        headers = {"X-CloudScheduler-ScheduleTime": rfc3339(at)}
        assert send(stats_rollup, "POST", "/", headers=headers).status_code == 200
        return at

    def count(self) -> None:
        """Everything that is to be done, one count, and the steps that follow."""
        self.work()
        self.fire()
        self.work()

    def days_pass(self, days: float) -> None:
        """Nobody does anything meanwhile."""
        self.world.clock.time += timedelta(days=days)

    # What is stored ------------------------------------------------------------------------------------------------

    def all(self, query: Query[D], **where: Any) -> list[D]:
        """Every document of a query."""
        return [parse(query.model, one) for one in self.world.database.query(query, where, 100_000, None)]

    def write(self, *documents: Document) -> None:
        """Documents as another subject would have made them."""
        writes = [Write("set", type(one), one.stored_id, document=one) for one in documents]
        for first in range(0, len(writes), 500):
            self.world.database.commit(writes[first : first + 500])


def _function(method: str, path: str) -> Endpoint:
    """Literal segments beat parameters, as they do in front of the functions."""
    declared: list[tuple[Endpoint, Declaration]] = [(one, one.declaration) for one in FUNCTIONS]
    routes = [(route, function) for function, declaration in declared for route in declaration.routes]
    for route, function in sorted(routes, key=lambda one: str(one[0].path).count("{")):
        if route.method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", str(route.path)), path):
            return function
    raise LookupError(f"no route {method} {path}")
