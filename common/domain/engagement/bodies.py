"""What clients send and see of nudges."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.domain.engagement.experiment_models import Channel
from common.domain.engagement.models import LearnerNudges, Nudge, NudgeSettings, Origin, TextBy
from common.ports import Time

WallTime = Annotated[
    str, Field(max_length=5, pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="HH:MM, where the learner lives")
]
Reason = Annotated[
    str,
    Field(
        min_length=1,
        max_length=500,
        pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$",
        description="what the teacher says to the learner, who reads it word for word",
    ),
]
LearnerId = Annotated[str, Field(min_length=1, max_length=128)]
Answer = Literal["opened", "acted", "dismissed", "helpful", "not_helpful"]


class NudgeRequest(BaseModel):
    """Whom a teacher wants to nudge."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    learner_id: LearnerId
    reason: Reason | None = None


class NudgePlanned(BaseModel):
    """A nudge that is on its way, as far as the learner's wishes allow; those are not told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nudge_id: str
    learner_id: str
    planned_at: Time


class NudgeView(BaseModel):
    """A nudge as the learner sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nudge_id: str
    origin: Origin = Field(description="lapse: as the learner was away; teacher: a teacher asked for it")
    course_id: str | None = Field(description="of the teacher")
    channel: Channel | None
    subject: str
    text: str
    sent_at: Time | None
    opened_at: Time | None
    acted_at: Time | None
    dismissed_at: Time | None
    helpful: bool | None = Field(description="as the learner said; null where they did not")

    @classmethod
    def of(cls, nudge: Nudge) -> Self:
        """The view of a nudge that reached its learner."""
        same = {name: getattr(nudge, name) for name in cls.model_fields if name not in ("subject", "text")}
        return cls(**same, subject=nudge.subject or "", text=nudge.text or "")


class NudgeResponse(BaseModel):
    """What a learner did with a nudge, or thinks of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    response: Answer


class NudgePreferences(BaseModel):
    """How, when and how often somebody wants to be nudged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channels: tuple[Channel, ...] = Field(
        default=("in_app", "email"), max_length=2, description="none: nothing is sent; e-mail needs a proved address"
    )
    quiet_from: WallTime = "21:00"
    quiet_until: WallTime = "08:00"
    most_a_week: int = Field(default=2, ge=1, le=7, description="in any seven days")
    opted_out: bool = Field(default=False, description="no nudges at all")

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len(set(self.channels)) != len(self.channels):
            raise ValueError("a channel is named once")
        return self

    @classmethod
    def of(cls, wishes: LearnerNudges) -> Self:
        """The view of what is stored."""
        return cls(
            channels=wishes.channels,
            quiet_from=wishes.quiet_from,
            quiet_until=wishes.quiet_until,
            most_a_week=wishes.most_a_week,
            opted_out=wishes.opted_out_at is not None,
        )


class NudgeSettingsChange(BaseModel):
    """How the deployment shall nudge."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stopped: bool = Field(description="the kill switch: nothing is planned, and nothing that is planned is sent")
    text_by: TextBy = Field(default="template", description="who writes where no experiment says otherwise")


class NudgeSettingsView(NudgeSettingsChange):
    """How the deployment nudges."""

    updated_at: Time | None = Field(description="null: never changed")

    @classmethod
    def of(cls, settings: NudgeSettings) -> Self:
        """The view of what is stored."""
        return cls(stopped=settings.stopped, text_by=settings.text_by, updated_at=settings.updated_at)
