"""What is stored of rewards: a learner's weeks, and the top of each leaderboard."""

from pydantic import BaseModel, ConfigDict

from common.ports import Document, Time

EVERYBODY = "all"
"""The board of all learners; every other one is a course's, by its id."""


class DayOfPoints(BaseModel):
    """What a learner's activities of one kind on one day were worth, before the day's cap, and how many they were."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    day: int
    """Of the ISO week: 1 is Monday."""
    kind: str
    count: int
    worth: int


class LearnerWeek(
    Document,
    collection="learner_weeks",
    key="learner_week_id",
    unindexed=("tallies", "seconds", "correct", "of", "last_active_at", "asked_slot", "expires_at"),
    expires="expires_at",
):
    """What one learner did in one ISO week on one board: the sums that points follow from.

    Each learner has documents of their own, so that many at once disturb nobody.
    """

    learner_week_id: str
    board: str
    """EVERYBODY, or a course."""
    week: str
    """ISO 8601, such as 2026-W10, of the learner's local days."""
    user_id: str
    is_listed: bool
    """Whether others see it."""
    points: int = 0
    tallies: tuple[DayOfPoints, ...] = ()
    """In order of day and kind."""
    days: tuple[int, ...] = ()
    """Those of the tallies, each once: so that whoever learned on a day can be counted."""
    kinds: tuple[str, ...] = ()
    """Of the tallies, each once: by these the analytics count."""
    seconds: int = 0
    correct: int = 0
    """Right answers, of graded work."""
    of: int = 0
    last_active_at: Time | None = None
    asked_slot: int = 0
    """When the learner last asked for a refresh of the board; see leaderboard.SLOT."""
    expires_at: Time


class TopEntry(BaseModel):
    """One of the best."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: str
    display_name: str
    points: int


class TopList(
    Document,
    collection="top_lists",
    key="top_list_id",
    unindexed=("entries", "as_of", "departures", "expires_at"),
    expires="expires_at",
):
    """The best of one board and week, as they were when it was refreshed: what everybody reads, in one document."""

    top_list_id: str
    board: str
    week: str
    entries: tuple[TopEntry, ...] = ()
    """The best first, at most MOST_LISTED."""
    as_of: Time
    departures: int = 0
    """How often somebody left or joined, so that a refresh which has begun before begins anew."""
    expires_at: Time


def learner_week_id(board: str, week: str, user_id: str) -> str:
    """The id of a learner's week on a board."""
    return f"{board}.{week}.{user_id}"


def top_list_id(board: str, week: str) -> str:
    """The id of the top of a board in a week."""
    return f"{board}.{week}"
