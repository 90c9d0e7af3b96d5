"""What an answer cites, and what it is made of."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.domain.tutoring.passages import Passage, Sentence


class NearestPage(BaseModel):
    """A page that comes closest where nothing answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_id: str
    title: str
    page: int = Field(ge=1, description="from 1")


MOST_NEAREST_PAGES = 3


def nearest_pages(passages: Iterable[Passage]) -> tuple[NearestPage, ...]:
    """The pages of passages, the likeliest first, each once."""
    pages = {
        (one.document_id, one.page): NearestPage(document_id=one.document_id, title=one.title, page=one.page)
        for one in passages
    }
    return tuple(pages.values())[:MOST_NEAREST_PAGES]


class Source(BaseModel):
    """What [n] in an answer stands for: a span of a page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int = Field(ge=1, description="its number in the answer")
    document_id: str
    title: str
    page: int = Field(ge=1, description="from 1")
    start: int = Field(ge=0, description="characters from the beginning of the page's text")
    end: int = Field(ge=1, description="the character after the last")
    quote: str = Field(description="the page's text from start to end, exactly: to be escaped where it is shown")

    @classmethod
    def of(cls, n: int, passage: Passage, sentence: Sentence) -> "Source":
        """A sentence of a passage."""
        return cls(
            n=n,
            document_id=passage.document_id,
            title=passage.title,
            page=passage.page,
            start=passage.start + sentence.start,
            end=passage.start + sentence.end,
            quote=sentence.text,
        )


class TutorAnswer(BaseModel):
    """What the offline tutor says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    route: Literal["grounded", "not_found"]
    answer: str = Field(description="HTML's special characters are escaped")
    confidence: float = Field(ge=0, le=1, description="how likely the material answers the question")
    sources: tuple[Source, ...] = ()
    nearest: tuple[NearestPage, ...] = ()
