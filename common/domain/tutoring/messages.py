"""What the tutor asks of its own tasks."""

from pydantic import Field

from common.ports import Message, Time


class ArchiveSessions(Message, key=("until", "step")):
    """Archive a page of sessions that are idle. The id derives from the night and the step."""

    until: Time = Field(description="when the night began")
    step: int = Field(default=0, ge=0)
