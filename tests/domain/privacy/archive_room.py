"""Exports through their own functions, over SQLite and a folder, with a clock in the test's hands."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from flask import Response

from common.domain.accounts.models import Account
from common.domain.documents.files import Uploads
from common.domain.documents.models import DocumentPage, StoredDocument
from common.domain.privacy.export_models import Exports, LearnerExport
from common.domain.tutoring.models import ChatMessage
from common.ports import Query
from common.ports.queue import MessageRecord
from functions.learner_export.main import learner_export
from functions.learner_export_clear.main import learner_export_clear
from functions.learner_export_mail.main import learner_export_mail
from functions.learner_exports.main import learner_exports
from tests.domain.privacy.office import Office
from tests.triggers.world import START, deliver, send

CONSUMERS = {
    "ExportStep": learner_export,
    "ClearExport": learner_export_clear,
    "MailExport": learner_export_mail,
}
MESSAGES = Query(MessageRecord)


class ArchiveRoom(Office):
    """Learners, what is stored of them, and their exports."""

    def account(self, name: str, **fields: Any) -> None:
        said = {
            "user_id": name, "username": name, "email": f"{name}@example.org", "login_keys": (name,),
            "password_hash": f"secret-of-{name}", "display_name": name.title(), "email_verified": True,
            "created_at": START, "updated_at": START, **fields,
        }  # fmt: skip
        self.put([Account.model_validate(said)])

    def chat(self, name: str, count: int) -> None:
        """So many messages, each with its number and its writer's name in its text."""
        for first in range(0, count, 100):
            self.put(
                [
                    ChatMessage(
                        message_id=f"{name}-{number:05d}", session_id="s", user_id=name, role="user",
                        message_type="message", text=f"message {number} of {name}: äöü", at=START,
                    )
                    for number in range(first, min(first + 100, count))
                ]
            )  # fmt: skip

    def document(
        self, name: str, document_id: str, content: bytes, pages: int = 0, filename: str = "notes.pdf"
    ) -> None:
        stored = StoredDocument.model_validate(
            {
                "document_id": document_id, "user_id": name, "scope": f"user:{name}", "filename": filename,
                "title": "Notes", "content_type": "application/pdf", "size": len(content), "kind": "pdf",
                "status": "ready", "created_at": START, "updated_at": START,
            }
        )  # fmt: skip
        page = [
            DocumentPage(page_id=f"{document_id}-{n:04d}", document_id=document_id, page=n, text=f"page {n} by {name}")
            for n in range(pages)
        ]
        self.put([stored, *page])
        self.world.files.bucket(Uploads.name).write(stored.file, content, content_type="application/pdf")

    def call(self, method: str, who: str = "ada") -> Response:
        return send(learner_exports, method, "/v1/me/export", None, {"Authorization": f"Bearer {who}"})

    def ask(self, who: str = "ada") -> Any:
        answer = self.call("POST", who)
        assert answer.status_code == 202, answer.get_data(as_text=True)
        return answer.get_json()

    def due(self) -> list[MessageRecord]:
        now = self.world.clock.now()
        found = [one for one in self.all(MESSAGES) if one.status == "PENDING" and one.due_at <= now]
        return sorted(found, key=lambda one: (one.created_at, one.message_id))

    def work(self) -> int:
        """Deliver what is due until nothing is; how many deliveries that took."""
        done = 0
        while due := self.due():
            assert deliver(CONSUMERS[due[0].kind], due[0].message_id) == 200
            done += 1
        return done

    def exported(self, who: str = "ada") -> LearnerExport:
        found = self.world.stored(LearnerExport, who)
        assert found is not None
        return found

    def archive(self, who: str = "ada") -> dict[str, bytes]:
        """Path -> content, of an export that is ready."""
        name = self.exported(who).file
        assert name is not None
        with zipfile.ZipFile(io.BytesIO(self.bucket.read(name))) as opened:
            assert opened.testzip() is None
            assert len(set(opened.namelist())) == len(opened.namelist())
            return {path: opened.read(path) for path in opened.namelist()}

    def records(self, path: str, who: str = "ada") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.archive(who)[path])
        return found

    @property
    def bucket(self) -> Any:
        return self.world.files.bucket(Exports.name)

    def objects(self) -> list[str]:
        return [info.name for info in self.bucket.list("", limit=1000)]
