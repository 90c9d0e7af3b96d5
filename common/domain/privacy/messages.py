"""What privacy asks of its own tasks."""

from pydantic import Field

from common.ports import Message, Time


class DeleteOld(Message, key=("kind", "until", "step")):
    """Delete a page of what is too old of one kind, and stage the next. The id derives from the night and the step."""

    kind: str = Field(max_length=40, description="of kept.KINDS")
    until: Time = Field(description="when the schedule fired: ages count back from there")
    step: int = Field(default=0, ge=0)


class CountLearners(Message, key=("week",)):
    """Count a week for the analytics. The id derives from the week, which is counted once."""

    week: str = Field(pattern=r"^\d{4}-W\d{2}$", description="ISO 8601, such as 2026-W10")
