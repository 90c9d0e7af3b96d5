"""An export holds all that is known of one learner, and nothing of another; whatever is killed, one comes to be."""

from __future__ import annotations

import urllib.request
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from google.oauth2 import service_account

from common.adapters.gcp.cloud_storage import CloudStorage
from common.adapters.local.files import FolderBucket
from common.domain.documents.files import Uploads
from common.domain.privacy import export_sources, exporting
from common.domain.privacy.export_models import KEPT, STALLED, Exports, LearnerExport
from common.domain.privacy.registry import FILES, HOLDINGS
from common.domain.tutoring.models import ChatSession, HotMessage
from common.ports import Query
from common.settings import Settings
from functions.learner_export.main import learner_export
from functions.learner_exports.main import learner_exports
from tests.domain.privacy.archive_room import CONSUMERS, MESSAGES, ArchiveRoom
from tests.domain.privacy.office import billed
from tests.domain.tutoring.killing import Stepped
from tests.emulators.cloud_storage import cloud_storage, made_up_account
from tests.triggers.world import START, deliver, problem

FEW = ("accounts.user_id", "documents.user_id", "documents.scope/document_pages", "chat_messages.user_id")


@pytest.fixture
def few_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four of them, and small steps: a step calls seldom, and there are many."""
    monkeypatch.setattr(export_sources, "SOURCES", {name: export_sources.SOURCES[name] for name in FEW})
    monkeypatch.setattr(exporting, "SOURCES", export_sources.SOURCES)
    monkeypatch.setattr(exporting, "DOCUMENTS", 8)
    monkeypatch.setattr(exporting, "A_PAGE", 3)


def furnish(room: ArchiveRoom, messages: int = 7) -> None:
    for name in ("ada", "bob"):
        room.chat(name, messages)
        room.document(name, f"{name}-1", f"%PDF of {name}".encode() * 10, pages=4)
        room.document(name, f"{name}-2", b"\x00\xff" * 50, filename="Übung/../2.pdf")


def judge(room: ArchiveRoom, messages: int = 7) -> None:
    """Everything of Ada is there, once and in order; of Bob nothing."""
    archive = room.archive()
    texts = [one["text"] for one in room.records("tutoring/chat_messages.json")]
    assert texts == [f"message {number} of ada: äöü" for number in range(messages)]
    pages = [one["text"] for one in room.records("documents/document_pages.json")]
    assert pages == [f"page {number} by ada" for number in range(4)]
    assert archive["files/uploads/ada-1/notes.pdf"] == b"%PDF of ada" * 10
    assert archive["files/uploads/ada-2/Übung_.._2.pdf"] == b"\x00\xff" * 50
    assert sum(path.startswith("files/") for path in archive) == 2
    assert sorted(one["document_id"] for one in room.records("documents/documents.json")) == ["ada-1", "ada-2"]
    assert sorted(path for path in archive if "document" in path and path.endswith(".json")) == [
        "documents/document_pages.json",
        "documents/documents.json",
    ]
    (account,) = room.records("accounts/accounts.json")
    assert (account["email"], account.get("password_hash")) == ("ada@example.org", None)
    assert not any(b"bob" in content.lower() for content in archive.values())


def test_an_export_holds_what_is_the_learners_and_nothing_of_another(room: ArchiveRoom):
    furnish(room, messages=450)
    asked = room.ask()
    assert (asked["status"], asked["download_url"]) == ("working", None)
    assert room.call("GET").get_json() == asked
    room.work()
    judge(room, messages=450)
    shown = room.call("GET").get_json()
    assert (shown["status"], shown["export_id"]) == ("ready", asked["export_id"])
    assert shown["size"] == len(room.bucket.read(room.exported().file))
    assert shown["download_url"].startswith("http")
    assert problem(room.call("GET", "bob")) == "not_found"
    readme = room.archive()["README.txt"].decode()
    assert all(one.not_shown in readme for one in HOLDINGS if one.not_shown)


@pytest.mark.usefixtures("few_sources")
def test_an_export_comes_to_be_in_cloud_storage(room: ArchiveRoom):
    account, key = made_up_account()
    credentials = service_account.Credentials.from_service_account_info(account)
    with cloud_storage("test-uploads", "test-exports", key=key) as url:
        settings = Settings.model_construct(adapters="gcp", project="demo", bucket_prefix="test-", storage_emulator=url)
        room.world.__dict__["files"] = CloudStorage(settings, credentials)
        furnish(room)
        room.ask()
        room.work()
        judge(room)
        assert room.objects() == [room.exported().file]
        link = room.call("GET").get_json()["download_url"]
        with urllib.request.urlopen(link, timeout=20) as answer:
            assert answer.read() == room.bucket.read(room.exported().file)


def test_nothing_is_left_of_what_an_export_was_made_of(room: ArchiveRoom):
    furnish(room)
    room.ask()
    room.work()
    assert room.objects() == [room.exported().file]


def test_every_source_has_a_file_of_its_own_and_what_is_shown_is_a_source():
    paths = [source.path for source in export_sources.SOURCES.values()]
    assert sorted(set(paths)) == sorted(paths)
    shown = {holding.name for holding in HOLDINGS if not holding.not_shown}
    assert shown <= set(export_sources.SOURCES)
    assert all(why for _, why in export_sources.not_shown())


def test_the_function_reads_every_bucket_that_an_export_shows():
    readers = {one.argument for route in learner_export.declaration.routes for one in route.parameters}
    assert {one.bucket for one in FILES if not one.not_shown} <= readers
    assert {one.bucket for one in FILES if one.not_shown} == {Exports}


@pytest.mark.usefixtures("few_sources")
def test_an_export_that_is_killed_at_every_call_to_the_database_comes_to_be(
    room: ArchiveRoom, monkeypatch: pytest.MonkeyPatch
):
    furnish(room)
    room.ask()
    Stepped(room, learner_export, "ExportStep", monkeypatch).work_killed()
    judge(room)
    room.work()
    assert room.objects() == [room.exported().file]


class Died(BaseException):
    """The process ends."""


@pytest.mark.usefixtures("few_sources")
@pytest.mark.parametrize("before", [True, False])
def test_an_export_that_is_killed_at_every_call_to_the_files_comes_to_be(
    room: ArchiveRoom, monkeypatch: pytest.MonkeyPatch, before: bool
):
    furnish(room)
    room.ask()
    calls, dies_at = [0], [0]

    def mortal(name: str) -> None:
        real = getattr(FolderBucket, name)

        def call(self: FolderBucket, *given: Any, **named: Any) -> Any:
            calls[0] += 1
            is_over = calls[0] == dies_at[0]
            if is_over and before:
                raise Died
            answer = real(self, *given, **named)
            if is_over:
                raise Died
            return answer

        monkeypatch.setattr(FolderBucket, name, call)

    for name in ("write", "compose", "delete", "read", "list", "delete_prefix"):
        mortal(name)
    while due := room.due():
        for dies_at[0] in count(1):
            calls[0] = 0
            try:
                assert deliver(CONSUMERS[due[0].kind], due[0].message_id) == 200
            except Died:
                continue
            break
    dies_at[0] = 0
    judge(room)
    assert room.objects() == [room.exported().file]


@pytest.mark.usefixtures("few_sources")
def test_two_attempts_at_a_step_at_once_make_one_archive(room: ArchiveRoom, monkeypatch: pytest.MonkeyPatch):
    """The one that was thought dead goes on when the other is done, and then the next steps run."""
    furnish(room)
    room.ask()
    stepped = Stepped(room, learner_export, "ExportStep", monkeypatch)
    slow: list[Any] = []
    while due := stepped.due():
        process = stepped.begin(due[0].message_id, lambda _: None)
        for _ in range(3):
            if not process.over:
                process.go_on("go")
        slow.append(process)
        assert deliver(learner_export, due[0].message_id) == 200
        room.document("ada", f"late-{len(slow)}", b"late")  # and what there is to write has changed
    for process in slow:
        while not process.over:
            process.go_on("go")
    assert room.records("tutoring/chat_messages.json")[-1]["text"] == "message 6 of ada: äöü"
    assert {record.status for record in stepped.records()} == {"DONE"}


def test_a_piece_never_grows_with_what_there_is(room: ArchiveRoom, monkeypatch: pytest.MonkeyPatch):
    """Nothing larger than a piece and one file is ever in memory; what grows is composed in the bucket."""
    monkeypatch.setattr(exporting, "PIECE_BYTES", 3_000)
    sizes: list[int] = []
    write = FolderBucket.write

    def noted(self: FolderBucket, name: str, data: bytes, **options: Any) -> Any:
        sizes.append(len(data))
        return write(self, name, data, **options)

    monkeypatch.setattr(FolderBucket, "write", noted)
    room.chat("ada", 600)
    for number in range(30):
        room.document("ada", f"d-{number:02d}", bytes([number]) * 1_000)
    sizes.clear()
    room.ask()
    steps = room.work()
    a_page = max(sizes)
    assert a_page < 3_000 + 50 * 60 + 1_000  # a piece, a page's messages as they are packed, a file
    assert steps > 10
    assert sum(path.startswith("files/") for path in room.archive()) == 30
    assert len(room.records("tutoring/chat_messages.json")) == 600


def test_a_step_stops_by_what_it_has_read_though_it_shows_little_of_it(
    room: ArchiveRoom, monkeypatch: pytest.MonkeyPatch
):
    """A conversation carries its last messages, which are left out: they are among the messages."""
    monkeypatch.setattr(exporting, "A_PAGE", 2)
    said = HotMessage(role="user", text="long " * 2_000)
    sessions = [
        ChatSession(session_id=f"s-{n:02d}", user_id="ada", hot=(said,), started_at=START, last_active_at=START)
        for n in range(20)
    ]
    room.put(sessions)
    room.ask()
    few = room.work()
    monkeypatch.setattr(exporting, "PIECE_BYTES", 20_000)
    room.ask()
    assert room.work() >= few + 9
    assert len(room.records("tutoring/chat_sessions.json")) == 20
    assert len(room.archive()["tutoring/chat_sessions.json"]) < 20 * 1_000


def test_no_step_takes_more_than_so_many_files(room: ArchiveRoom, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exporting, "DOCUMENTS", 7)
    for number in range(40):
        room.document("ada", f"d-{number:02d}", b"")
    room.ask()
    assert room.work() > 40 / 7
    assert sum(path.startswith("files/") for path in room.archive()) == 40


def test_a_step_costs_what_it_writes_down(room: ArchiveRoom):
    room.chat("ada", 450)
    room.chat("bob", 450)
    room.ask()
    costs = []
    while due := room.due():
        kind = due[0].kind
        costs.append((kind, billed(CONSUMERS[kind], {}, {"message_id": due[0].message_id})[1]))
    steps = [cost for kind, cost in costs if kind == "ExportStep"]
    sources = len(export_sources.SOURCES)
    reads = sum(reads for reads, _, _ in steps)
    # Each document once, a look at each source that has no more, and for each step its message and the export.
    assert reads <= 450 + 1 + sources + 2 * len(steps)
    assert all(writes == 2 and deletes == 0 for _, writes, deletes in steps[:-1])
    assert steps[-1][1] == 5  # the export, three messages, and its own
    assert len(steps) <= (450 + sources) // exporting.DOCUMENTS + 4


def test_asking_costs_what_it_stages_and_looking_one_read(room: ArchiveRoom):
    def cost(method: str) -> tuple[int, int, int]:
        return billed(learner_exports, {"Authorization": "Bearer ada"}, None, method, "/v1/me/export")[1]

    assert cost("POST") == (1, 3, 0)  # the count of the day, the export, the first step
    assert cost("POST") == (1, 0, 0)
    room.work()
    assert cost("GET") == (1, 0, 0)
    assert cost("POST") == (1, 4, 0)  # and that the one before is cleared away


def test_one_export_runs_at_a_time(room: ArchiveRoom):
    furnish(room)
    first = room.ask()
    assert room.ask() == first
    assert len(room.due()) == 1
    room.work()
    before = room.exported().file
    second = room.ask()
    assert second["export_id"] != first["export_id"]
    room.work()
    judge(room)
    assert room.objects() == [room.exported().file] != [before]


def test_an_export_that_came_to_a_halt_can_be_begun_anew(room: ArchiveRoom):
    furnish(room)
    first = room.ask()
    (step,) = room.due()
    room.world.clock.time += STALLED
    assert room.call("GET").get_json()["status"] == "failed"
    second = room.ask()
    assert second["export_id"] != first["export_id"]
    assert deliver(learner_export, step.message_id) == 200  # it finds that it is not wanted any more
    assert room.objects() == []
    room.work()
    judge(room)
    assert room.exported().export_id == second["export_id"]


def test_an_export_ends_with_its_time(room: ArchiveRoom):
    furnish(room)
    room.ask()
    room.work()
    room.world.clock.time += KEPT - timedelta(seconds=1)
    assert room.call("GET").status_code == 200
    room.world.clock.advance(seconds=1)
    assert room.call("GET").status_code == 404
    room.work()
    assert room.objects() == []
    assert room.all(Query(LearnerExport)) == []


def test_a_file_that_goes_meanwhile_is_left_out(room: ArchiveRoom, monkeypatch: pytest.MonkeyPatch):
    furnish(room)
    room.ask()
    read = FolderBucket.read

    def gone(self: FolderBucket, name: str, **options: Any) -> bytes:
        if name.endswith("ada-1"):
            self.delete(name)
        return read(self, name, **options)

    monkeypatch.setattr(FolderBucket, "read", gone)
    room.work()
    assert [path for path in room.archive() if path.startswith("files/")] == ["files/uploads/ada-2/Übung_.._2.pdf"]


def test_an_export_of_somebody_who_is_gone_writes_nothing(room: ArchiveRoom):
    furnish(room)
    room.ask()
    unit = room.unit()
    unit.delete(LearnerExport, "ada")
    unit.commit(room.world.patience())
    room.work()
    assert room.objects() == []
    assert room.call("GET").status_code == 404


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd", "uploads/d/.._.._etc_passwd"), ("..", "uploads/d/_"), ("", "uploads/d/_"),
        ("Übung 1.pdf", "uploads/d/Übung 1.pdf"), ("C:\\x\n.pdf", "uploads/d/C__x_.pdf"),
    ],
)  # fmt: skip
def test_no_file_of_an_export_leads_out_of_it(room: ArchiveRoom, name: str, path: str):
    room.document("ada", "d", b"x", filename=name)
    (holding,) = (one for one in FILES if one.bucket is Uploads)
    assert holding.path("documents/ada/d", "ada", room.unit()) == path


@pytest.mark.parametrize(
    ("account", "subject"),
    [
        ({"language": "en"}, "Your data is ready"), ({"language": "de-AT"}, "Deine Daten liegen bereit"),
        ({"language": None}, "Your data is ready"), ({"email_verified": False}, None), ({"active": False}, None),
    ],
)  # fmt: skip
def test_a_learner_is_told_where_the_address_is_surely_theirs(
    room: ArchiveRoom, account: dict[str, Any], subject: str | None
):
    room.account("ada", **account)
    room.ask()
    room.work()
    sent = room.world.mailer.sent
    assert [(mail.to, mail.subject) for mail in sent] == ([("ada@example.org", subject)] if subject else [])
    assert all("http" in mail.text and "Ada" in mail.text for mail in sent)
    told = [one for one in room.all(MESSAGES) if one.kind == "MailExport"]
    assert [one.status for one in told] == ["DONE"]
    assert "http" not in told[0].payload
