"""Conversations that nobody goes on with: archived a page at a time, once, and never under a learner's hands."""

from __future__ import annotations

from itertools import count

import pytest

from common.domain.tutoring import archiving
from common.domain.tutoring.models import ActiveSessions, ChatSession
from common.ports import Query
from functions.chat_archive.main import chat_archive
from functions.chat_expire.main import chat_expire
from tests.domain.tutoring.killing import Stepped
from tests.domain.tutoring.lectern import Lectern
from tests.triggers.world import deliver, send

PAGE = 3
NAMES = [f"learner-{number}" for number in range(7)]


@pytest.fixture
def archive(lectern: Lectern, monkeypatch: pytest.MonkeyPatch) -> Stepped:
    monkeypatch.setattr(archiving, "PAGE", PAGE)
    return Stepped(lectern, chat_archive, "ArchiveSessions", monkeypatch)


def night(lectern: Lectern) -> None:
    """The schedule fires; it may do so twice."""
    headers = {"X-CloudScheduler-ScheduleTime": lectern.world.clock.now().isoformat()}
    for _ in range(2):
        assert send(chat_expire, "POST", "/", None, headers).status_code == 200


def idle(lectern: Lectern) -> None:
    """Seven learners said something long ago, and one just now."""
    for name in NAMES:
        lectern.ask("Hi!", name)
    lectern.world.clock.advance(days=30, hours=1)
    lectern.ask("Hi!", "awake")


def judge(lectern: Lectern) -> None:
    """All idle ones are archived, with their history; the other is as it was."""
    states = {one.user_id: (one.status, one.hot == (), one.ended_at is None) for one in lectern.sessions()}
    assert states == {**dict.fromkeys(NAMES, ("archived", True, False)), "awake": ("active", False, True)}
    opened = {one.user_id: len(one.session_ids) for one in lectern.all(Query(ActiveSessions))}
    assert opened == {**dict.fromkeys(NAMES, 0), "awake": 1}
    assert len(lectern.messages()) == 2 * (len(NAMES) + 1)


def test_idle_conversations_are_archived_page_by_page(lectern: Lectern, archive: Stepped):
    idle(lectern)
    night(lectern)
    assert len(archive.records()) == 1  # though it fired twice
    archive.work()
    judge(lectern)
    assert sorted(one.status for one in archive.records()) == ["DONE"] * 3
    before = lectern.sessions()
    for record in archive.records():
        assert deliver(chat_archive, record.message_id) == 200  # a duplicate
    assert lectern.sessions() == before
    (session,) = lectern.get("/v1/chat/sessions", NAMES[0])["items"]
    history = lectern.get(f"/v1/chat/sessions/{session['session_id']}/messages", NAMES[0])["items"]
    assert (session["status"], [one["role"] for one in history]) == ("archived", ["user", "assistant"])
    late = lectern.call("POST", "/v1/chat", {"message": "Hi!", "session_id": session["session_id"]}, NAMES[0])
    assert late.status_code == 409
    assert lectern.ask("Hi!", NAMES[0])["session_id"] != session["session_id"]


def test_archiving_that_is_killed_at_every_call_goes_on(lectern: Lectern, archive: Stepped):
    idle(lectern)
    night(lectern)
    archive.work_killed()
    judge(lectern)
    assert {one.status for one in archive.records()} == {"DONE"}


def test_who_speaks_up_meanwhile_loses_nothing(lectern: Lectern, archive: Stepped):
    """Whatever call of the archiving the turn comes before: the learner is never in an archived conversation."""
    for stops in count():
        name = f"late-{stops}"
        lectern.ask("My name is Ada", name)
        lectern.world.clock.advance(days=30, hours=1)
        night(lectern)
        statuses: list[object] = []
        process = archive.begin(archive.due()[0].message_id, statuses.append)
        for _ in range(stops):
            if not process.over:
                process.go_on("go")
        is_last = process.over
        said = lectern.ask("What is my name?", name)
        while not process.over:
            process.go_on("go")
        assert statuses[0] in (200, 409)
        archive.work()
        current = lectern.world.stored(ChatSession, said["session_id"])
        assert current is not None
        assert (current.status, [one.text for one in current.hot][-2]) == ("active", "What is my name?")
        assert len([one for one in lectern.messages() if one.user_id == name]) == 4
        if is_last:
            return


def test_a_turn_that_began_in_time_keeps_its_conversation_open(lectern: Lectern, archive: Stepped):
    """It is under way when the thirty days are over, and ends before one of the archiving's calls after the other."""
    for stops in count():
        name = f"slow-{stops}"
        session_id = lectern.ask("My name is Ada", name)["session_id"]
        lectern.world.clock.advance(days=30, minutes=-2)
        turn = lectern.begin("What is my name?", name)
        assert next(turn)[0] == "delta"
        lectern.world.clock.advance(hours=1)
        night(lectern)
        statuses: list[object] = []
        process = archive.begin(archive.due()[0].message_id, statuses.append)
        for _ in range(stops):
            if not process.over:
                process.go_on("go")
        is_last = process.over
        before = lectern.world.stored(ChatSession, session_id)
        assert before is not None
        assert list(turn)[-1][0] == "done"
        while not process.over:
            process.go_on("go")
        archive.work()
        after = lectern.world.stored(ChatSession, session_id)
        assert after is not None
        assert (after.status, after.message_count) == (before.status, 4)
        assert len([one for one in lectern.messages() if one.user_id == name]) == 4
        if is_last:
            assert before.status == "archived"
            return
