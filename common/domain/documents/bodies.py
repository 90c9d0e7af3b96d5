"""What clients send and get of documents."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from common.domain.documents.extracted import MOST_BYTES
from common.domain.documents.models import Failure, NoteCode, PageNote, Status, StoredDocument
from common.ports import Time

Filename = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f/\\]+$")
]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
ContentType = Annotated[str, StringConstraints(max_length=200, pattern=r"^[\w.+-]+/[\w.+-]+(; ?charset=[\w-]+)?$")]


class NewDocument(BaseModel):
    """What is to be uploaded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    filename: Filename = Field(description="its ending says what it is: pdf, docx, pptx, html, htm, md, markdown, txt")
    content_type: ContentType = Field(
        description="the upload must carry the same; says what it is if the ending does not"
    )
    size: int = Field(ge=0, le=MOST_BYTES, description="bytes; the upload must have exactly so many")
    course_id: Annotated[str, Field(max_length=64)] | None = Field(
        default=None, description="for a course's learners; its teacher and admins add to it"
    )
    title: Title | None = Field(default=None, description="the filename without its ending, when not given")


class Upload(BaseModel):
    """How to send the file: the bytes by `method` to `url` with exactly these headers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    method: str
    headers: dict[str, str]
    expires_at: Time


class UploadPromised(BaseModel):
    """A document that awaits its file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_id: str
    status: Status
    upload: Upload


class DocumentChange(BaseModel):
    """What of a document can be changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title


class DocumentView(BaseModel):
    """A document, as those see it who may read it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_id: str
    title: str
    filename: str
    content_type: str
    size: int = Field(description="bytes")
    course_id: str | None
    status: Status = Field(description="ready: every page is taken in, or stands in `notes`")
    failure: Failure | None = Field(description="why it failed")
    pages: int | None = Field(description="how many there are; null until the file was opened")
    pages_done: int
    notes: tuple[PageNote, ...] = Field(description="pages without text, and why")
    chunks: int = Field(description="how many passages were made so far")
    chunks_done: int = Field(description="how many of them can be found")
    search: Literal["none", "keyword", "full"] = Field(
        description="none until it is ready; keyword while the model of embeddings was not to be had for all of it"
    )
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, document: StoredDocument) -> Self:
        """What is seen of a stored document."""
        shared = cls.model_fields.keys() & StoredDocument.model_fields.keys()
        search: Literal["none", "keyword", "full"] = "full" if document.embedding_model else "keyword"
        return cls.model_validate(
            {name: getattr(document, name) for name in shared}
            | {"chunks_done": chunks_done(document), "search": search if document.status == "ready" else "none"}
        )


class PageView(BaseModel):
    """The text of one page, so that a citation can be read where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_id: str
    title: str = Field(description="of the document")
    page: int = Field(description="from 1")
    pages: int | None = Field(description="how many there are; null until the file was opened")
    text: str = Field(description="as citations count it: `start` and `end` are code points of it")
    note: NoteCode | None = Field(description="why there is no text")


def chunks_done(document: StoredDocument) -> int:
    """How many chunks are of batches that were done."""
    ends = dict(pairwise((*document.batches, document.chunks)))
    return sum(ends[first] - first for first in document.tried if first in ends)
