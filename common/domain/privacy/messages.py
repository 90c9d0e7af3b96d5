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


class EraseLearner(Message, key=("request_id", "walk", "step")):
    """One step of an erasure, which names whom. The id derives from the request, the walk and the step."""

    request_id: str
    walk: int = Field(default=1, ge=1, le=3, description="1; 2, when nobody is at work any more; 3: clear the remains")
    step: int = Field(default=0, ge=0)
    place: str = Field(
        default="", max_length=100, description="of the registry, where the step begins; empty: in front"
    )
    deletes_files: bool = Field(default=False, description="whether the step before counted the files found first")
