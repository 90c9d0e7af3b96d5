"""What is stored of cards that come to be many at a time: the job, and what is left of its file."""

from typing import Literal

from pydantic import BaseModel

from common.domain.review.models import STORED
from common.ports import Document, Time


class ImportedNote(BaseModel):
    """A card of a file, as it was read."""

    model_config = STORED

    line: int
    """Of the file, from 1."""
    guid: str | None
    front: str
    back: str
    deck: str
    tags: tuple[str, ...]
    html: bool


class CardJob(
    Document,
    collection="card_jobs",
    key="job_id",
    unindexed=(
        "kind", "status", "document_id", "deck", "most", "detail", "total", "done", "made", "changed", "unchanged",
        "created_at", "updated_at",
    ),
    expires="expires_at",
):  # fmt: skip
    """Many cards that come to be step by step: from a file, or from a document."""

    job_id: str
    user_id: str
    kind: Literal["import", "document"]
    status: Literal["working", "done", "failed"] = "working"
    document_id: str | None = None
    deck: str = ""
    """For the cards of a document."""
    most: int = 0
    """Cards that are made of it."""
    detail: str | None = None
    """Why it failed, or what it left out."""
    total: int
    """Lines of the file, or chunks of the document."""
    done: int = 0
    """Of them."""
    made: int = 0
    changed: int = 0
    """Cards that there were, and that the file says otherwise."""
    unchanged: int = 0
    created_at: Time
    updated_at: Time
    expires_at: Time


class ImportPart(
    Document, collection="card_import_parts", key="part_id", unindexed=("number", "notes"), expires="expires_at"
):
    """Some cards of a file, until they are taken in."""

    part_id: str
    user_id: str
    job_id: str
    number: int
    """From 0."""
    notes: tuple[ImportedNote, ...]
    expires_at: Time


def part_id(job_id: str, number: int) -> str:
    """The id of a part of an import."""
    return f"{job_id}-{number:03d}"
