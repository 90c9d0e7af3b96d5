"""What clients send and see of study plans."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from common.domain.progress.bodies import FROZEN, Id
from common.domain.progress.messages import Topic


class StudyPlanWish(BaseModel):
    """What a learner wants to reach."""

    model_config = FROZEN

    concept_ids: tuple[Id, ...] = Field(default=(), max_length=10, description="concepts to complete, in this order")
    topics: tuple[Topic, ...] = Field(default=(), max_length=20, description="topics to master")
    exam_date: date | None = Field(default=None, description="everything is done the day before")
    minutes_per_day: int = Field(ge=5, le=600)
    rest_days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(
        default=(), max_length=6, description="days of the week without learning: 1 is Monday"
    )

    @model_validator(mode="after")
    def _wants_something(self) -> Self:
        if not (self.concept_ids or self.topics):
            raise ValueError("a plan needs a concept or a topic")
        return self


PlannedKind = Literal["review", "learn", "practise", "rehearse"]


class PlannedItem(BaseModel):
    """Something to do on a day."""

    model_config = FROZEN

    kind: PlannedKind = Field(
        description="review: due flashcards; learn: sections of a concept; practise: questions on a topic; rehearse: "
        "everything once more, on the eve of the exam"
    )
    title: str = Field(max_length=200)
    concept_id: Id | None = None
    topic: str | None = Field(default=None, max_length=100)
    minutes: int = Field(ge=1, le=600)


class PlannedDay(BaseModel):
    """One day of a plan."""

    model_config = FROZEN

    date: date
    minutes: int = Field(ge=0, le=600)
    items: tuple[PlannedItem, ...]


class StudyPlanView(BaseModel):
    """The caller's plan from today on, made anew from where they stand."""

    model_config = FROZEN

    concept_ids: tuple[Id, ...]
    topics: tuple[str, ...]
    exam_date: date | None
    minutes_per_day: int = Field(ge=5, le=600)
    rest_days: tuple[int, ...]
    made_on: date
    days: tuple[PlannedDay, ...] = Field(description="from today on, two weeks at most")
    minutes_left: int = Field(ge=0, description="of all work, reviews of today included")
    minutes_behind: int = Field(
        ge=0, description="more than would be left if each day had had its share; 0 without exam"
    )
    is_feasible: bool = Field(description="whether it can be done before the exam in the minutes that there are")
    minutes_per_day_needed: int | None = Field(description="to be done before the exam; null without one")
