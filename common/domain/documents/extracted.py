"""What the extraction process answers, and the bounds that it keeps."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from common.domain.documents.models import Failure, FailureCode, NoteCode

MOST_BYTES = 50_000_000
"""Of a file."""
MOST_PAGES = 500
MOST_PAGE_CHARACTERS = 50_000
"""Of one page of a PDF or one slide, which cannot be cut in two."""
PAGE_CHARACTERS = 10_000
"""What counts as a page where the format has none: a text is cut between paragraphs, at the latest here."""
PAGES_A_STEP = 20
MOST_ANSWER_BYTES = 8_000_000
"""What one step may say: PAGES_A_STEP pages of MOST_PAGE_CHARACTERS, escaped as JSON, and a good deal more."""


class Page(BaseModel):
    """The text of one page: NFC, without NUL, lines ended by a newline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(max_length=MOST_PAGE_CHARACTERS)]
    note: NoteCode | None = None
    """Why there is no text."""


class Extracted(BaseModel):
    """Some pages of a document that has `total`, or why there are none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    total: int = Field(default=0, ge=0, le=MOST_PAGES)
    pages: Annotated[tuple[Page, ...], Field(max_length=PAGES_A_STEP)] = ()
    failure: Failure | None = None


class Unfit(Exception):
    """The file cannot be taken in; says why, for its owner."""

    def __init__(self, code: FailureCode, detail: str) -> None:
        super().__init__(detail)
        self.failure = Failure(code=code, detail=detail)
