"""What is asked of a simulation of nudges, and what it answers."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.domain.engagement.bodies import WallTime
from common.domain.engagement.due import THRESHOLD
from common.domain.engagement.experiment_models import Channel
from common.ports import Time

FROZEN = ConfigDict(frozen=True, extra="forbid")
MOST_SYNTHETIC, MOST_REAL, MOST_DAYS = 2_000, 200, 60
MOST_SHOWN = 100
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=2**53)]


class SimulatedPolicy(BaseModel):
    """When and how learners would be nudged. What a real learner has chosen for themself always applies."""

    model_config = FROZEN

    threshold: float = Field(
        default=THRESHOLD, ge=0.05, le=0.95, description="the chance that they stay away for a week, at which it is due"
    )
    quiet_from: WallTime = "21:00"
    quiet_until: WallTime = "08:00"
    most_a_week: int = Field(default=2, ge=1, le=7, description="in any seven days")
    send_hour: int | None = Field(
        default=None, ge=0, le=23, description="where the learner lives; null: when it is due"
    )
    channel: Channel | None = Field(default=None, description="where there is a choice; null: as usual")
    holdout_percent: int = Field(default=0, ge=0, le=95, description="of the learners, who are sent nothing")


class AssumedResponse(BaseModel):
    """What a nudge is taken to do to those who get it; nobody knows before an experiment has told."""

    model_config = FROZEN

    wins: Share = Field(default=0.1, description="of those who would not have come back within 72 hours, who now do")
    loses: Share = Field(default=0.0, description="of those who would have, who now do not")


class NewSimulation(BaseModel):
    """What is to be played."""

    model_config = FROZEN

    policy: SimulatedPolicy = SimulatedPolicy()
    population: Literal["real", "synthetic"] = "synthetic"
    course_id: str | None = Field(
        default=None, min_length=1, max_length=128, description="real learners of this course; null: of all, for admins"
    )
    size: int = Field(default=100, ge=1, le=MOST_SYNTHETIC, description=f"learners; {MOST_REAL} at most of real ones")
    days: int = Field(default=28, ge=1, le=MOST_DAYS)
    seed: int = Field(default=1, ge=0, le=2**31, description="the same seed plays the same chances")
    response: AssumedResponse = AssumedResponse()
    skip: int = Field(default=0, ge=0, le=1_000_000, description="nudges that the list begins behind")

    @model_validator(mode="after")
    def _fits_the_population(self) -> Self:
        if self.population == "real" and self.size > MOST_REAL:
            raise ValueError(f"of real learners, {MOST_REAL} at most")
        if self.population == "synthetic" and self.course_id is not None:
            raise ValueError("synthetic learners are in no course")
        return self


class SimulatedNudge(BaseModel):
    """One nudge as it would go out, or be held back."""

    model_config = FROZEN

    user_id: str = Field(max_length=128)
    due_at: Time = Field(description="when the chance crosses the threshold")
    at: Time = Field(description="when it is sent: later by quiet hours, the cap, and the hour wished for")
    channel: Channel
    held_out: bool = Field(description="nothing is sent, so that the others can be compared")
    came_back: bool = Field(description="as it was played, within 72 hours")


class SimulatedCost(BaseModel):
    """What the nudges would cost, in what is billed."""

    model_config = FROZEN

    reads: Count = Field(description="documents")
    writes: Count = Field(description="documents")
    database_usd: float = Field(ge=0, le=1e9, description="for those, at Firestore's list price of a multi-region")
    emails: Count


class SimulatedHour(BaseModel):
    """The hour with the most nudges."""

    model_config = FROZEN

    begins_at: Time
    nudges: Count


class SimulationResult(BaseModel):
    """What would happen. Nothing was sent, and nothing was stored."""

    model_config = FROZEN

    begins_at: Time
    ends_at: Time
    learners: Count = Field(description="that were played")
    unreachable: Count = Field(
        description="of those looked at, who cannot be nudged: opted out, no channel, nothing learned"
    )
    nudges: Count = Field(description="that would be sent")
    held_out: Count = Field(description="that would be held back")
    by_hour: tuple[Count, ...] = Field(max_length=24, description="sent, by hour of the day in UTC, from 0")
    by_day: tuple[Count, ...] = Field(max_length=MOST_DAYS, description="sent, by 24 hours from the beginning")
    busiest_hour: SimulatedHour | None
    cost: SimulatedCost
    came_back: Count = Field(description="of those who were sent one, within 72 hours")
    would_have: Count = Field(description="of those, who would have come back without it: what a hold-out stands for")
    items: tuple[SimulatedNudge, ...] = Field(max_length=MOST_SHOWN, description="by time, from `skip` on")
