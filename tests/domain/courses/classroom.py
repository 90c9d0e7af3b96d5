"""A school over a database of the test's own: people by name, requests to the functions of courses, and their costs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Request
from werkzeug.test import EnvironBuilder

from common.domain.accounts.models import Account
from common.domain.courses.models import CoursePlaces, Enrollment, LearnerCourses
from common.ports import Caller, Query, Role
from common.triggers.unit_of_work import UnitOfWork
from functions.course_content.main import course_content
from functions.course_drafts.main import course_drafts
from functions.course_exchange.main import course_exchange
from functions.courses.main import courses
from functions.enrollments.main import enrollments
from tests.triggers.world import HandWorld

ROLES: dict[str, Role] = {"toni": "teacher", "tara": "teacher", "root": "admin"}
"""Everybody else is a learner."""
FUNCTIONS = (courses, course_content, course_drafts, course_exchange, enrollments)
OF_COURSE = Query(Enrollment, equal=("course_id",))


def caller(name: str) -> Caller:
    return Caller(name, ROLES.get(name, "learner"))


@dataclass
class Reply:
    """An answer, and what it cost: reads, writes, deletes."""

    status: int
    json: Any
    cost: tuple[int, int, int]

    @property
    def code(self) -> Any:
        return self.json["code"]


@dataclass
class Classroom:
    """The school."""

    world: HandWorld

    def call(self, who: str, method: str, path: str, body: object = None) -> Reply:
        """One request of somebody to the function whose route it is."""
        bare, _, query = path.partition("?")
        builder = EnvironBuilder(
            path=bare,
            query_string=query,
            method=method,
            data=None if body is None else json.dumps(body),
            content_type="application/json",
            headers=[("Authorization", f"Bearer {who}")],
        )
        request = Request(builder.get_environ())
        response = _function(method, bare)(request)
        billed = request.environ["scholium.billed"]
        return Reply(
            response.status_code, response.get_json(silent=True), (billed.reads, billed.writes, billed.deletes)
        )

    def done(self, who: str, method: str, path: str, body: object = None) -> Any:
        """What a request that succeeds is answered."""
        reply = self.call(who, method, path, body)
        assert reply.status in (200, 201, 204), reply.json
        return reply.json

    def course(self, title: str = "Algebra", who: str = "toni", *, publish: bool = True, **fields: Any) -> str:
        """A course; its id."""
        course_id = str(self.done(who, "POST", "/v1/courses", {"title": title, **fields})["course_id"])
        if publish:
            self.done(who, "PUT", f"/v1/courses/{course_id}/publication")
        return course_id

    def enroll(self, who: str, course_id: str) -> Reply:
        return self.call(who, "POST", f"/v1/courses/{course_id}/enrollments")

    def unit(self) -> UnitOfWork:
        return UnitOfWork(self.world.database)

    def accounts(self, names: Sequence[str]) -> None:
        """Accounts of these people, with the names of their callers as ids."""
        unit, now = self.unit(), self.world.clock.now()
        for name in names:
            unit.put(
                Account(
                    user_id=name, username=name, email=f"{name}@example.org", login_keys=(name,), password_hash="-",
                    role=ROLES.get(name, "learner"), display_name=name.title(), created_at=now, updated_at=now,
                )
            )  # fmt: skip
        unit.commit(self.world.patience())

    def counted(self, course_id: str) -> tuple[int, int, int]:
        """How many are enrolled: by the count, by the enrollments, and by what the learners' documents say."""
        places = self.world.stored(CoursePlaces, course_id)
        learners = [one.user_id for one in self.unit().query(OF_COURSE, {"course_id": course_id}, limit=1000)]
        own = [self.world.stored(LearnerCourses, name) for name in learners]
        told = [one for one in own if one and course_id in (*one.enrolled, *one.unpaid)]
        return (places.taken if places else 0, len(learners), len(told))


def _function(method: str, path: str) -> Any:
    """Literal segments beat parameters, as they do in front of the functions."""
    routes = [(route, function) for function in FUNCTIONS for route in function.declaration.routes]
    for route, function in sorted(routes, key=lambda one: one[0].path.count("{")):
        if route.method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route.path), path):
            return function
    raise LookupError(f"no route {method} {path}")
