"""A learner who did everything is erased, whatever is under way and whoever is killed, and nothing of them is found."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from jwt.api_jws import PyJWS

from common import adapters
from common.domain.accounts import tokens
from common.domain.privacy import erasing
from common.domain.privacy.receipt import TYP, ReceiptKey
from common.domain.privacy.registry import HOLDINGS
from common.ports.database import Committed, Write
from common.ports.queue import MessageRecord
from common.triggers import authentication
from infrastructure.tools import discovery
from tests.functions.everything import CANARY, PASSWORD, Everything
from tests.functions.local_api import LocalApi, local_api

NOT_USED = {
    "DELETE /v1/courses/{course_id}/enrollments/{user_id}": "what it takes back would not be there to be erased",
    "DELETE /v1/me": "erases, in the tests below",
}
"""Routes of learners that the learner here does not use, each with the reason."""


NOT_A_LEARNERS = {
    "api_keys", "courses", "course_versions", "questions", "concepts", "nudge_settings", "experiments", "exposures",
    "moderation_cases", "audit_log",
}  # fmt: skip
"""What teachers and admins make, and what moderators and experiments need."""


class Killed(BaseException):
    """The process ends here."""


class Watched:
    """The database, with something that happens before or after the commit of a task."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.before: Callable[[str], None] = lambda kind: None
        self.after: Callable[[str], None] = lambda kind: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def commit(self, writes: Sequence[Write], *, exact: bool = True) -> Committed:
        """Commit, and do what the test wants at the commit that ends a message."""
        done = [one.document for one in writes if isinstance(one.document, MessageRecord)]
        kind = next((one.kind for one in done if one.status == "DONE"), None)
        if kind:
            self.before(kind)
        committed: Committed = self._database.commit(writes, exact=exact)
        if kind:
            self.after(kind)
        return committed


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Everything]:
    with local_api(tmp_path / "data", rate_limit_factor="1000") as api:
        yield Everything(api)


def watch() -> Watched:
    world = adapters.world()
    watched = Watched(world.database)
    world.__dict__["database"] = watched
    return watched


def leave(school: Everything) -> str:
    """Ada goes; the id of the request."""
    wished = {"password": f"{PASSWORD}-again"}
    answer = school.api.call("DELETE", "/v1/me", wished, school.tokens["ada"], Idempotency_Key="leave")
    assert answer.status_code == 202, answer.text
    authentication._revoked._at = float("-inf")  # what an instance remembers of the revocations is 15 s old by now
    return str(answer.json["request_id"])


def found(school: Everything, folder: Path) -> list[str]:
    """Every file in which the canary or the id stands, name or content; and every document, by its collection."""
    wanted = [CANARY.casefold().encode(), school.ids["ada"].casefold().encode()]
    files = [path for path in folder.rglob("*") if path.is_file()]
    named = [path.name for path in files if any(one in path.name.casefold().encode() for one in wanted)]
    held = [path.name for path in files if any(one in path.read_bytes().lower() for one in wanted)]
    return [*named, *held, *documents(school, folder)]


def found_of(api: LocalApi, user_id: str) -> list[str]:
    """Every file of the installation that holds somebody's id."""
    folder = api.data.parent
    said = user_id.encode()
    files = [path for path in folder.rglob("*") if path.is_file() and "backup" not in path.parts]
    return [path.name for path in files if said in path.read_bytes() or user_id in path.name]


def documents(school: Everything, folder: Path) -> list[str]:
    """Every collection with a document in which the canary or the id stands."""
    said = []
    with closing(sqlite3.connect(folder / "data" / "scholium.sqlite3")) as connection:
        has_content = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%content TEXT%'"
        for (table,) in connection.execute(has_content).fetchall():
            rows = connection.execute(f'SELECT id || content FROM "{table}"').fetchall()
            said += [table for (row,) in rows if CANARY.casefold() in row.casefold() or school.ids["ada"] in row]
    return sorted(set(said))


def finish(school: Everything) -> None:
    """Let all that is due be done, and then the second walk."""
    school.works.all()
    school.works.later(seconds=erasing.wait(adapters.world().deployment).total_seconds() + 60)
    school.works.all()


