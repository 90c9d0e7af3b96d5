"""What documents ask of their own tasks."""

from pydantic import Field

from common.ports import Message, Time


class ExtractPages(Message, key=("document_id", "generation", "first")):
    """Extract some pages, and stage the step behind them. The id derives from the file and the cursor."""

    document_id: str
    user_id: str
    generation: int = Field(description="of the file")
    first: int = Field(ge=1, description="the first page that is not extracted yet")


class EmbedChunks(Message, key=("document_id", "round", "first", "attempt")):
    """Embed one batch of chunks. The id derives from the round, the batch and the attempt."""

    document_id: str
    user_id: str
    round: int = Field(ge=0, description="of the document; of an earlier one it has no effect")
    first: int = Field(ge=0, description="ordinal of the batch's first chunk")
    attempt: int = Field(default=0, ge=0, description="how often the model was not to be had")
    follow: bool = Field(default=False, description="whether this step stages the next batch that lacks vectors")


class RemovePieces(Message, key=("document_id", "forget", "late", "step")):
    """Remove some pages and chunks, and what was made of them; stage the next step.

    The id derives from the document, the walk and the step.
    """

    document_id: str
    user_id: str
    step: int = Field(default=0, ge=0)
    forget: bool = Field(description="whether the file and the document itself go too, at last")
    late: bool = Field(
        default=False, description="the second walk, for what a handler wrote that had read the document before"
    )


class CheckDocuments(Message, key=("until", "check_at", "document_id")):
    """Look after a page of documents. The id derives from the sweep and the place that was reached."""

    until: Time = Field(description="the sweep looks at what was to be checked by then")
    check_at: Time | None = Field(default=None, description="of the last document of the page before")
    document_id: str | None = Field(default=None, description="the last document of the page before")
