"""Documents through their own functions, over SQLite and a folder, with a clock and a model in the test's hands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, TypeVar

from flask import Response

from common.adapters.local.files import FolderFiles
from common.domain.documents.files import Uploads
from common.domain.documents.models import Chunk, DocumentPage, StoredDocument
from common.ports import Document, Query
from common.ports.ai import DIMENSION, Embeddings, Kind, ModelUnavailable, Usage
from common.ports.queue import MessageRecord
from common.triggers.entry import Endpoint
from common.triggers.unit_of_work import Billed, UnitOfWork, parse
from functions.document_check.main import document_check
from functions.document_delete.main import document_delete
from functions.document_embed.main import document_embed
from functions.document_extract.main import document_extract
from functions.document_ingest.main import document_ingest
from functions.document_sweep.main import document_sweep
from functions.document_upload.main import document_upload
from functions.documents.main import documents
from tests.triggers.world import HandWorld, deliver, send

D = TypeVar("D", bound=Document)
CONSUMERS: dict[str, Endpoint] = {
    "ExtractPages": document_extract,
    "EmbedChunks": document_embed,
    "RemovePieces": document_delete,
    "CheckDocuments": document_check,
}
MESSAGES = Query(MessageRecord)
CHUNKS = Query(Chunk)
PAGES = Query(DocumentPage)
DOCUMENTS = Query(StoredDocument)


class HandEmbedder:
    """Vectors that differ from text to text and from model to model; not to be had while it is down."""

    def __init__(self) -> None:
        self.model = "model-a"
        self.is_down = False
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str], kind: Kind) -> Embeddings:
        if self.is_down:
            raise ModelUnavailable
        self.texts += texts if kind == "passage" else ()
        usage = Usage(model=self.model, input_tokens=len(texts), latency_ms=1, cost_micros=0)
        return Embeddings(tuple(vector(self.model, text) for text in texts), usage)


def vector(model: str, text: str) -> tuple[float, ...]:
    """Of length 1, along the axis that model and text choose."""
    axis = int.from_bytes(hashlib.sha256(f"{model} {text}".encode()).digest()[:4], "big") % DIMENSION
    return tuple(1.0 if at == axis else 0.0 for at in range(DIMENSION))


class Shelf:
    """What a learner does with documents, and what the platform does for it."""

    def __init__(self, world: HandWorld) -> None:
        self.world = world
        self.embedder = HandEmbedder()
        world.embedder = self.embedder
        world.files = FolderFiles(world.settings)
        self.delivered: list[str] = []

    def call(self, function: Endpoint, method: str, path: str, body: object = None, who: str = "ada") -> Response:
        return send(function, method, path, body, {"Authorization": f"Bearer {who}"})

    def promise(self, filename: str = "book.pdf", size: int = 1, who: str = "ada", **more: Any) -> Response:
        body = {"filename": filename, "content_type": "application/octet-stream", "size": size, **more}
        return self.call(document_upload, "POST", "/v1/documents", body, who)

    def put(self, data: bytes, filename: str = "book.pdf", who: str = "ada") -> str:
        """A promised document whose file has come, though nobody was told yet."""
        answer = self.promise(filename, len(data), who)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        document_id = str(answer.get_json()["document_id"])
        self.write(f"documents/{who}/{document_id}", data)
        return document_id

    def write(self, name: str, data: bytes) -> None:
        self.world.files.bucket(Uploads.name).write(name, data, content_type="application/octet-stream")

    def tell(self, name: str) -> Response:
        """The event of an object."""
        info = self.world.files.bucket(Uploads.name).info(name)
        assert info
        body = {"bucket": "uploads", "name": name, "generation": str(info.generation), "size": str(info.size)}
        return send(document_ingest, "POST", "/", body, {"ce-type": "google.cloud.storage.object.v1.finalized"})

    def upload(self, data: bytes, filename: str = "book.pdf", who: str = "ada") -> str:
        """A document whose file has come, and all the work that follows."""
        document_id = self.put(data, filename, who)
        assert self.tell(f"documents/{who}/{document_id}").status_code == 200
        self.work()
        return document_id

    def work(self) -> None:
        """Deliver what is due until nothing is."""
        for _ in range(500):
            due = [one for one in self.messages() if one.status == "PENDING" and one.due_at <= self.world.clock.now()]
            if not due:
                return
            for message in due:
                status = self.deliver(message)
                assert status == 200, (message.kind, status)
        raise AssertionError("there is always more to do")

    def deliver(self, message: MessageRecord) -> int:
        self.delivered.append(message.message_id)
        return deliver(CONSUMERS[message.kind], message.message_id)

    def sweep(self) -> None:
        """The hourly look, and all the work that follows."""
        self.world.clock.advance(minutes=1)  # each firing is one of its own
        at = self.world.clock.now().isoformat()
        assert send(document_sweep, "POST", "/", headers={"X-CloudScheduler-ScheduleTime": at}).status_code == 200
        self.work()

    def shown(self, document_id: str, who: str = "ada") -> Any:
        answer = self.call(documents, "GET", f"/v1/documents/{document_id}", who=who)
        return answer.get_json() if answer.status_code == 200 else answer.status_code

    def all(self, query: Query[D]) -> list[D]:
        return [parse(query.model, stored) for stored in self.world.database.query(query, {}, 1000, None)]

    def messages(self) -> list[MessageRecord]:
        return self.all(MESSAGES)

    def chunks(self) -> list[Chunk]:
        return sorted(self.all(CHUNKS), key=lambda chunk: chunk.chunk_id)

    def pages(self) -> list[DocumentPage]:
        return sorted(self.all(PAGES), key=lambda page: page.page_id)

    def document(self, document_id: str) -> StoredDocument | None:
        return self.world.stored(StoredDocument, document_id)

    def unit(self) -> UnitOfWork:
        return UnitOfWork(self.world.database, Billed())
