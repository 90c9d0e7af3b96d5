"""What rewards ask of their own task."""

from pydantic import Field

from common.ports import Message


class RefreshTopList(Message, key=("board", "week", "slot")):
    """Rewrite the top of a board. The id derives from the slot of time, so that each board has one refresh a slot."""

    board: str = Field(max_length=128)
    week: str = Field(max_length=10, description="ISO 8601, such as 2026-W10")
    slot: int = Field(ge=0, description="which slot of time, counted from 1970")
