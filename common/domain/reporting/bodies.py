"""What clients see of dashboards."""

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.domain.engagement.experiment_bodies import ExperimentReport
from common.domain.engagement.judgement import About, Band
from common.domain.progress.bodies import ActivityView
from common.domain.reporting.numbers import (
    AiUse,
    CourseCount,
    DayNumbers,
    DropOffStep,
    NudgeCounts,
    PurposeUse,
    QueueHealth,
    RecentUser,
    RiskCounts,
    UsersByRole,
)
from common.ports import Time

FROZEN = ConfigDict(frozen=True, extra="forbid")


class Revenue(BaseModel):
    """What was paid in one currency."""

    model_config = FROZEN

    currency: str = Field(description="ISO 4217, such as EUR")
    amount: int = Field(ge=0, description="in the currency's smallest unit, such as cents")


class AdminDashboard(BaseModel):
    """The whole deployment at a glance, as it was counted last. Days are UTC."""

    model_config = FROZEN

    as_of: Time = Field(description="when the count began; what happened later may be in it or not")
    total_courses: int = Field(ge=0, description="drafts and withdrawn ones too")
    published_courses: int = Field(ge=0)
    total_users: int = Field(ge=0)
    users_by_role: UsersByRole
    inactive_users: int = Field(ge=0, description="accounts that an admin has deactivated")
    active_sessions_24h: int = Field(ge=0, description="conversations with the tutor that went on in the 24 h before")
    total_messages: int = Field(ge=0, description="to and from the tutor since the first one, erased ones too")
    enrollments: int = Field(ge=0, description="places in courses that are taken")
    paid_enrollments: int = Field(ge=0)
    billing: Literal["on", "off"] = Field(description="off: this deployment takes no payments, so nothing was bought")
    purchases: int = Field(ge=0)
    revenue: tuple[Revenue, ...]
    courses: tuple[CourseCount, ...] = Field(description="the 20 with the most learners; all are at .../admin/courses")
    recent_users: tuple[RecentUser, ...] = Field(description="the 10 newest accounts, the newest first")
    days: tuple[DayNumbers, ...] = Field(description="the last 31 days at most, the oldest first; the last one goes on")
    sessions_7d: tuple[int, ...] = Field(description="conversations that began on each of the last seven of `days`")
    risks: RiskCounts
    nudges: NudgeCounts = Field(description="over all of `days`")
    experiments: tuple[ExperimentReport, ...] = Field(description="with nudges: the latest five, the last one first")
    ai: AiUse = Field(description="over all of `days`")
    ai_purposes: tuple[PurposeUse, ...] = Field(description="the same by purpose, the dearest first")
    queues: QueueHealth


class CountAsked(BaseModel):
    """A count that will run."""

    model_config = FROZEN

    as_of: Time = Field(description="the dashboard has been counted anew when its as_of is this or later")


class Standpoint(BaseModel):
    """A learner's streak and points."""

    model_config = FROZEN

    streak: int = Field(ge=0, description="days of learning since the last break")
    longest_streak: int = Field(ge=0)
    is_active_today: bool
    may_rest: bool = Field(description="whether the streak outlives today without learning")
    points: int = Field(ge=0)


class ActiveDay(BaseModel):
    """One day of a learner, where they live."""

    model_config = FROZEN

    date: datetime.date
    is_active: bool
    activities: int | None = Field(ge=0, description="what they did that counts; null before last week's Monday")


class TopicLevel(BaseModel):
    """How well a topic is mastered."""

    model_config = FROZEN

    topic: str
    level: float = Field(ge=0, le=1, description="rises with right answers, falls while there are none")
    is_mastered: bool


NextKind = Literal["finish_quiz", "review", "learn", "practise", "ask"]


class NextStep(BaseModel):
    """What a learner does best now."""

    model_config = FROZEN

    kind: NextKind = Field(
        description="finish_quiz: one is open; review: cards are due; learn: a concept is begun or planned; practise: "
        "a topic is weak; ask: nothing is waiting, so begin with a question or a document"
    )
    title: str | None = Field(default=None, description="of the quiz or the concept, or the topic")
    quiz_id: str | None = None
    expires_at: Time | None = Field(default=None, description="until when the quiz can be handed in")
    cards: int | None = Field(default=None, ge=1, description="flashcards that are due")
    concept_id: str | None = None
    topic: str | None = None
    minutes: int | None = Field(default=None, ge=0, description="that it takes, about")


class LearnerDashboard(BaseModel):
    """Where the caller stands, and what comes next."""

    model_config = FROZEN

    as_of: Time
    standing: Standpoint
    due_reviews: int = Field(ge=0, description="flashcards that are due today or were before")
    next_step: NextStep
    topics: tuple[TopicLevel, ...] = Field(description="the 30 with the most evidence, the best mastered first")
    days: tuple[ActiveDay, ...] = Field(description="four weeks, the oldest first, today last")
    history: tuple[ActivityView, ...] = Field(description="the last ten things that the caller did, the latest first")


class RiskReason(BaseModel):
    """Why a learner's risk is as it is, in words for their teacher."""

    model_config = FROZEN

    about: About
    effect: Literal["raises", "lowers"]
    text: str


class LearnerAtRisk(BaseModel):
    """A learner who may fail the course."""

    model_config = FROZEN

    user_id: str
    display_name: str | None = Field(description="null where the account is gone")
    band: Band
    score: float = Field(ge=0, le=1, description="of those with 0.3, about 30 % fail, as far as the model holds")
    reasons: tuple[RiskReason, ...] = Field(description="the strongest first")
    as_of: Time


class HardQuestion(BaseModel):
    """How the learners of a course did with a question."""

    model_config = FROZEN

    question_id: str
    prompt: str
    topic: str
    answers: int = Field(ge=1, description="how often it was in a quiz that was handed in")
    right: int = Field(ge=0)


class CourseDashboard(BaseModel):
    """A course as its teacher sees it."""

    model_config = FROZEN

    as_of: Time = Field(description="of the counts; learners at risk and questions are as they stand now")
    course_id: str
    title: str
    enrolled: int = Field(ge=0, description="places that are taken")
    paid: int = Field(ge=0)
    capacity: int | None = Field(description="null where there is no limit")
    active_this_week: int = Field(ge=0, description="learners who did something in the course since Monday")
    risks: RiskCounts
    at_risk: tuple[LearnerAtRisk, ...] = Field(description="those whose risk is raised, the highest first; 20 at most")
    hardest_questions: tuple[HardQuestion, ...] = Field(
        description="the 10 that certainly the fewest know, by the upper end of a 95 % interval"
    )
    drop_off: tuple[DropOffStep, ...] = Field(description="by module, in the order of the course; the first 60")
