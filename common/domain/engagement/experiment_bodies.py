"""What admins send and see of experiments."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.domain.engagement.experiment_models import HOLDOUT, ArmEnd, Channel, ExperimentEnd
from common.domain.engagement.templates import Variant
from common.ports import Time

FROZEN = ConfigDict(frozen=True, extra="forbid")
MOST_ARMS = 5
State = Literal["running", "halted", "stopped"]
ArmName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40, description="such as late-evening")]
Share = Annotated[float, Field(ge=0, le=1)]
Difference = Annotated[float, Field(ge=-1, le=1)]
Count = Annotated[int, Field(ge=0, le=2**53)]


class NewArm(BaseModel):
    """One way to nudge. What is left out is done as it is outside of experiments."""

    model_config = FROZEN

    arm: ArmName
    percent: int = Field(ge=1, le=95, description="of the learners")
    template: Variant | None = Field(default=None, description="which variant of the text")
    channel: Channel | None = None
    send_hour: int | None = Field(default=None, ge=0, le=23, description="where the learner lives")


class NewExperiment(BaseModel):
    """What is decided before the first learner is counted, and not changed afterwards."""

    model_config = FROZEN

    name: str = Field(min_length=1, max_length=100)
    arms: tuple[NewArm, ...] = Field(min_length=1, max_length=MOST_ARMS)
    holdout_percent: int = Field(ge=5, le=95, description="of the learners, who are sent nothing")
    smallest_effect: float = Field(
        ge=0.005, le=0.5, description="the smallest difference that would matter: 0.03 is three learners in a hundred"
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        names = [one.arm for one in self.arms]
        if len(set(names)) < len(names) or HOLDOUT in names:
            raise ValueError(f"arms have names of their own, none of them {HOLDOUT!r}")
        if sum(one.percent for one in self.arms) + self.holdout_percent != 100:
            raise ValueError("the percents of the arms and of the hold-out do not add up to 100")
        return self


class ExperimentStop(BaseModel):
    """What is to be stopped, at once."""

    model_config = FROZEN

    arm: ArmName | None = Field(default=None, description="only this arm; null stops the experiment")


class HoldoutReport(BaseModel):
    """Those who are sent nothing."""

    model_config = FROZEN

    percent: int = Field(ge=0, le=100, description="of the learners, as declared")
    learners: Count = Field(description="met and followed for 72 hours")
    returned: Count = Field(description="of those, who learned within the 72 hours")
    return_share: Share | None = Field(description="returned / learners; null as long as there is nobody")


class ArmReport(HoldoutReport):
    """One way to nudge, against the hold-out."""

    arm: ArmName
    template: Variant | None
    channel: Channel | None
    send_hour: int | None = Field(ge=0, le=23)
    lift: Difference | None = Field(description="return_share less that of the hold-out")
    lift_low: Difference | None = Field(description="the 95 % interval begins here (Newcombe)")
    lift_high: Difference | None = Field(description="and ends here")
    learners_needed: Count = Field(description="in this arm, to find the smallest effect of interest in 80 % of cases")
    is_large_enough: bool = Field(description="whether it has them, and the hold-out its own; until then, wait")
    evidence_of_harm: float = Field(
        ge=0, le=1e300, description="how much better harm explains the returns than none does; see evidence_to_stop"
    )
    evidence_to_stop: float = Field(ge=0, le=1e300, description="evidence with which the arm stops itself")
    stopped_at: Time | None = Field(description="since when nobody is nudged by it")
    stopped_because: ArmEnd | None


class ExperimentReport(BaseModel):
    """How an experiment stands, by intention to treat: each learner counts once, in the arm that chance gave them."""

    model_config = FROZEN

    experiment_id: str = Field(max_length=128)
    name: str = Field(max_length=100)
    state: State = Field(
        description="halted: every arm was stopped, and its learners are left in peace until an admin ends it"
    )
    started_at: Time
    stopped_at: Time | None
    stopped_because: ExperimentEnd | None
    as_of: Time = Field(description="whoever was met before this is counted; it is four days behind, for the 72 hours")
    smallest_effect: float = Field(ge=0, le=1, description="as declared")
    holdout: HoldoutReport
    arms: tuple[ArmReport, ...] = Field(max_length=MOST_ARMS)
    sample_ratio_p: Share | None = Field(
        description="the chance of shares as uneven as these by chance; null as long as it cannot be told"
    )
    warnings: tuple[str, ...] = Field(max_length=20, description="what to know before anything is concluded")
