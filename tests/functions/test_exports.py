"""A learner asks for all that is known of them, fetches it by its link, and nobody else does."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client as WerkzeugClient

from common import adapters
from common.domain.accounts.models import Account
from common.ports.database import Write
from common.triggers.unit_of_work import parse
from tests.domain.privacy.archive_room import CONSUMERS
from tests.functions.local_api import LocalApi, Reply
from tests.triggers.world import deliver


class Desk:
    """Learners at the API, and the tasks that make exports."""

    def __init__(self, api: LocalApi) -> None:
        self.api = api
        self.ids = {name: api.register(name)["user_id"] for name in ("ada", "eve")}
        self.tokens = {name: str(api.login(name)["access_token"]) for name in self.ids}

    def call(self, who: str | None, method: str, path: str, body: object = None) -> Reply:
        return self.api.call(method, path, body, self.tokens[who] if who else None)

    def done(self, who: str, method: str, path: str, body: object = None) -> Any:
        answer = self.call(who, method, path, body)
        assert answer.status_code in (200, 201, 202, 204), answer.text
        return answer.json

    def work(self) -> None:
        """Deliver what makes exports until nothing is due."""
        now = datetime.now(UTC).isoformat()
        while due := [
            one["message_id"]
            for one in self.api.read("messages")
            if one["kind"] in CONSUMERS and one["status"] == "PENDING" and one["due_at"][:19] <= now[:19]
        ]:
            kinds = {one["message_id"]: one["kind"] for one in self.api.read("messages")}
            for message_id in due:
                assert deliver(CONSUMERS[kinds[message_id]], message_id) == 200
            now = datetime.now(UTC).isoformat()

    def fetch(self, url: str) -> tuple[int, bytes]:
        """What a signed URL downloads, without any credentials."""
        parts = urlsplit(url)
        answer = WerkzeugClient(self.api.app, use_cookies=False).get(f"{parts.path}?{parts.query}")
        return answer.status_code, answer.get_data()

    def upload(self, who: str, filename: str, content: bytes) -> None:
        wished = {"filename": filename, "content_type": "text/plain", "size": len(content)}
        url = self.done(who, "POST", "/v1/documents", wished)["upload"]["url"]
        parts = urlsplit(url)
        client = WerkzeugClient(self.api.app, use_cookies=False)
        sent = client.put(f"{parts.path}?{parts.query}", data=content, content_type="text/plain")
        assert sent.status_code == 200

    def prove_address(self, who: str) -> None:
        database = adapters.world().database
        (found,) = database.get_many(Account, [self.ids[who]])
        assert found is not None
        proved = parse(Account, found).model_copy(update={"email_verified": True})
        database.commit([Write("set", Account, proved.user_id, document=proved)])


@pytest.fixture
def desk(api: LocalApi) -> Desk:
    return Desk(api)


def test_an_export_is_fetched_by_its_link_and_tells_of_its_learner_alone(desk: Desk):
    for who in ("ada", "eve"):
        desk.upload(who, f"letters-of-{who}.txt", f"The garden of {who} is large.".encode())
        desk.done(who, "PATCH", "/v1/me", {"display_name": f"Name of {who}"})
        post = {"title": f"Title of {who}", "body": f"Body of {who}", "tags": [f"tag-of-{who}"]}
        post_id = desk.done(who, "POST", "/v1/posts", post)["post_id"]
        other = "eve" if who == "ada" else "ada"
        desk.done(other, "POST", f"/v1/posts/{post_id}/comments", {"body": f"Words of {other}"})
        desk.done(other, "PUT", f"/v1/posts/{post_id}/like")
        desk.done(who, "POST", "/v1/chat", {"message": f"Question of {who}?"})
    desk.prove_address("ada")
    asked = desk.call("ada", "POST", "/v1/me/export")
    assert (asked.status_code, asked.json["status"]) == (202, "working")
    desk.work()
    shown = desk.done("ada", "GET", "/v1/me/export")
    assert shown["status"] == "ready"
    status, content = desk.fetch(shown["download_url"])
    assert (status, len(content)) == (200, shown["size"])
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.testzip() is None
        archive = {path: opened.read(path).decode() for path in opened.namelist()}
    texts = "\n".join([*archive, *archive.values()])
    own = ["letters-of-{}.txt", "The garden of {} is large.", "Name of {}", "Title of {}", "Body of {}", "tag-of-{}"]
    for text in [*own, "Words of {}", "Question of {}?"]:
        assert text.format("ada") in texts
        assert text.format("eve") not in texts
    assert desk.ids["eve"] not in texts
    assert all(isinstance(json.loads(text), list) for path, text in archive.items() if path.endswith(".json"))
    assert desk.call("eve", "GET", "/v1/me/export").status_code == 404
    assert desk.call(None, "GET", "/v1/me/export").status_code == 401
    assert desk.call(None, "POST", "/v1/me/export").status_code == 401
    (mail,) = (file.read_text() for file in (desk.api.data / "mail").glob("*.eml"))
    assert "ada@example.org" in mail
    assert desk.fetch(shown["download_url"].replace(shown["export_id"], "x" * 20))[0] in (403, 404)


def test_a_learner_begins_only_so_many_a_day(desk: Desk):
    for _ in range(5):
        desk.done("ada", "POST", "/v1/me/export")
        assert desk.call("ada", "POST", "/v1/me/export").status_code == 202  # it is under way: not another one
        desk.work()
    refused = desk.call("ada", "POST", "/v1/me/export")
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    assert desk.done("ada", "GET", "/v1/me/export")["status"] == "ready"
    assert desk.call("eve", "POST", "/v1/me/export").status_code == 202
