"""What operations asks of itself."""

from pydantic import Field

from common.ports import Message, Time


class SweepOutbox(Message, key=("until", "check_at", "message_id")):
    """Go on re-sending behind this message. Its id derives from the sweep and the place that was reached."""

    until: Time = Field(description="the sweep looks at what was to be checked by then")
    check_at: Time = Field(description="of the last message of the page before")
    message_id: str = Field(description="the last message of the page before")
