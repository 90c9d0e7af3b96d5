"""Documents over HTTP: what is promised, refused, listed, changed and found."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common import adapters
from common.domain.accounts.models import Account
from common.domain.courses.models import Course, LearnerCourses
from common.domain.documents import library
from common.domain.documents.models import DocumentPage, PageNote, StoredDocument, page_id
from common.ports import Caller
from common.triggers import authentication
from common.triggers.unit_of_work import UnitOfWork
from tests.functions.local_api import LocalApi

PDF = {"filename": "Analytical engine.pdf", "content_type": "application/pdf", "size": 1234}


@pytest.fixture(scope="module")
def tokens(shared_api: LocalApi) -> dict[str, str]:
    found = {}
    for name in ("doc-ada", "doc-eve", "doc-lists"):
        shared_api.register(name)
        found[name] = str(shared_api.login(name)["access_token"])
    return found


@pytest.fixture
def ada(tokens: dict[str, str]) -> str:
    return tokens["doc-ada"]


@pytest.fixture
def eve(tokens: dict[str, str]) -> str:
    return tokens["doc-eve"]


def promise(api: LocalApi, token: str, **changes: Any) -> dict[str, Any]:
    answer = api.call("POST", "/v1/documents", PDF | changes, token)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def test_an_upload_is_promised_with_a_signed_url(shared_api: LocalApi, ada: str):
    made = promise(shared_api, ada)
    assert made.keys() == {"document_id", "status", "upload"}
    assert made["status"] == "uploaded"
    assert made["upload"].keys() == {"url", "method", "headers", "expires_at"}
    assert made["upload"]["method"] == "PUT"
    assert made["upload"]["headers"]["Content-Type"] == "application/pdf"
    assert made["document_id"] in made["upload"]["url"]


def test_the_url_takes_a_file_of_the_promised_size_once(shared_api: LocalApi, ada: str):
    upload = promise(shared_api, ada, size=5)["upload"]
    path = upload["url"].removeprefix(adapters.world().settings.public_url)

    def put(body: bytes) -> int:
        return shared_api.call("PUT", path, body, None, **{"Content-Type": "application/pdf"}).status_code

    assert put(b"123456") == 413
    assert put(b"1234") == 422
    assert put(b"12345") == 200
    assert put(b"67890") == 409


def test_what_is_promised_is_shown_to_its_owner(shared_api: LocalApi, ada: str):
    document_id = promise(shared_api, ada)["document_id"]
    shown = shared_api.call("GET", f"/v1/documents/{document_id}", token=ada).json
    assert shown["title"] == "Analytical engine"
    assert (shown["status"], shown["pages"], shown["pages_done"], shown["chunks"]) == ("uploaded", None, 0, 0)
    assert (shown["failure"], shown["notes"], shown["search"], shown["course_id"]) == (None, [], "none", None)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"size": 50_000_001}, "/size"),
        ({"size": -1}, "/size"),
        ({"filename": ""}, "/filename"),
        ({"filename": "a" * 256}, "/filename"),
        ({"filename": "../../etc/passwd"}, "/filename"),
        ({"filename": "nul\x00.pdf"}, "/filename"),
        ({"filename": "virus.exe", "content_type": "application/x-msdownload"}, "/filename"),
        ({"content_type": "no type"}, "/content_type"),
        ({"content_type": "text/plain\r\nX-Evil: 1"}, "/content_type"),
        ({"title": "  "}, "/title"),
        ({"user_id": "eve"}, "/user_id"),
    ],
)
def test_a_wrong_wish_is_refused_by_its_field(shared_api: LocalApi, ada: str, change: dict[str, Any], pointer: str):
    answer = shared_api.call("POST", "/v1/documents", PDF | change, ada)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_a_type_may_be_told_by_the_content_type_alone(shared_api: LocalApi, ada: str):
    made = promise(shared_api, ada, filename="notes", content_type="text/markdown; charset=utf-8")
    assert made["upload"]["headers"]["Content-Type"] == "text/markdown; charset=utf-8"


@pytest.fixture(scope="module")
def course(shared_api: LocalApi, tokens: dict[str, str]) -> dict[str, str]:
    """A course with its teacher and a learner of it; ada is neither. Tokens by who they are, and its id."""
    people = {name: shared_api.register(f"doc-{name}")["user_id"] for name in ("teacher", "enrolled")}
    world, now = adapters.world(), adapters.world().clock.now()
    unit = UnitOfWork(world.database)
    unit.update(Account, people["teacher"], {"role": "teacher"})
    made = Course(
        course_id="doc-course", teacher_id=people["teacher"], title="Engines", created_by=people["teacher"],
        created_at=now, updated_at=now,
    )  # fmt: skip
    unit.create(made)
    unit.create(LearnerCourses(user_id=people["enrolled"], enrolled=(made.course_id,)))
    unit.commit(world.patience())
    found = {name: str(shared_api.login(f"doc-{name}")["access_token"]) for name in people}
    return found | {"course_id": made.course_id}


def test_into_a_course_its_teacher_adds_documents_and_nobody_else(
    shared_api: LocalApi, ada: str, course: dict[str, str]
):
    wish = {**PDF, "course_id": course["course_id"]}
    answers = {
        name: shared_api.call("POST", "/v1/documents", wish, token)
        for name, token in (("stranger", ada), ("enrolled", course["enrolled"]), ("teacher", course["teacher"]))
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "stranger": 404, "enrolled": 403, "teacher": 201,
    }  # fmt: skip
    unknown = shared_api.call("POST", "/v1/documents", {**PDF, "course_id": "none"}, ada)
    assert unknown.json | {"request_id": ""} == answers["stranger"].json | {"request_id": ""}


def test_a_courses_documents_are_read_by_its_learners_and_changed_by_its_teacher(
    shared_api: LocalApi, ada: str, admin: str, course: dict[str, str]
):
    teacher, learner, course_id = course["teacher"], course["enrolled"], course["course_id"]
    document_id = promise(shared_api, teacher, course_id=course_id, title="Its book")["document_id"]
    for token, listed in ((teacher, 200), (learner, 200), (admin, 200), (ada, 404)):
        found = shared_api.call("GET", f"/v1/documents?course_id={course_id}", token=token)
        shown = shared_api.call("GET", f"/v1/documents/{document_id}", token=token)
        assert (found.status_code, shown.status_code) == (listed, listed)
        assert (document_id in found.text) == (listed == 200)
        assert document_id not in shared_api.call("GET", "/v1/documents", token=token).text, "it is the course's"
    for token, status in ((learner, 403), (ada, 404), (admin, 200), (teacher, 200)):
        named = shared_api.call("PATCH", f"/v1/documents/{document_id}", {"title": "Anew"}, token)
        assert named.status_code == status
    for token, status in ((learner, 403), (ada, 404), (teacher, 204), (teacher, 404)):
        assert shared_api.call("DELETE", f"/v1/documents/{document_id}", token=token).status_code == status


def test_a_repeated_wish_with_a_key_makes_one_document(shared_api: LocalApi, ada: str):
    first, again = (shared_api.call("POST", "/v1/documents", PDF, ada, Idempotency_Key="doc-1") for _ in range(2))
    assert first.json == again.json


def test_a_title_is_changed_and_nothing_else(shared_api: LocalApi, ada: str):
    document_id = promise(shared_api, ada)["document_id"]
    before = shared_api.call("GET", f"/v1/documents/{document_id}", token=ada).json
    answer = shared_api.call("PATCH", f"/v1/documents/{document_id}", {"title": " Notes on the Engine "}, ada)
    after = shared_api.call("GET", f"/v1/documents/{document_id}", token=ada).json
    assert answer.json == after
    assert after == before | {"title": "Notes on the Engine", "updated_at": after["updated_at"]}


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_anothers_document_is_not_there(shared_api: LocalApi, ada: str, eve: str, method: str):
    document_id = promise(shared_api, ada)["document_id"]
    body = {"title": "Mine"} if method == "PATCH" else None
    theirs = shared_api.call(method, f"/v1/documents/{document_id}", body, eve)
    nobodys = shared_api.call(method, "/v1/documents/nobodys", body, eve)
    assert (theirs.status_code, theirs.json["code"]) == (404, "not_found")
    assert theirs.json | {"request_id": ""} == nobodys.json | {"request_id": ""}
    assert shared_api.call("GET", f"/v1/documents/{document_id}", token=ada).json["title"] == "Analytical engine"


def test_a_list_has_the_callers_documents_newest_first_page_by_page(shared_api: LocalApi, tokens: dict[str, str]):
    token = tokens["doc-lists"]
    made = [promise(shared_api, token)["document_id"] for _ in range(5)]
    listed, query = [], "?page_size=2"
    while query:
        page = shared_api.call("GET", f"/v1/documents{query}", token=token).json
        listed += [item["document_id"] for item in page["items"]]
        query = f"?page_size=2&page_token={page['next_page_token']}" if page["next_page_token"] else ""
    assert listed == made[::-1]
    assert len(shared_api.call("GET", "/v1/documents?status=uploaded", token=token).json["items"]) == 5
    assert shared_api.call("GET", "/v1/documents?status=ready", token=token).json["items"] == []


def test_a_deleted_document_is_gone_at_once(shared_api: LocalApi, eve: str):
    document_id = promise(shared_api, eve)["document_id"]
    assert shared_api.call("DELETE", f"/v1/documents/{document_id}", token=eve).status_code == 204
    assert shared_api.call("GET", f"/v1/documents/{document_id}", token=eve).status_code == 404
    assert shared_api.call("DELETE", f"/v1/documents/{document_id}", token=eve).status_code == 404
    assert document_id not in shared_api.call("GET", "/v1/documents", token=eve).text


def test_a_courses_documents_cost_its_rights_besides(
    shared_api: LocalApi, course: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """Two reads for a learner's rights, one for the teacher's, whatever else there is."""
    monkeypatch.setattr(authentication, "REVOCATIONS_KEPT", 1e9)
    teacher, learner, course_id = course["teacher"], course["enrolled"], course["course_id"]
    document_id, *_ = [promise(shared_api, teacher, course_id=course_id)["document_id"] for _ in range(3)]

    def cost(token: str, path: str) -> tuple[int, int, int]:
        capsys.readouterr()
        assert shared_api.call("GET", path, token=token).status_code == 200
        (line,) = [json.loads(one) for one in capsys.readouterr().out.splitlines() if "request.done" in one]
        return line["reads"], line["writes"], line["deletes"]

    assert cost(learner, f"/v1/documents?course_id={course_id}&page_size=2") == (2 + 3, 0, 0)
    assert cost(teacher, f"/v1/documents?course_id={course_id}&page_size=2") == (1 + 3, 0, 0)
    assert cost(learner, f"/v1/documents/{document_id}") == (1 + 2, 0, 0)
    assert cost(teacher, f"/v1/documents/{document_id}") == (1 + 1, 0, 0)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/documents"),
        ("GET", "/v1/documents"),
        ("GET", "/v1/documents/x"),
        ("PATCH", "/v1/documents/x"),
        ("DELETE", "/v1/documents/x"),
    ],
)
def test_nobody_is_served_without_credentials(shared_api: LocalApi, method: str, path: str):
    assert shared_api.call(method, path, {}).status_code == 401


def test_a_page_is_read_by_whoever_reads_the_document_and_by_nobody_else(
    shared_api: LocalApi, ada: str, eve: str, course: dict[str, str]
):
    document_id = promise(shared_api, ada)["document_id"]
    world = adapters.world()
    unit = UnitOfWork(world.database)
    note = PageNote(page=3, code="blank")
    unit.update(StoredDocument, document_id, {"pages": 3, "notes": (note,)})
    unit.create(DocumentPage(page_id=page_id(document_id, 2), document_id=document_id, page=2, text="It weaves 🧵 so."))
    unit.commit(world.patience())

    def read(page: str, token: str) -> Any:
        answer = shared_api.call("GET", f"/v1/documents/{document_id}/pages/{page}", token=token)
        return answer.json if answer.status_code == 200 else answer.status_code

    shown = {"document_id": document_id, "title": "Analytical engine", "page": 2, "pages": 3}
    assert read("2", ada) == {**shown, "text": "It weaves 🧵 so.", "note": None}
    assert read("3", ada) == {**shown, "page": 3, "text": "", "note": "blank"}
    assert [read(page, ada) for page in ("1", "0", "02", "-1", "two", "99999", "2.0")] == [404] * 7
    assert read("2", eve) == 404
    assert read("2", course["enrolled"]) == 404


def test_reading_a_page_costs_a_read_more_than_its_document(shared_api: LocalApi, ada: str):
    document_id = promise(shared_api, ada)["document_id"]
    world = adapters.world()
    unit = UnitOfWork(world.database)
    unit.create(DocumentPage(page_id=page_id(document_id, 1), document_id=document_id, page=1, text="Notes"))
    unit.commit(world.patience())
    reader = UnitOfWork(world.database)
    user_id = shared_api.call("GET", "/v1/me", token=ada).json["user_id"]
    caller = Caller(user_id=user_id, role="learner")
    assert library.page(caller, document_id, "1", reader).text == "Notes"
    assert reader.billed.reads == 2
