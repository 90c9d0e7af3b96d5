"""What clients send and get of flashcards."""

import itertools
import unicodedata
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from common.domain.review.jobs import CardJob
from common.domain.review.models import Card, CardSource, Difficulty, Holiday, MemoryState, Rating, Wishes
from common.ports import Time

FROZEN = ConfigDict(frozen=True, extra="forbid")
MOST_LETTERS = 5_000
"""Of one side."""
MOST_TAGS = 20
MOST_AT_ONCE = 100
MOST_HOLIDAYS = 10
MOST_TEXT = 2_000_000
"""Characters of a file of cards."""


def side(text: str) -> str:
    """A side of a card as it is kept, with line feeds alone; ValueError where it is empty or cannot be shown."""
    said = text.replace("\r\n", "\n").replace("\r", "\n")
    if not said.strip():
        raise ValueError("it is empty")
    if any(c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs") for c in said):
        raise ValueError("control characters are not allowed")
    return said


def _name(text: str) -> str:
    said = text.strip()
    if not said:
        raise ValueError("it is empty")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in said):
        raise ValueError("control characters are not allowed")
    return said


def _tag(text: str) -> str:
    if any(c.isspace() for c in text):
        raise ValueError("a tag has no spaces")
    return _name(text)


def _once(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tags))


Side = Annotated[str, Field(min_length=1, max_length=MOST_LETTERS), AfterValidator(side)]
Deck = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_name)]
Tag = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_tag)]
Tags = Annotated[tuple[Tag, ...], Field(max_length=MOST_TAGS), AfterValidator(_once)]
Limit = Annotated[int, Field(ge=1, le=100, description="cards at most, 1 to 100")]
Minutes = Annotated[int, Field(ge=1, le=600, description="as many cards as take so long at the learner's own pace")]


class NewCard(BaseModel):
    """A card to keep in memory."""

    model_config = FROZEN

    front: Side = Field(description="the question; the learner sees it first")
    back: Side = Field(description="the answer")
    deck: Deck = Field(default="Default", description="`::` separates decks within decks, as in Anki")
    tags: Tags = Field(default=(), description="none has a space")
    html: bool = Field(default=False, description="front and back are HTML: clean it before it is shown")
    difficulty: Difficulty | None = Field(default=None, description="as its author sees it")


class NewCards(BaseModel):
    """Several cards; either all are made or none."""

    model_config = FROZEN

    cards: Annotated[tuple[NewCard, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


class CardChange(BaseModel):
    """What of a card is to be changed; what is left out, or null, stays."""

    model_config = FROZEN

    front: Side | None = None
    back: Side | None = None
    deck: Deck | None = None
    tags: Tags | None = None
    html: bool | None = None
    difficulty: Difficulty | None = Field(default=None, description="null clears it")
    suspended: bool | None = Field(default=None, description="true: not asked until it is false again")


class CardView(BaseModel):
    """A card, as its owner sees it."""

    model_config = FROZEN

    card_id: str
    guid: str = Field(description="tells it from others in files of cards")
    front: str
    back: str
    deck: str
    tags: tuple[str, ...]
    html: bool = Field(description="front and back are HTML: clean it before it is shown")
    difficulty: Difficulty | None
    source: CardSource | None = Field(description="what it was made from")
    suspended: bool
    state: MemoryState
    due_at: Time | None = Field(description="from when it is asked; null for a card never seen")
    reviews: int
    lapses: int
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, card: Card) -> Self:
        """What its owner sees of a stored card."""
        shared = cls.model_fields.keys() & Card.model_fields.keys()
        return cls.model_validate({name: getattr(card, name) for name in shared} | {"state": card.memory.state})


class CardsMade(BaseModel):
    """Several new cards, in the order in which they were sent."""

    model_config = FROZEN

    items: tuple[CardView, ...]


class FromDocument(BaseModel):
    """A document to make cards of."""

    model_config = FROZEN

    document_id: Annotated[str, Field(min_length=1, max_length=64)]
    deck: Deck | None = Field(default=None, description="the document's title, when not given")
    most: Annotated[int, Field(ge=1, le=200)] = Field(default=50, description="cards at most")


class Submitted(BaseModel):
    """A quiz that was handed in."""

    model_config = FROZEN

    submission_id: Annotated[str, Field(min_length=1, max_length=64)]


class CardAnswer(BaseModel):
    """How a card was answered."""

    model_config = FROZEN

    rating: Rating
    duration_ms: Annotated[int, Field(ge=0, le=3_600_000)] | None = Field(default=None, description="milliseconds")
    after_reviews: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description="`reviews` of the card as it was shown: when it has others by now, the answer is 409"
    )


