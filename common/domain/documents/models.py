"""What is stored of a document: itself, its pages, and the chunks in which it is found."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.ports import Document, Time, Vector

Kind = Literal["pdf", "docx", "pptx", "html", "markdown", "text"]
"""What Scholium reads."""

Status = Literal["uploaded", "processing", "ready", "failed"]
"""uploaded: made, and its file is awaited or unread; processing; ready: whole; failed, with a reason."""

FailureCode = Literal[
    "never_uploaded",
    "wrong_size",
    "empty",
    "mislabelled",
    "encrypted",
    "unreadable",
    "decompression_bomb",
    "too_many_pages",
    "too_much_text",
    "too_slow",
    "too_costly",
    "no_text",
    "stalled",
]

NoteCode = Literal["blank", "image_only"]
"""Why a page brings no text: there is nothing on it, or nothing but pictures."""


OF_COURSE = "course:"
"""Begins the name of a course's folder of files; no learner's id has a colon."""


class Failure(BaseModel):
    """Why a document failed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: FailureCode = Field(description="for programs")
    detail: str = Field(max_length=500, description="for people")


class PageNote(BaseModel):
    """Why a page has no text."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    page: int = Field(ge=1, description="from 1")
    code: NoteCode


class StoredDocument(
    Document,
    collection="documents",
    key="document_id",
    unindexed=(
        "course_id", "filename", "title", "content_type", "size", "kind", "generation", "failure", "pages",
        "pages_done", "notes", "chunks", "batches", "tried", "embedded", "embedded_by", "round",
    ),
):  # fmt: skip
    """One document of a learner or of a course: what was said of it at its upload, and how far its processing has come.

    Its chunks are embedded in batches, each named by the ordinal of its first chunk. `batches` are those that there
    are, `tried` those that an embedder was asked for, `embedded` those that have vectors of `embedded_by`: sets, so
    that a batch which is done twice counts once.
    """

    document_id: str
    user_id: str
    """Who uploaded it. What belongs to a course is the course's from then on, whoever teaches it."""
    scope: str
    """Whose it is, and its chunks: "user:<user_id>" or "course:<course_id>"."""
    course_id: str | None = None
    filename: str
    title: str
    content_type: str
    size: int
    """Bytes, as declared; the upload's signature held it to them."""
    kind: Kind
    """As declared; what the file holds must agree."""
    generation: int | None = None
    """Of the file that is processed; None until there is one."""
    status: Status = "uploaded"
    failure: Failure | None = None
    pages: int | None = None
    """How many there are; None until the first step has opened the file."""
    pages_done: int = 0
    notes: tuple[PageNote, ...] = ()
    chunks: int = 0
    batches: tuple[int, ...] = ()
    tried: tuple[int, ...] = ()
    embedded: tuple[int, ...] = ()
    embedded_by: str | None = None
    embedding_model: str | None = None
    """Of the vectors, once every chunk has one; None while the document is found by keywords alone."""
    round: int = 0
    """Which embedding of the whole document is under way; batches of an earlier one have no effect."""
    deleted: bool = False
    """Its owner deleted it; what it consisted of is being removed."""
    created_at: Time
    updated_at: Time
    check_at: Time | None = None
    """When the sweep looks after it; None when there is nothing to wait for."""

    @property
    def file(self) -> str:
        """The name of its file in the bucket: among its owner's, who may be a course and not whoever uploaded it."""
        return f"documents/{self.owner}/{self.document_id}"

    @property
    def owner(self) -> str:
        """What tells a learner's files from a course's."""
        return self.user_id if self.course_id is None else f"{OF_COURSE}{self.course_id}"


class DocumentPage(Document, collection="document_pages", key="page_id", unindexed=("page", "text")):
    """The text of one page, to which the offsets of its chunks refer."""

    page_id: str
    document_id: str
    page: int
    text: str


class Chunk(
    Document,
    collection="chunks",
    key="chunk_id",
    unindexed=("ordinal", "page", "start", "end", "text", "title"),
):
    """A passage of one page: `text` is exactly the page's text from `start` to `end`."""

    chunk_id: str
    document_id: str
    scope: str
    """"user:<user_id>" or "course:<course_id>": who may read it."""
    ordinal: int
    """Place in the document, from 0."""
    page: int
    """From 1."""
    start: int
    """Characters (code points) from the beginning of the page's text."""
    end: int
    text: str
    title: str
    """The document's title when the text was extracted."""
    terms: tuple[str, ...] = ()
    """Stems of its words."""
    vector: Vector | None = None
    embedding_model: str | None = None
    """Which model made `vector`."""


def chunk_id(document_id: str, ordinal: int) -> str:
    """The id of a document's chunk."""
    return f"{document_id}-{ordinal:05d}"


def page_id(document_id: str, page: int) -> str:
    """The id of a document's page."""
    return f"{document_id}-{page:04d}"
