"""Learners, what they do and the nudges that come of it, with the clock, the mail server and the model in hand."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Response
from pydantic import BaseModel

from common.domain.accounts.models import Account
from common.domain.engagement.models import LearnerNudges, Nudge
from common.domain.progress.messages import ActivityHappened
from common.domain.progress.models import Standing
from common.ports import Deployment, Document, Query
from common.ports.ai import ModelRefused, ModelUnavailable, StructuredReply, TextRequest, Usage, Verdict
from common.ports.database import Write
from common.ports.queue import MessageRecord
from common.triggers.entry import Endpoint
from common.triggers.invocation import StagingQueue
from common.triggers.unit_of_work import UnitOfWork, parse
from functions.activity_record.main import activity_record
from functions.nudge_mail.main import nudge_mail
from functions.nudge_page.main import nudge_page
from functions.nudge_plan.main import nudge_plan
from functions.nudge_send.main import nudge_send
from functions.nudge_write.main import nudge_write
from functions.risk_record.main import risk_record
from functions.risk_refresh.main import risk_refresh
from functions.top_list_refresh.main import top_list_refresh
from tests.triggers.world import START, HandWorld, Tries, deliver, send

D = TypeVar("D", bound=Document)
S = TypeVar("S", bound=BaseModel)
CONSUMERS: dict[str, Endpoint] = {
    "ActivityHappened": activity_record,
    "RefreshTopList": top_list_refresh,
    "GradedWork": risk_record,
    "RefreshCourseRisks": risk_refresh,
    "PlanNudges": nudge_page,
    "SendNudge": nudge_send,
    "WriteNudge": nudge_write,
    "MailNudge": nudge_mail,
}
MESSAGES, NUDGES = Query(MessageRecord), Query(Nudge)
GOOD = {
    "subject": "A gentle way back",
    "text": "Whenever it suits you, a few flashcards or one short quiz are an easy way to come back to what you study.",
}


class Keys:
    """The key that links are signed with."""

    def read(self, name: str) -> tuple[str, ...]:
        assert name == "link-key"
        return ("k" * 40,)


class Author:
    """A language model that writes what it is told to, or fails as it is told to."""

    model = "author-1"

    def __init__(self) -> None:
        self.writes: dict[str, str] | Exception = GOOD
        self.asked: list[TextRequest] = []

    def parse(self, request: TextRequest, shape: type[S]) -> StructuredReply[S]:
        self.asked.append(request)
        if isinstance(self.writes, Exception):
            raise self.writes
        try:
            value = shape.model_validate(self.writes)
        except ValueError:
            raise ModelRefused from None
        used = Usage(model=self.model, input_tokens=300, output_tokens=60, latency_ms=700, cost_micros=90)
        return StructuredReply(value, used)

    def most_cost_micros(self, request: TextRequest) -> int:
        return 200


class Judge:
    """A moderation that passes everything, flags everything, or is down."""

    def __init__(self) -> None:
        self.says: Verdict | None = Verdict(False)

    def check(self, text: str) -> Verdict:
        if self.says is None:
            raise ModelUnavailable
        return self.says


class Outreach:
    """Learners over a real database; ada, who lives in London and has a proved address, is there from the beginning."""

    def __init__(self, world: HandWorld) -> None:
        self.world = world
        self.author, self.judge = Author(), Judge()
        world.text_model = self.author  # type: ignore[assignment]  # nobody asks it for anything but `parse`
        world.moderator = self.judge
        world.secrets = Keys()
        world.deployment = Deployment(
            "https://school.example.org/", "S <s@example.org>", 15, 30, daily_budget_micros=1_000_000
        )
        self._done = 0
        self.enrol("ada", time_zone="Europe/London")

    def enrol(self, *names: str, **about: Any) -> None:
        """Accounts of learners whose ids are their names."""
        for name in names:
            facts: dict[str, Any] = {
                "user_id": name,
                "username": name,
                "email": f"{name}@example.org",
                "login_keys": (name,),
                "password_hash": "none",
                "display_name": name.title(),
                "email_verified": True,
                "created_at": START,
                "updated_at": START,
            }
            self.write(Account.model_validate(facts | about))

    def write(self, *documents: Document) -> None:
        """Documents as another subject would have made them."""
        writes = [Write("set", type(one), one.stored_id, document=one) for one in documents]
        for first in range(0, len(writes), 500):
            self.world.database.commit(writes[first : first + 500])

    def change(self, model: type[D], document_id: str, **changes: Any) -> None:
        """A document as somebody has changed it."""
        found = self.world.stored(model, document_id)
        assert found is not None
        self.write(found.model_copy(update=changes))

    def wishes(self, who: str = "ada", **wished: Any) -> None:
        self.write(LearnerNudges.model_validate({"user_id": who, **wished}))

    # What happens ----------------------------------------------------------------------------------------------

    def studies(self, who: str = "ada", **more: Any) -> None:
        """A learner does something now, and it is recorded."""
        happened = self.happened(who, **more)
        self.stage(happened)
        assert deliver(activity_record, str(happened.derived_id())) == 200

    def happened(self, who: str = "ada", **more: Any) -> ActivityHappened:
        """Something that a learner does now, unless `more` says otherwise."""
        self._done += 1
        said = {"user_id": who, "kind": "card_reviewed", "subject_id": f"done-{self._done}", "at": self.now}
        return ActivityHappened.model_validate(said | more)

    def stage(self, *messages: Any) -> None:
        """Messages stand, and nobody has consumed them."""
        unit = UnitOfWork(self.world.database)
        for one in messages:
            StagingQueue(self.world, unit).stage(one)
        unit.commit(Tries())

    def falls_silent(self, who: str = "ada") -> None:
        """A learner studies, and then so much time passes that they are due, at ten in the morning in UTC."""
        self.studies(who)
        due = self.standing(who).nudge_due_at
        assert due is not None
        while self.now < due or self.now.hour != 10:
            self.world.clock.advance(hours=1)

    def sweep(self) -> None:
        """The schedule fires."""
        at = {"X-CloudScheduler-ScheduleTime": self.now.isoformat()}
        assert send(nudge_plan, "POST", "/", headers=at).status_code == 200

    def work(self, *kinds: str) -> None:
        """Deliver what is due, of these kinds or of all, until nothing is."""
        for _ in range(500):
            due = [one for one in self.pending(*kinds) if one.due_at <= self.now]
            if not due:
                return
            for message in due:
                assert deliver(CONSUMERS[message.kind], message.message_id) == 200, message.kind
        raise AssertionError("there is always more to do")

    def call(self, function: Endpoint, method: str, path: str, body: object = None, who: str = "ada") -> Response:
        return send(function, method, path, body, {"Authorization": f"Bearer {who}"})

    # What came of it -------------------------------------------------------------------------------------------

    @property
    def now(self) -> Any:
        return self.world.clock.now()

    def standing(self, who: str = "ada") -> Standing:
        found = self.world.stored(Standing, who)
        assert found is not None
        return found

    def all(self, query: Query[D], **where: Any) -> list[D]:
        return [parse(query.model, one) for one in self.world.database.query(query, where, 1000, None)]

    def pending(self, *kinds: str) -> list[MessageRecord]:
        found = [one for one in self.all(MESSAGES) if one.status == "PENDING"]
        return [one for one in found if not kinds or one.kind in kinds]

    def nudges(self, who: str | None = None) -> list[Nudge]:
        return [one for one in self.all(NUDGES) if who in (None, one.user_id)]

    def nudge(self) -> Nudge:
        """The only one."""
        (only,) = self.nudges()
        return only

    @property
    def mailed(self) -> list[str]:
        return [one.to for one in self.world.mailer.sent]
