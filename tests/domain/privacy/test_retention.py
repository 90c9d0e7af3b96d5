"""What is too old goes: at its hour and no earlier, page by page, each once, and what is not due costs nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from common.domain.accounts.models import AuditEntry
from common.domain.community.models import ModerationCase, TextReport
from common.domain.engagement.models import Nudge
from common.domain.privacy import kept, retention
from common.domain.privacy.kept import KINDS, UnknownPeriod
from common.domain.progress.models import Activity
from common.domain.tutoring.ledger import AiCall
from common.domain.tutoring.models import ChatMessage, ChatSession
from common.ports import Document, Query
from common.ports.deployment import Deployment
from common.ports.queue import MessageRecord
from functions.retention_page.main import retention_page
from tests.domain.privacy.office import Office, billed
from tests.domain.tutoring.killing import Stepped
from tests.triggers.world import START, deliver

PAGE = 3
SECOND = timedelta(seconds=1)


def message(number: object, at: datetime) -> ChatMessage:
    return ChatMessage(
        message_id=f"m-{number}", session_id="s", user_id="ada", role="user", message_type="message", text="Hi", at=at
    )


def session(name: str, status: str, at: datetime) -> ChatSession:
    fields = {"session_id": name, "user_id": "ada", "status": status, "started_at": at, "last_active_at": at}
    return ChatSession.model_validate(fields)


def case(name: str, status: str, at: datetime) -> ModerationCase:
    fields = {"text_id": name, "post_id": "p", "is_comment": False, "board": "everybody", "queue": "everybody"}
    return ModerationCase.model_validate({**fields, "user_id": "ada", "status": status, "opened_at": at})


def call(name: str, at: datetime) -> AiCall:
    fields: dict[str, Any] = dict.fromkeys(AiCall.model_fields) | {"call_id": name, "user_id": "ada", "purpose": "chat"}
    numbers = ("input_tokens", "cached_input_tokens", "output_tokens", "cost_micros", "latency_ms")
    fields |= dict.fromkeys(numbers, 0) | {"served_by": "offline", "outcome": "answered", "at": at}
    return AiCall.model_validate(fields | {"expires_at": at + timedelta(days=400)})


def letter(name: str, status: str, at: datetime) -> MessageRecord:
    fields = {"message_id": name, "kind": "Gone", "payload": "{}", "status": status}
    return MessageRecord.model_validate({**fields, "created_at": at, "due_at": at, "check_at": at})


def one_of_each(name: str, at: datetime) -> dict[str, list[Document]]:
    """Records of each kind from one instant."""
    activity = Activity(activity_id=f"{name}-did", user_id="ada", kind="post_created", subject_id=name, at=at)
    entry = AuditEntry(
        entry_id=f"{name}-entry", at=at, action="admin.created", actor_id="root", subject_id="ada", details={}
    )
    report = TextReport(report_id=f"{name}-report", text_id="t", user_id="ada", reason="spam", reported_at=at)
    return {
        "chat": [message(f"{name}-said", at), session(f"{name}-e", "ended", at), session(f"{name}-a", "archived", at)],
        "ai_calls": [call(f"{name}-call", at)],
        "activities": [activity],
        "audit_log": [entry],
        "moderation": [case(f"{name}-k", "kept", at), case(f"{name}-r", "removed", at), report],
        "nudges": [Nudge(nudge_id=f"{name}-nudge", user_id="ada", origin="lapse", status="sent", planned_at=at)],
        "dead_letters": [letter(f"{name}-letter", "DEAD", at)],
    }


@pytest.fixture
def pages(office: Office, monkeypatch: pytest.MonkeyPatch) -> Stepped:
    monkeypatch.setattr(retention, "PAGE", PAGE)
    return Stepped(office, retention_page, "DeleteOld", monkeypatch)


def kinds() -> list[Query[Any]]:
    return list({find.query.model: Query(find.query.model) for kind in KINDS.values() for find in kind.finds}.values())


def left(office: Office) -> set[str]:
    """The ids of what is still there, without the messages of the retention itself."""
    return {one.stored_id for query in kinds() for one in office.all(query) if getattr(one, "kind", "") != "DeleteOld"}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_goes_at_the_end_of_its_period_and_not_a_second_before(office: Office, pages: Stepped, name: str):
    period = timedelta(days=KINDS[name].days)
    due, young = one_of_each("due", START - period)[name], one_of_each("young", START - period + SECOND)[name]
    office.put([*due, *young])
    office.night()
    pages.work()
    assert left(office) == {one.stored_id for one in young}
    office.world.clock.advance(seconds=1)
    office.night()
    pages.work()
    assert left(office) == set()


def test_every_kind_has_a_record_in_these_tests_a_reason_and_a_period_that_it_allows():
    assert set(one_of_each("any", START)) == set(KINDS)
    for name, kind in KINDS.items():
        models = {type(one) for one in one_of_each("any", START)[name]}
        assert models == {find.query.model for find in kind.finds}
        assert kind.why
        assert kind.days == 0 or kind.days >= kind.least >= 1


def test_what_is_in_use_stays_however_old(office: Office, pages: Stepped):
    """Conversations that go on, cases that nobody has decided, and messages that wait to be worked on."""
    ago = START - timedelta(days=5_000)
    stays = [session("goes-on", "active", ago), case("open", "open", ago), letter("waits", "PENDING", ago)]
    office.put(stays)
    office.night()
    pages.work()
    assert left(office) == {one.stored_id for one in stays}


def test_a_deployment_says_how_long_and_nought_is_for_ever(office: Office, pages: Stepped):
    at = START - timedelta(days=60)
    everything = one_of_each("old", at)
    office.put([one for records in everything.values() for one in records])
    office.keep(chat=60, ai_calls=61, activities=0, audit_log=30)
    office.night()
    pages.work()
    stays = [one for name, records in everything.items() if name not in ("chat", "audit_log") for one in records]
    assert left(office) == {one.stored_id for one in stays}
    assert {record.status for record in pages.records()} == {"DONE"}
    assert not any('"activities"' in record.payload for record in pages.records())


@pytest.mark.parametrize("wished", [{"chta": 60}, {"chat": 30}, {"audit_log": 36_501}])
def test_a_period_that_cannot_be_meant_deletes_nothing_and_is_an_error(wished: dict[str, int], office: Office):
    with pytest.raises(UnknownPeriod):
        kept.periods(Deployment("", "", 15, 30, retention_days=wished))
    office.keep(**wished)
    status, _ = office.night()
    assert status == 500
    assert office.world.tasks.sent == []


def test_a_setting_that_changes_while_it_runs_is_heeded(office: Office, pages: Stepped):
    office.put([message(number, START - timedelta(days=800)) for number in range(PAGE + 2)])
    office.night()
    chat = next(record for record in pages.due() if '"chat"' in record.payload)
    assert deliver(retention_page, chat.message_id) == 200
    office.keep(chat=0)
    pages.work()
    assert len(office.all(Query(ChatMessage))) == 2


def test_the_cost_follows_what_is_due_and_not_what_there_is(office: Office, pages: Stepped):
    young = [message(f"young-{number}", START - timedelta(days=1)) for number in range(50)]
    office.put([*young, *[message(number, START - timedelta(days=800)) for number in range(PAGE + 1)]])
    status, cost = office.night()
    assert (status, cost) == (200, (0, len(KINDS), 0))
    bills = {}
    while due := pages.due():
        bills[due[0].payload] = billed(retention_page, {}, {"message_id": due[0].message_id})[1]
    chat = [cost for payload, cost in bills.items() if '"chat"' in payload]
    # The message and a page; then the message, the one that is left, and a look at each sort that has none.
    assert chat == [(1 + PAGE, 2, PAGE), (1 + 1 + 2, 1, 1)]
    nothing = [cost for payload, cost in bills.items() if '"audit_log"' in payload]
    assert nothing == [(1 + 1, 1, 0)]
    assert len(office.all(Query(ChatMessage))) == len(young)


def test_a_night_that_is_killed_at_every_call_deletes_the_same(office: Office, pages: Stepped):
    old = [message(number, START - timedelta(days=800)) for number in range(2 * PAGE + 1)]
    young = [message("young", START - timedelta(days=1))]
    office.put([*old, *young])
    office.night()
    office.night()  # a schedule may fire twice
    assert len(pages.records()) == len(KINDS)
    pages.work_killed()
    assert left(office) == {one.stored_id for one in young}
    assert {record.status for record in pages.records()} == {"DONE"}
    for record in pages.records():
        assert deliver(retention_page, record.message_id) == 200  # a duplicate
    assert left(office) == {one.stored_id for one in young}


def test_two_nights_at_once_get_through(office: Office, pages: Stepped):
    """The second fires while the first has only begun; both find the same records."""
    office.put([message(number, START - timedelta(days=800)) for number in range(2 * PAGE)])
    office.night()
    office.world.clock.advance(days=1)
    office.night()
    first, second = (record.message_id for record in pages.due() if '"chat"' in record.payload)
    ended: list[Any] = []
    process = pages.begin(first, ended.append)
    for _ in range(3):  # it has read its message and its page
        process.go_on("go")
    assert deliver(retention_page, second) == 200
    while not process.over:
        process.go_on("go")
    assert ended == [200]
    pages.work()
    assert left(office) == set()
