"""What is stored of flashcards: the card, the log of its reviews, and each learner's desk."""

import base64
import hashlib
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.ports import Document, Time

Rating = Literal["again", "hard", "good", "easy"]
"""How an answer came to mind: not at all, with effort, well, at once."""

MemoryState = Literal["new", "learning", "review", "relearning"]
"""As FSRS calls them; new: never reviewed."""

Pile = Literal["new", "learning", "review"]
"""new: never seen; learning: again within minutes; review: again on a later day."""

Difficulty = Literal["easy", "medium", "hard"]
"""As its author sees it; what FSRS measures is `Memory.difficulty`."""

BANDS = (1, 7, 30, 120)
"""Longest interval in days of each band but the last."""

STORED = ConfigDict(frozen=True, extra="ignore")


class Memory(BaseModel):
    """What FSRS knows of a card (https://github.com/open-spaced-repetition/py-fsrs)."""

    model_config = STORED

    state: MemoryState = "new"
    step: int | None = None
    """Which of the steps of minutes it is at; None in state review."""
    stability: float | None = None
    """Days in which the chance of recall falls from 1 to 0.9."""
    difficulty: float | None = None
    """1 to 10."""
    reviewed_at: Time | None = None


class Standing(BaseModel):
    """All that reviews change of a card: it follows from the log, and from nothing else."""

    model_config = STORED

    memory: Memory = Memory()
    pile: Pile = "new"
    due_at: Time | None = None
    """When it may be asked again: to the second for minutes, the beginning of the learner's day for days; None: new."""
    due_day: int = 0
    """The same as a study day (study_days.py); 0 for new cards."""
    band: int = 0
    """Which band of intervals it is in (BANDS); cards of one band grow overdue alike."""
    reviews: int = 0
    """Those that were undone do not count."""
    lapses: int = 0
    """How often it was forgotten in state review."""


class CardSource(BaseModel):
    """What a card was made from."""

    model_config = STORED

    document_id: str | None = None
    title: str | None = None
    """Of the document."""
    page: int | None = None
    """From 1."""
    start: int | None = None
    """Characters (code points) from the beginning of the page's text."""
    end: int | None = None
    question_id: str | None = None


class Card(
    Document,
    collection="cards",
    key="card_id",
    unindexed=(
        "guid", "front", "back", "tags", "html", "difficulty", "source", "memory", "reviews", "lapses", "rows",
        "before", "created_at", "updated_at",
    ),
):  # fmt: skip
    """One flashcard of one learner, and where it stands."""

    card_id: str
    """Derived from the learner and the guid, so that the same card never comes to be twice."""
    user_id: str
    guid: str
    """What tells it from others in Anki's files, and wherever else it is carried."""
    front: str
    back: str
    deck: str
    tags: tuple[str, ...] = ()
    html: bool = False
    """Whether front and back are HTML, as in Anki; otherwise they are plain text."""
    difficulty: Difficulty | None = None
    source: CardSource | None = None
    place: int
    """Its number among all that the learner ever made: new cards are asked in this order."""
    suspended: bool = False
    created_at: Time
    updated_at: Time

    memory: Memory = Memory()
    pile: Pile = "new"
    due_at: Time | None = None
    due_day: int = 0
    band: int = 0
    reviews: int = 0
    lapses: int = 0

    rows: int = 0
    """How many rows its log has."""
    before: Standing | None = None
    """Where it stood before the last review; None where there is nothing to undo."""

    @property
    def log_id(self) -> str:
        """Of its log: a card that is made again after it was deleted begins another."""
        return f"{self.card_id}-{self.place}"

    @property
    def standing(self) -> Standing:
        """What its log comes to."""
        return Standing.model_validate({name: getattr(self, name) for name in Standing.model_fields})

    def at(self, standing: Standing) -> "Card":
        """The same card, standing there."""
        return self.model_copy(update={name: getattr(standing, name) for name in Standing.model_fields})

    @property
    def is_counted(self) -> bool:
        """Whether the desk's load counts it."""
        return self.pile != "new" and not self.suspended