def test_a_learner_who_did_everything_is_erased_to_the_last_byte(school: Everything, tmp_path: Path) -> None:
    log = io.StringIO()
    with redirect_stdout(log):
        school.live()
    used = {f"{method} {path}" for method, path in school.used}
    routes = {
        f"{route.method} {route.path}"
        for function in discovery.discover().values()
        for route in function.declaration.routes
        if route.role == "learner"
    }
    assert sorted(routes - used - set(NOT_USED)) == [], "a learner's function that this test does not use"
    assert set(NOT_USED) <= routes
    with redirect_stdout(log):
        in_flight(school)
    held = set(documents(school, tmp_path))
    learners = {one.model.collection for one in HOLDINGS} - NOT_A_LEARNERS
    assert not learners - held, f"places that this test leaves empty: {sorted(learners - held)}"
    before = others(school)

    watched = watch()
    attempts: dict[str, int] = {}

    def die(kind: str) -> None:
        """Each step dies before its commit, the next time behind it, and then it is let go on."""
        if kind == "EraseLearner":
            at = attempts["now"] = attempts.get("now", 0) + 1
            if at % 2 == 1:
                raise Killed

    def die_behind(kind: str) -> None:
        if kind == "EraseLearner":
            raise Killed

    watched.before, watched.after = die, die_behind
    with redirect_stdout(log):
        request_id = leave(school)
        late = school.api.call("POST", "/v1/login/refresh", {"refresh_token": school.refresh_token})
        assert late.status_code == 401
        assert school.api.call("GET", "/v1/me", token=school.tokens["ada"]).status_code == 401
        erase_while_dying(school)
    assert attempts["now"] > 4
    assert found(school, tmp_path) == []
    assert CANARY not in log.getvalue() and school.ids["ada"] not in log.getvalue()
    assert others(school) == before
    check_receipt(school, request_id)


def in_flight(school: Everything) -> None:
    """Work of Ada's that is not done when she goes."""
    school.ada("POST", "/v1/flashcards/imports", {"text": f"Late?\t{CANARY}\n", "deck": CANARY})
    school.ada("POST", "/v1/me/verification")
    school.ada("POST", "/v1/posts", {"title": f"Late {CANARY}", "body": CANARY})
    school.upload("ada", f"# Late\n\n{CANARY} " * 50)
    school.works.events()
    kinds = {one["kind"] for one in school.works.due()}
    assert kinds >= {"ImportCards", "MailRequested", "ActivityHappened", "ExtractPages"}


def erase_while_dying(school: Everything) -> None:
    """Deliver all that waits, again and again, whoever dies; and let the time of the second walk come."""
    for walk in range(2):
        for _ in range(300):
            school.works.events()
            waiting = school.works.due()
            if not waiting:
                break
            try:
                school.works.deliver(waiting[0])
            except Killed:
                continue
        else:
            raise AssertionError("the erasure does not end")
        if walk == 0:
            school.works.later(seconds=erasing.wait(adapters.world().deployment).total_seconds() + 60)


def others(school: Everything) -> dict[str, Any]:
    """What others have and see: their threads keep their shape."""
    for name in ("eve", "toni"):
        school.tokens[name] = str(school.api.login(name)["access_token"])
    thread = school.as_("eve", "GET", f"/v1/posts/{school.post_of_eve}").json
    comments = [(one["comment_id"], one["depth"]) for one in thread["comments"]["items"]]
    places = school.as_("toni", "GET", f"/v1/courses/{school.course}/enrollments").json["items"]
    eve = [one for one in places if one["user_id"] == school.ids["eve"]]
    return {
        "comments": comments,
        "places": eve,
        "groups": len(school.as_("eve", "GET", "/v1/me/study-groups").json["items"]),
        "me": school.as_("eve", "GET", "/v1/me").json["user_id"],
    }


def check_receipt(school: Everything, request_id: str) -> None:
    """It is there without an account, says what went and what is left, and is signed."""
    told = school.api.call("GET", f"/v1/me/erasure/{request_id}").json
    assert told["status"] == "done"
    assert told["receipt"]["erased"]["posts"] == 2
    assert told["receipt"]["files"] >= 1
    assert len(told["receipt"]["ages_out"]) >= 4
    keys = tokens.public_keys(adapters.world().secrets.read(ReceiptKey.name))
    read = PyJWS(algorithms=["EdDSA"]).decode_complete(
        told["signed_receipt"], next(iter(keys.values())), algorithms=["EdDSA"]
    )
    assert read["header"]["typ"] == TYP
    assert json.loads(read["payload"]) == told["receipt"]
    assert school.api.call("GET", "/v1/me/erasure/unknown").status_code == 404
