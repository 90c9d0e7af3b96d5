"""Documents that are ready, as their processing would have left them."""

from __future__ import annotations

from common import adapters
from common.domain.documents.chunking import chunks_of
from common.domain.documents.models import StoredDocument
from common.triggers.unit_of_work import UnitOfWork


def keep(user_id: str, document_id: str, text: str, *, course_id: str | None = None) -> str:
    """A document of one page, of a learner or of a course; words find it, since it has no vectors."""
    world = adapters.world()
    document = StoredDocument.model_validate(
        {
            "document_id": document_id, "user_id": user_id, "filename": "a.txt", "title": document_id, "size": 1,
            "scope": f"course:{course_id}" if course_id else f"user:{user_id}", "course_id": course_id, "kind": "text",
            "content_type": "text/plain", "status": "ready", "pages": 1, "pages_done": 1,
            "created_at": world.clock.now(), "updated_at": world.clock.now(),
        }
    )  # fmt: skip
    unit = UnitOfWork(world.database)
    unit.create(document)
    for chunk in chunks_of(document, 1, text, 0):
        unit.create(chunk)
    unit.commit(world.patience())
    return document_id
