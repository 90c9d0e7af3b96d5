"""What learners do, and what the platform makes of it, with a clock and a queue in the test's hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from flask import Response

from common.domain.accounts.models import Account
from common.domain.courses.content import CourseContent
from common.domain.courses.models import Course, LearnerCourses
from common.domain.courses.versions import CourseVersion, version_id
from common.domain.progress.messages import ActivityHappened
from common.ports import Document, Query
from common.ports.database import Write
from common.ports.queue import MessageRecord
from common.triggers.entry import Endpoint
from common.triggers.invocation import StagingQueue
from common.triggers.unit_of_work import UnitOfWork, parse
from functions.activity_record.main import activity_record
from functions.risk_record.main import risk_record
from functions.top_list_refresh.main import top_list_refresh
from tests.triggers.world import START, HandWorld, Tries, deliver, send

D = TypeVar("D", bound=Document)
CONSUMERS: dict[str, Endpoint] = {
    "ActivityHappened": activity_record,
    "RefreshTopList": top_list_refresh,
    "GradedWork": risk_record,
}
MESSAGES = Query(MessageRecord)


def account(name: str, time_zone: str | None = None) -> Account:
    """The account of a learner whose id is their name."""
    return Account(
        user_id=name,
        username=name,
        email=f"{name}@example.org",
        login_keys=(name,),
        password_hash="none",
        display_name=name.title(),
        time_zone=time_zone,
        created_at=START,
        updated_at=START,
    )


class Classroom:
    """Learners over a real database; ada and eve are there from the beginning."""

    def __init__(self, world: HandWorld) -> None:
        self.world = world
        self.enrol("ada", "eve")

    def enrol(self, *names: str, time_zone: str | None = None) -> None:
        people = [account(name, time_zone) for name in names]
        self.write(*people)

    def write(self, *documents: Document) -> None:
        """Documents as another subject would have made them."""
        writes = [Write("set", type(one), one.stored_id, document=one) for one in documents]
        for first in range(0, len(writes), 500):
            self.world.database.commit(writes[first : first + 500])

    def open_course(
        self, course_id: str, *learners: str, modules: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> None:
        """A published course of toni's, with topics by module, and who is enrolled."""
        facts = {"course_id": course_id, "teacher_id": "toni", "title": course_id.title(), "created_by": "toni"}
        course = Course.model_validate(facts | {"created_at": START, "updated_at": START, "version": 1})
        made = [
            {"module_id": name, "title": name, "topics": [{"topic_id": one, "title": one.title()} for one in topics]}
            for name, topics in modules.items()
        ]
        sections = [{"section_id": "all", "title": "All", "modules": made}]
        version = CourseVersion(
            version_id=version_id(course_id, 1),
            course_id=course_id,
            version=1,
            content=CourseContent.model_validate({"title": "Course", "sections": sections}),
            published_by="toni",
            published_at=START,
        )
        self.write(course, version, *(LearnerCourses(user_id=one, enrolled=(course_id,)) for one in learners))

    def happened(
        self, who: str = "ada", kind: str = "card_reviewed", subject: str = "one", **more: Any
    ) -> ActivityHappened:
        """Something that a learner does now, unless `more` says otherwise."""
        said = {"user_id": who, "kind": kind, "subject_id": subject, "at": self.world.clock.now()}
        return ActivityHappened.model_validate(said | more)

    def stage(self, *happened: ActivityHappened) -> None:
        """What another subject's handler does: the messages stand, and nobody has consumed them."""
        unit = UnitOfWork(self.world.database)
        for one in happened:
            StagingQueue(self.world, unit).stage(one)
        unit.commit(Tries())

    def deliver(self, happened: ActivityHappened) -> int:
        return deliver(activity_record, str(happened.derived_id()))

    def do(self, *happened: ActivityHappened) -> None:
        """What learners do, and all that follows."""
        self.stage(*happened)
        for one in happened:
            assert self.deliver(one) == 200

    def work(self) -> None:
        """Deliver what is due until nothing is."""
        for _ in range(500):
            due = [one for one in self.messages() if one.status == "PENDING" and one.due_at <= self.world.clock.now()]
            if not due:
                return
            for message in due:
                assert deliver(CONSUMERS[message.kind], message.message_id) == 200, message.kind
        raise AssertionError("there is always more to do")

    def call(self, function: Endpoint, method: str, path: str, body: object = None, who: str = "ada") -> Response:
        return send(function, method, path, body, {"Authorization": f"Bearer {who}"})

    def all(self, query: Query[D], **where: Any) -> list[D]:
        return [parse(query.model, one) for one in self.world.database.query(query, where, 1000, None)]

    def messages(self) -> list[MessageRecord]:
        return self.all(MESSAGES)
