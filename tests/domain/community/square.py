"""A market square over a database of the test's own: people by name, requests to the community, and their costs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Request
from werkzeug.test import EnvironBuilder

from common.domain.accounts.models import Account
from common.domain.courses.models import Course, LearnerCourses
from common.ports import Caller, Role
from common.ports.ai import ModelUnavailable, Verdict
from common.ports.queue import MessageRecord
from common.triggers.unit_of_work import UnitOfWork
from functions.comments.main import comments
from functions.likes.main import likes
from functions.moderation.main import moderation
from functions.own_posts.main import own_posts
from functions.posts.main import posts
from functions.study_groups.main import study_groups
from functions.text_edits.main import text_edits
from tests.triggers.world import HandWorld

ROLES: dict[str, Role] = {"toni": "teacher", "tara": "teacher", "root": "admin"}
"""Everybody else is a learner. Toni teaches the course; Lin and Sam are enrolled."""
PEOPLE = ("ada", "lin", "sam", "toni", "tara", "root")
FUNCTIONS = (posts, own_posts, comments, likes, moderation, study_groups, text_edits)


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
class WordModerator:
    """Flags what holds a word of the test's choice."""

    flags: dict[str, str] = field(default_factory=lambda: {"forbidden": "harassment", "hurt myself": "self-harm"})
    is_down: bool = False

    def check(self, text: str) -> Verdict:
        if self.is_down:
            raise ModelUnavailable
        found = tuple(category for word, category in self.flags.items() if word in text.lower())
        return Verdict(bool(found), found)


class Square:
    """Everybody on the square, and what stands there."""

    def __init__(self, world: HandWorld) -> None:
        self.world = world
        self.moderator = WordModerator()
        world.moderator = self.moderator

    def settle(self) -> None:
        """People, and a course with its teacher and two learners."""
        self.people(PEOPLE)
        unit, now = self.unit(), self.world.clock.now()
        unit.put(
            Course(
                course_id="algebra", teacher_id="toni", status="published", title="Algebra", created_by="toni",
                created_at=now, updated_at=now,
            )
        )  # fmt: skip
        unit.commit(self.world.patience())
        self.enroll("lin", "sam")

    def enroll(self, *names: str) -> None:
        unit = self.unit()
        for name in names:
            unit.put(LearnerCourses(user_id=name, enrolled=("algebra",)))
        unit.commit(self.world.patience())

    def people(self, names: Sequence[str]) -> None:
        unit, now = self.unit(), self.world.clock.now()
        for name in names:
            unit.put(
                Account(
                    user_id=name, username=name, email=f"{name}@example.org", login_keys=(name,), password_hash="-",
                    role=ROLES.get(name, "learner"), display_name=name.title(), created_at=now, updated_at=now,
                )
            )  # fmt: skip
        unit.commit(self.world.patience())

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
        response = function_of(method, bare)(request)
        billed = request.environ["scholium.billed"]
        cost = (billed.reads, billed.writes, billed.deletes)
        return Reply(response.status_code, response.get_json(silent=True), cost)

    def done(self, who: str, method: str, path: str, body: object = None) -> Any:
        """What a request that succeeds is answered."""
        reply = self.call(who, method, path, body)
        assert reply.status in (200, 201, 204), reply.json
        return reply.json

    def post(self, who: str = "ada", body: str = "What is a ring?", title: str = "A question", **more: Any) -> str:
        """A post; its id. A second passes."""
        made = self.done(who, "POST", "/v1/posts", {"title": title, "body": body, **more})
        self.world.clock.advance(seconds=1)
        return str(made["post_id"])

    def comment(self, who: str, post_id: str, body: str = "A set.", parent_id: str | None = None) -> str:
        """A comment; its id. A second passes."""
        sent = {"body": body, "parent_id": parent_id}
        made = self.done(who, "POST", f"/v1/posts/{post_id}/comments", sent)
        self.world.clock.advance(seconds=1)
        return str(made["comment"]["comment_id"])

    def shown(self, who: str, post_id: str) -> Any:
        """The post as somebody sees it."""
        return self.done(who, "GET", f"/v1/posts/{post_id}")["post"]

    def pages(self, who: str, path: str, size: int) -> Iterator[list[Any]]:
        """The items of each page of a list, read when it is asked for."""
        token = None
        while True:
            mark = "&" if "?" in path else "?"
            page = self.done(
                who, "GET", f"{path}{mark}page_size={size}" + (f"&page_token={token}" if token is not None else "")
            )
            yield page["items"]
            token = page["next_page_token"]
            if token is None:
                return

    def thread(self, who: str, post_id: str, size: int = 3) -> list[Any]:
        """All comments of a post, in order."""
        return [one for page in self.pages(who, f"/v1/posts/{post_id}/comments", size) for one in page]

    def messages(self) -> list[Any]:
        """What was staged for other functions, as it was said."""
        records = [self.world.stored(MessageRecord, message_id) for message_id in self.world.tasks.ids]
        return [json.loads(record.payload) for record in records if record]

    def unit(self) -> UnitOfWork:
        return UnitOfWork(self.world.database)


def caller(name: str) -> Caller:
    return Caller(name, ROLES.get(name, "learner"))


def function_of(method: str, path: str) -> Any:
    routes = [(route, function) for function in FUNCTIONS for route in function.declaration.routes]
    for route, function in sorted(routes, key=lambda one: one[0].path.count("{")):
        if route.method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route.path), path):
            return function
    raise LookupError(f"no route {method} {path}")
