"""Search in what a learner may read: passages by meaning and by words, each with its page."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from common.domain.tutoring.passages import Passage
from common.domain.tutoring.retrieval import retrieve
from common.domain.tutoring.scopes import scopes_of
from common.ports import Caller, Embedder, StoreReader

Words = Annotated[str, Field(min_length=1, max_length=500, description="a question, or some words")]
Many = Annotated[int, Field(ge=1, le=20, description="passages, at most")]


class FoundPassage(BaseModel):
    """A passage, and where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_id: str
    title: str
    page: int = Field(description="from 1")
    start: int = Field(description="characters from the beginning of the page's text")
    end: int
    text: str
    similarity: float | None = Field(description="cosine of its meaning and the question's; null where words found it")

    @classmethod
    def of(cls, passage: Passage) -> "FoundPassage":
        """A passage as it is shown."""
        return cls(
            document_id=passage.document_id,
            title=passage.title,
            page=passage.page,
            start=passage.start,
            end=passage.start + len(passage.text),
            text=passage.text,
            similarity=passage.similarity,
        )


class Found(BaseModel):
    """What a search found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: tuple[FoundPassage, ...] = Field(description="the likeliest first")
    search: Literal["keyword", "full"] = Field(description="keyword where the model of embeddings was not to be had")


def search(
    caller: Caller, words: str, store: StoreReader, embedder: Embedder, *, document_id: str | None, limit: int
) -> Found:
    """Passages of what the caller may read, or of one document of it; what belongs to others is never found."""
    wanted = [document_id] if document_id is not None else []
    found = retrieve(words, scopes_of(caller, None, store), store, embedder, document_ids=wanted)
    shown = tuple(FoundPassage.of(passage) for passage in found.passages[:limit])
    return Found(items=shown, search="full" if found.usage else "keyword")
