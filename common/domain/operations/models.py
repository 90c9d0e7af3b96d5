"""What operations shows."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.ports import Time


class Status(BaseModel):
    """That the service answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["ok"] = Field(description="ok, wherever there is an answer at all")
    version: str = Field(description="version of Scholium that is running")
    time: Time = Field(description="the service's clock")
