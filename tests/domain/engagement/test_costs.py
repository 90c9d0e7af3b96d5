"""What engagement is billed: documents read, written, deleted. None of it grows with learners or with history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from common import logs
from common.domain.courses.models import Course, LearnerCourses
from common.domain.engagement import unsubscribing
from common.domain.engagement.models import LearnerNudges, Nudge, NudgeSettings
from functions.activity_record.main import activity_record
from functions.nudge.main import nudge
from functions.nudge_mail.main import nudge_mail
from functions.nudge_send.main import nudge_send
from functions.nudge_write.main import nudge_write
from functions.nudges.main import nudges
from functions.risk_record.main import risk_record
from functions.risk_refresh.main import risk_refresh
from functions.unsubscribe.main import unsubscribe
from tests.domain.courses.classroom import caller
from tests.domain.engagement.outreach import Outreach
from tests.domain.engagement.test_course_risks import NAMES
from tests.domain.engagement.test_course_risks import Course as OfTwelve
from tests.domain.progress.conftest import Cost, cost
from tests.triggers.world import START, deliver

Costing = Callable[[Callable[[], object]], Cost]
__all__ = ["cost"]


def only(outreach: Outreach, kind: str) -> str:
    (message,) = outreach.pending(kind)
    return message.message_id


@pytest.fixture(params=[0, 300])
def history(request: pytest.FixtureRequest, outreach: Outreach) -> int:
    """So many nudges of before, and so many learners who are silent too."""
    count: int = request.param
    facts: dict[str, Any] = {"user_id": "ada", "origin": "lapse", "status": "sent", "reached": True}
    outreach.write(
        *(Nudge(nudge_id=f"before-{at}", planned_at=START - timedelta(days=at + 9), **facts) for at in range(count))
    )
    return count


def test_a_nudge_costs_the_same_whatever_was_before(history: int, outreach: Outreach, cost: Costing):
    outreach.falls_silent()
    assert cost(outreach.sweep) == (2, 2, 0)  # the switch, and the learner; their standing, and the message
    # The message, the nudge, the switch, account, standing, wishes, and whether an experiment is running;
    # the message, the nudge, wishes, standing, and the e-mail's message.
    assert cost(lambda: deliver(nudge_send, only(outreach, "SendNudge"))) == (7, 5, 0)
    # The message twice: an attempt with outside effects is written down; the note, the nudge.
    assert cost(lambda: deliver(nudge_mail, only(outreach, "MailNudge"))) == (6, 4, 0)
    outreach.world.clock.advance(hours=20)
    outreach.stage(outreach.happened())
    back = cost(lambda: deliver(activity_record, only(outreach, "ActivityHappened")))
    outreach.stage(outreach.happened())
    again = cost(lambda: deliver(activity_record, only(outreach, "ActivityHappened")))
    # Beside what an activity costs (and, the first time, the refresh of the board): the nudge, read and written.
    assert (back, again) == ((6, 6, 0), (4, 4, 0))


def test_a_text_by_a_model_costs_its_ledger_and_its_budget_besides(outreach: Outreach, cost: Costing):
    outreach.write(NudgeSettings(text_by="model"))
    outreach.falls_silent()
    outreach.sweep()
    assert cost(lambda: deliver(nudge_send, only(outreach, "SendNudge"))) == (7, 5, 0)
    # The message twice, reserved, and settled with its mark; the nudge, the ledger, the message back.
    assert cost(lambda: deliver(nudge_write, only(outreach, "WriteNudge"))) == (2, 8, 0)
    # Judged again: the wishes and the standing are checked, which is billed as a write each.
    assert cost(lambda: deliver(nudge_send, only(outreach, "SendNudge"))) == (6, 5, 0)


def test_what_a_learner_asks_costs_the_same_whatever_was_before(history: int, outreach: Outreach, cost: Costing):
    facts: dict[str, Any] = {"user_id": "ada", "origin": "lapse", "status": "sent", "reached": True}
    outreach.write(*(Nudge(nudge_id=f"now-{at}", planned_at=START, **facts) for at in range(3)))

    def ask(method: str, path: str, body: object = None) -> Cost:
        return cost(lambda: outreach.call(nudges, method, path, body))

    assert ask("GET", "/v1/nudges?page_size=2") == (3, 0, 0)
    assert ask("POST", "/v1/nudges/now-1/response", {"response": "opened"}) == (1, 1, 0)
    assert ask("POST", "/v1/nudges/now-1/response", {"response": "opened"}) == (1, 0, 0)
    assert ask("GET", "/v1/nudges/preferences") == (1, 0, 0)
    assert ask("PUT", "/v1/nudges/preferences", {"most_a_week": 1}) == (1, 1, 0)
    path = f"/v1/unsubscribe/{unsubscribing.sign('ada', 'k' * 40)}"
    assert cost(lambda: outreach.call(unsubscribe, "GET", path)) == (0, 0, 0)
    assert cost(lambda: outreach.call(unsubscribe, "POST", path)) == (1, 1, 0)
    assert cost(lambda: outreach.call(unsubscribe, "POST", path)) == (1, 0, 0)
    assert outreach.world.stored(LearnerNudges, "ada")


def test_a_teacher_s_wish_costs_four_reads_and_two_writes(outreach: Outreach, cost: Costing, as_toni: None):
    facts = {"course_id": "logic", "teacher_id": "toni", "title": "Logic", "created_by": "toni"}
    outreach.write(
        Course.model_validate(facts | {"created_at": START, "updated_at": START}),
        LearnerCourses(user_id="toni", teaching=("logic",)),
        LearnerCourses(user_id="ada", enrolled=("logic",)),
    )
    assert cost(lambda: outreach.call(nudge, "POST", "/v1/nudges", {"learner_id": "ada"})) == (4, 2, 0)


@pytest.fixture
def as_toni(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    fake = sys.modules["common.triggers.authentication"]
    monkeypatch.setattr(fake, "authenticate", lambda *_: caller("toni"))


def test_judging_a_learner_costs_the_same_however_many_are_in_the_course(outreach: Outreach, cost: Costing):
    course = OfTwelve(outreach)
    for name in NAMES:
        course.hands_in(name, "sets", 7)
    outreach.studies(NAMES[0], kind="quiz_submitted", course_id="logic", score=0.5,
                     topics=[{"topic": "sets", "correct": 5, "of": 10}])  # fmt: skip
    # The message, the enrollment, the risk, the cohort, the places; the message, the risk, the cohort.
    assert cost(lambda: deliver(risk_record, only(outreach, "GradedWork"))) == (5, 3, 0)
    outreach.world.clock.advance(hours=24)
    refresh = cost(lambda: deliver(risk_refresh, only(outreach, "RefreshCourseRisks")))
    assert refresh[0] == 3 + 2 * len(NAMES) and refresh[1] <= 2 + len(NAMES)


def test_the_next_look_at_a_course_is_asked_for_once_a_day(outreach: Outreach, cost: Costing):
    course = OfTwelve(outreach)
    for name in NAMES:
        course.hands_in(name, "sets", 7)
    assert len(outreach.pending("RefreshCourseRisks")) == 1


def test_logs_tell_of_no_learner_s_address(outreach: Outreach, monkeypatch: pytest.MonkeyPatch):
    said: list[str] = []
    monkeypatch.setattr(logs, "_write", lambda *line: said.append(repr(line)))
    outreach.falls_silent()
    outreach.sweep()
    outreach.work()
    assert outreach.mailed and any("nudge.sent" in line for line in said)
    assert not any("example.org" in line or "Hello" in line for line in said)
