"""What clients send and see of rewards."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from common.domain.progress.messages import ActivityKind
from common.ports import Time

FROZEN = ConfigDict(frozen=True, extra="forbid")
Count = Annotated[int, Field(ge=0, le=2**53)]
Rank = Annotated[int, Field(ge=1, le=2**53, description="1 is the best; equal points share a rank")]
Week = Annotated[
    str, Field(min_length=8, max_length=8, pattern=r"^\d{4}-W\d{2}$", description="ISO 8601, such as 2026-W10")
]


class Badge(BaseModel):
    """A badge, and how far the caller is."""

    model_config = FROZEN

    badge_id: str = Field(max_length=40)
    title: str = Field(max_length=60)
    description: str = Field(max_length=200, description="what earns it")
    goal: Count
    reached: Count = Field(description="towards the goal, and never beyond it")
    is_earned: bool


class PointRuleView(BaseModel):
    """What one kind of activity earns."""

    model_config = FROZEN

    kind: ActivityKind
    points: Count = Field(description="for each")
    for_score: Count = Field(description="besides, for a score of 1; in proportion for a lower one")
    per_ten_minutes: Count = Field(description="besides, for each ten minutes")
    daily_cap: Count = Field(description="the most that this kind earns in a day")


class StreakView(BaseModel):
    """The caller's days of learning without a break. One missed day in seven is forgiven."""

    model_config = FROZEN

    current: Count = Field(description="days")
    longest: Count = Field(description="days")
    is_active_today: bool
    may_rest: bool = Field(description="whether the streak outlives today without learning")


class Rewards(BaseModel):
    """What the caller has earned, and by which rules more is earned."""

    model_config = FROZEN

    total_points: Count
    level: int = Field(ge=1, le=100)
    next_level_points: Count | None = Field(description="at which the next level begins; null on the last")
    streak: StreakView
    badges: tuple[Badge, ...]
    points: tuple[PointRuleView, ...]


class LeaderboardRow(BaseModel):
    """One learner on a leaderboard."""

    model_config = FROZEN

    rank: Rank
    user_id: str = Field(max_length=128)
    display_name: str = Field(max_length=100)
    points: Count
    is_you: bool


class OwnPlace(BaseModel):
    """The caller's own place, which they see whether or not others do."""

    model_config = FROZEN

    rank: Rank | None = Field(description="among those who are listed; null without points")
    points: Count
    is_listed: bool = Field(description="whether others see the caller")


class Leaderboard(BaseModel):
    """The best of a week, and the caller's own place."""

    model_config = FROZEN

    course_id: str | None = Field(max_length=128, description="null: among all learners")
    week: Week
    as_of: Time | None = Field(description="when the best were looked up; null where nobody has points yet")
    items: tuple[LeaderboardRow, ...]
    you: OwnPlace


class ListingChange(BaseModel):
    """Whether others may see the caller on leaderboards."""

    model_config = FROZEN

    is_listed: bool


class Listing(ListingChange):
    """Whether others see the caller on leaderboards."""
