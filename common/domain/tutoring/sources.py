"""What an answer cites, and what it is made of."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.domain.tutoring.passages import Passage, Sentence


class NearestPage(BaseModel):
    """A page that comes closest where nothing answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_id: str
    title: str
    page: int = Field(ge=1, description="from 1")


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
