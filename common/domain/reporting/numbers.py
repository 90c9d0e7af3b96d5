"""The numbers of dashboards, as they are stored and shown: each says what it counts, and none names a person."""

import datetime

from pydantic import BaseModel, ConfigDict, Field

from common.ports import Role, Time

Count = int
"""0 or more."""


class Numbers(BaseModel):
    """Numbers that belong together; what a newer version counted besides is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class AiUse(Numbers):
    """What was asked of language models, and what stood in for one."""

    calls: Count = Field(default=0, ge=0, description="answers of a model, the cache and the offline tutor together")
    from_cache: Count = Field(default=0, ge=0, description="of them, answered from the cache")
    offline: Count = Field(
        default=0, ge=0, description="of them, answered by rules: no model was asked, or none answered"
    )
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    cost_micros: int = Field(default=0, ge=0, description="millionths of a US dollar")

    def __add__(self, other: "AiUse") -> "AiUse":
        """Both together."""
        return AiUse(**{name: getattr(self, name) + getattr(other, name) for name in AiUse.model_fields})


class PurposeUse(Numbers):
    """AI calls for one purpose."""

    purpose: str = Field(description="chat, embed, quiz, nudge: as the ledger of AI calls names it")
    calls: Count = Field(default=0, ge=0)
    cost_micros: int = Field(default=0, ge=0, description="millionths of a US dollar")


class NudgeCounts(Numbers):
    """What became of nudges, each fact on the day on which it happened."""

    sent: Count = Field(default=0, ge=0, description="shown to a learner, or handed to the mail server")
    opened: Count = Field(default=0, ge=0)
    acted: Count = Field(default=0, ge=0, description="followed to where they lead")
    came_back: Count = Field(default=0, ge=0, description="learners who studied within 72 h of one that reached them")

    def __add__(self, other: "NudgeCounts") -> "NudgeCounts":
        """Both together."""
        return NudgeCounts(**{name: getattr(self, name) + getattr(other, name) for name in NudgeCounts.model_fields})


class DayNumbers(Numbers):
    """What happened on one day (UTC), as far as it was not erased before it was counted."""

    date: datetime.date
    new_users: Count = Field(default=0, ge=0, description="accounts that were made")
    active_learners: Count = Field(
        default=0, ge=0, description="learners who did something that counts, by the date where they live"
    )
    sessions: Count = Field(default=0, ge=0, description="conversations with the tutor that began")
    learning_sessions: Count = Field(default=0, ge=0, description="times of learning that began")
    messages: Count = Field(default=0, ge=0, description="messages to and from the tutor")
    activities: Count = Field(default=0, ge=0, description="everything that learners did and that counts")
    submissions: Count = Field(default=0, ge=0, description="quizzes that were handed in")
    enrollments: Count = Field(default=0, ge=0, description="places that were taken, and not given back since")
    nudges: NudgeCounts = NudgeCounts()
    ai: AiUse = AiUse()
    ai_purposes: tuple[PurposeUse, ...] = ()


class UsersByRole(Numbers):
    """Accounts of each role, active or not."""

    learner: Count = Field(default=0, ge=0)
    teacher: Count = Field(default=0, ge=0)
    admin: Count = Field(default=0, ge=0)

    @property
    def total(self) -> int:
        """All accounts."""
        return self.learner + self.teacher + self.admin


class RecentUser(Numbers):
    """One of the accounts that were made last."""

    user_id: str
    display_name: str
    role: Role
    created_at: Time


class CourseCount(Numbers):
    """How many learn in one course."""

    course_id: str
    title: str
    status: str = Field(description="draft, published or withdrawn")
    enrolled: Count = Field(ge=0, description="places that are taken, unpaid ones too")
    paid: Count = Field(ge=0, description="of them, paid for")


class RiskCounts(Numbers):
    """Risks of failing by band; a learner counts once for each course in which a risk is known."""

    too_early: Count = Field(default=0, ge=0, description="too little is known yet")
    low: Count = Field(default=0, ge=0)
    raised: Count = Field(default=0, ge=0)
    high: Count = Field(default=0, ge=0)


class DeadLetters(Numbers):
    """Messages of one kind that were given up."""

    kind: str
    count: Count = Field(ge=1)


class QueueHealth(Numbers):
    """Whether the work behind the answers is done in time."""

    overdue: Count = Field(
        default=0, ge=0, description="messages that were due a minute ago or longer, and are not done"
    )
    oldest_due_at: Time | None = Field(
        default=None, description="since when the longest of them waits; null: none does"
    )
    dead: Count = Field(default=0, ge=0, description="messages that were given up and wait for somebody to look")
    dead_kinds: tuple[DeadLetters, ...] = Field(default=(), description="of the 50 oldest dead ones, the most first")


class DropOffStep(Numbers):
    """One module of a course: how many began it, and how many finished it."""

    module_id: str
    title: str
    started: Count = Field(ge=0, description="learners who completed at least one of its lessons")
    completed: Count = Field(ge=0, description="learners who completed all of them")