class ReviewRow(
    Document,
    collection="card_reviews",
    key="row_id",
    unindexed=(
        "kind", "review_id", "rating", "reviewed_at", "duration_ms", "seconds", "retention", "parameters",
        "interval_days", "due_at", "due_day", "was", "ahead", "recall", "day", "undoes",
    ),
):  # fmt: skip
    """One row of a card's log: appended, never changed. It holds every choice that a recomputation could not repeat."""

    row_id: str
    log_id: str
    user_id: str
    number: int
    """Place in the card's log, from 1."""
    kind: Literal["review", "undo"]
    review_id: str
    """Of the review; what is undone and done again has the same, so that nobody earns by it."""
    reviewed_at: Time
    rating: Rating | None = None
    duration_ms: int | None = None
    """As the client says."""
    seconds: int = 0
    """Believed of it: never more than passed since the learner's review before."""
    retention: float | None = None
    """Which was wished for then: 0.7 to 0.97."""
    parameters: str | None = None
    """Version of FSRS's parameters: see schedule.PARAMETERS."""
    interval_days: int | None = None
    """What FSRS said, before the day was chosen; None for minutes."""
    due_at: Time | None = None
    due_day: int = 0
    """The study day that was chosen, by the load of the days, the exam and the holidays as they were."""
    was: Pile | None = None
    ahead: bool = False
    """Whether it was reviewed before its day."""
    recall: float | None = None
    """How probable FSRS held a right answer, of cards in state review."""
    day: date | None = None
    """The learner's date when it was reviewed."""
    undoes: int | None = None
    """The number of the row that is undone."""


class Holiday(BaseModel):
    """Days on which nothing is due, both ends included."""

    model_config = STORED

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1


class Wishes(BaseModel):
    """How a learner wants to review."""

    model_config = STORED

    retention: float = 0.9
    exam_date: date | None = None
    rollover_hour: int = 4
    new_per_day: int = 20
    reviews_per_day: int = 200
    holidays: tuple[Holiday, ...] = ()
    """In order, apart from each other; those that are over are in `Desk.days_off`."""


class Today(BaseModel):
    """What was done on the learner's last day of reviews."""

    model_config = STORED

    day: date | None = None
    new: int = 0
    reviews: int = 0
    """Of cards in state review that were due."""
    ahead: int = 0
    """Before their day."""


class Recall(BaseModel):
    """How often cards in state review were still known."""

    model_config = STORED

    asked: int = 0
    known: int = 0
    expected: float = 0.0
    """Sum of the probabilities that FSRS gave them."""


class Desk(
    Document,
    collection="review_desks",
    key="user_id",
    unindexed=(
        "wishes", "days_off", "load", "cards", "new", "made", "today", "months", "seconds", "timed",
        "reviewed_at",
    ),
):  # fmt: skip
    """All that one learner's reviews need besides the card: one document, so that a queue or a review reads it once."""

    user_id: str
    wishes: Wishes = Wishes()
    days_off: int = 0
    """Days of holidays that are over: study days do not count them."""
    load: dict[str, int] = Field(default={})
    """Study day -> cards that are due on it and not reviewed yet; suspended and new ones apart."""
    cards: int = 0
    new: int = 0
    """Of the cards, those never seen and not suspended."""
    made: int = 0
    """Cards ever made."""
    today: Today = Today()
    months: dict[str, Recall] = Field(default={})
    """Month ("2026-03") -> how well was remembered; the last two years."""
    seconds: int = 0
    timed: int = 0
    """Reviews whose time is in `seconds`."""
    reviewed_at: Time | None = None

    def due_until(self, day: int) -> int:
        """How many cards are due on this study day or were before."""
        return sum(count for due, count in self.load.items() if int(due) <= day)

    def due_after(self, day: int) -> int:
        """How many cards are due later than this study day."""
        return sum(count for due, count in self.load.items() if int(due) > day)


def band_of(interval_days: int) -> int:
    """Which band an interval is in, from 0."""
    return sum(interval_days > longest for longest in BANDS)


def card_id(user_id: str, guid: str) -> str:
    """The id of a learner's card: 120 bits of a SHA-256."""
    digest = hashlib.sha256(f"{user_id}\x1f{guid}".encode()).digest()[:15]
    return base64.urlsafe_b64encode(digest).decode()


def row_id(log_id: str, number: int) -> str:
    """The id of a row of a card's log."""
    return f"{log_id}-{number:06d}"