class Reviewed(BaseModel):
    """What a review came to."""

    model_config = FROZEN

    card_id: str
    review_id: str
    state: MemoryState
    due_at: Time
    due_on: date = Field(description="the learner's date")
    interval_days: int | None = Field(description="as FSRS says, before the day was chosen; null for minutes")
    reviews: int
    lapses: int


class DueQueue(BaseModel):
    """What there is to do today, in the order in which to do it."""

    model_config = FROZEN

    items: tuple[CardView, ...]
    due_count: int = Field(description="all cards that are due today or were before")
    overdue_count: int = Field(description="those of them that were due before today")
    new_count: int = Field(description="new cards that are for today")
    is_backlog: bool = Field(description="more is overdue than a day takes: the most overdue of their interval first")
    holiday_until: date | None = Field(description="today is a holiday, and this its last day")
    estimated_seconds: int = Field(description="for the items, at the learner's own pace")


class WishesView(BaseModel):
    """How a learner wants to review."""

    model_config = FROZEN

    retention: Annotated[float, Field(ge=0.7, le=0.97)] = Field(
        default=0.9, description="share of the cards that are to be known when they are asked"
    )
    exam_date: date | None = Field(default=None, description="everything is seen in the days before it")
    rollover_hour: Annotated[int, Field(ge=0, le=23)] = Field(default=4, description="when a day ends, on their clock")
    new_per_day: Annotated[int, Field(ge=0, le=500)] = 20
    reviews_per_day: Annotated[int, Field(ge=10, le=2_000)] = Field(
        default=200, description="when more is overdue, the rest waits"
    )
    holidays: Annotated[tuple["HolidayView", ...], Field(max_length=MOST_HOLIDAYS)] = Field(
        default=(), description="what is due later is put off by their length; those that are over are forgotten"
    )

    @model_validator(mode="after")
    def _apart(self) -> Self:
        in_order = sorted(self.holidays, key=lambda one: one.first)
        if any(one.last >= other.first for one, other in itertools.pairwise(in_order)):
            raise ValueError("holidays do not overlap")
        return self

    @classmethod
    def of(cls, wishes: Wishes) -> Self:
        """As its owner sees it."""
        return cls.model_validate(wishes.model_dump())


class HolidayView(BaseModel):
    """Days on which nothing is due, both ends included."""

    model_config = FROZEN

    first: date
    last: date

    @model_validator(mode="after")
    def _is_a_time(self) -> Self:
        if not 0 <= (self.last - self.first).days < 366:
            raise ValueError("a holiday ends after it began, and within a year")
        return self

    def stored(self) -> Holiday:
        """As it is kept."""
        return Holiday(first=self.first, last=self.last)


class NewImport(BaseModel):
    """A text file of cards, in Anki's format."""

    model_config = FROZEN

    text: Annotated[str, Field(min_length=1, max_length=MOST_TEXT, description="the whole file")]
    deck: Deck = Field(default="Default", description="for lines that name none")


class CardJobView(BaseModel):
    """How far many cards have come to be."""

    model_config = FROZEN

    job_id: str
    kind: Literal["import", "document"]
    status: Literal["working", "done", "failed"]
    document_id: str | None
    detail: str | None = Field(description="why it failed, or what it left out")
    total: int = Field(description="lines of the file, or passages of the document")
    done: int = Field(description="of them")
    made: int = Field(description="new cards")
    changed: int = Field(description="cards that there were, and that the file says otherwise")
    unchanged: int = Field(description="cards that there were")
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, job: CardJob) -> Self:
        """What its owner sees of a job."""
        return cls.model_validate({name: getattr(job, name) for name in cls.model_fields})


class ExportedCards(BaseModel):
    """A page of a file of cards: the pages one behind the other are the file."""

    model_config = FROZEN

    text: str
    next_page_token: str | None = Field(description="page_token of the next page; null on the last")


class DueDay(BaseModel):
    """How much is due on a day."""

    model_config = FROZEN

    day: date
    cards: int


class MonthOfRecall(BaseModel):
    """How well was remembered in a month."""

    model_config = FROZEN

    month: str = Field(description="such as 2026-03")
    reviews: int = Field(description="of cards that were known well enough to be asked on later days")
    retention: float | None = Field(description="share of them that were known: 0 to 1")
    expected: float | None = Field(description="share that FSRS expected")


class CardStatistics(BaseModel):
    """A learner's cards in numbers."""

    model_config = FROZEN

    cards: int
    new: int = Field(description="never seen, and not suspended")
    overdue: int
    forecast: tuple[DueDay, ...] = Field(description="30 days from today; what is overdue is in none of them")
    months: tuple[MonthOfRecall, ...] = Field(description="the last two years at most")
    seconds_a_review: float | None = Field(description="on average, of all reviews whose time is known")
    today_new: int
    today_reviews: int
