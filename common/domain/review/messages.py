"""What flashcards ask of their own tasks."""

from pydantic import Field

from common.ports import Message


class ImportCards(Message, key=("job_id", "part")):
    """Take in one part of an import, and stage the next. The id derives from the import and the part."""

    job_id: str
    user_id: str
    part: int = Field(default=0, ge=0, description="from 0")


class ComposeCards(Message, key=("job_id", "first")):
    """Make cards of some chunks of a document, and stage the step behind them. The id derives from job and cursor."""

    job_id: str
    user_id: str
    first: int = Field(default=0, ge=0, description="ordinal of the first chunk that was not looked at")


class ForgetReviews(Message, key=("log_id", "step")):
    """Remove the log of a deleted card, some rows at a time. The id derives from the log and the step."""

    log_id: str
    user_id: str
    rows: int = Field(ge=0, description="how many there were")
    step: int = Field(default=0, ge=0)
