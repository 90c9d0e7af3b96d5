"""What clients see of risks: numbers and reasons for teachers, words alone for learners."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.domain.engagement.judgement import About, Band
from common.ports import Time


class EffectOnRisk(BaseModel):
    """One effect on a risk, in plain words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: About
    effect: Literal["raises", "lowers"]
    strength: float = Field(description="in log-odds: 0.7 doubles the odds, or halves them")
    text: str


class FailingView(BaseModel):
    """How likely it is that a learner fails a course."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score: float = Field(ge=0, le=1, description="of learners with 0.3, about 30 % fail, as far as the model holds")
    band: Band = Field(description="too_early: there is not enough work yet to tell; raised from 0.25, high from 0.5")
    evidence: float = Field(ge=0, description="how much is known: see the model's page in the README")
    reasons: tuple[EffectOnRisk, ...] = Field(description="the strongest first")
    as_of: Time
    model_version: str


class LapsingView(FailingView):
    """How likely it is that a learner does nothing in the coming seven days."""


class LearnerRisks(BaseModel):
    """The risks of a learner of a course."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    learner_id: str
    course_id: str
    failing: FailingView | None = Field(description="null: nobody has handed in anything yet")
    lapsing: LapsingView | None = Field(description="null: the learner has done nothing yet")


class CourseOutlook(BaseModel):
    """A kind word on one course."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    course_id: str
    text: str = Field(description="in the learner's language where we have it")


class Outlook(BaseModel):
    """What a learner is told of how they stand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    courses: tuple[CourseOutlook, ...]
