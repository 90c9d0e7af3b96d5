"""What is stored and shown of analytics: numbers that were protected before they were written down."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from common.ports import Document, Time


class Group(BaseModel):
    """How many learners have one value in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str = Field(description="such as DE, pt, beginner, quiz_submitted; not_said where learners left it open")
    learners: int = Field(ge=0, description="at least so many: rounded down to a multiple of the floor")


class AnalyticsWeek(
    Document,
    collection="analytics_weeks",
    key="week",
    unindexed=("floor", "as_of", "learners", "joined", "active", "features", "countries", "languages", "levels"),
):
    """What may be said of one week. It is written once and never counted anew: two counts would tell what changed."""

    week: str
    """ISO 8601, such as 2026-W10, of the learners' local days."""
    floor: int
    as_of: Time
    learners: int | None
    joined: int | None
    active: int | None
    features: tuple[Group, ...]
    countries: tuple[Group, ...]
    languages: tuple[Group, ...]
    levels: tuple[Group, ...]


class AnalyticsWeekView(BaseModel):
    """A week in numbers, none of which is about one person.

    Each is rounded down to a multiple of `floor`, on its own, so they do not add up. Null is fewer than the floor, and
    values with fewer are left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    week: str = Field(description="ISO 8601, such as 2026-W10")
    floor: int = Field(ge=2, description="no number below it is shown")
    as_of: Time = Field(description="when it was counted")
    learners: int | None = Field(description="active accounts of learners then")
    joined: int | None = Field(description="of them, those that were made in the week (UTC)")
    active: int | None = Field(description="who learned something in the week")
    features: tuple[Group, ...] = Field(description="of these, by what they did")
    countries: tuple[Group, ...] = Field(description="learners by country (ISO 3166-1)")
    languages: tuple[Group, ...] = Field(description="learners by language, whatever its script or region")
    levels: tuple[Group, ...] = Field(description="learners by level")

    @classmethod
    def of(cls, stored: AnalyticsWeek) -> Self:
        """The view of a stored week."""
        return cls(**{name: getattr(stored, name) for name in cls.model_fields})
