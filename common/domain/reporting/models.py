"""What is stored of dashboards: a document for each day, one snapshot for admins, one for each course that is watched.

Persons are in one place alone: the newest accounts in AdminSnapshot, by name; see personal.py.
"""

from common.domain.reporting.numbers import (
    CourseCount,
    DayNumbers,
    DropOffStep,
    QueueHealth,
    RecentUser,
    RiskCounts,
    UsersByRole,
)
from common.ports import Document, Time

ADMIN = "admin"
"""The id of the one AdminSnapshot."""


class DayOfUse(Document, collection="days_of_use", key="date", unindexed=("numbers", "total_messages")):
    """One day (UTC), and what there was in all until its end.

    Written anew by each count until everybody's day is over; then it stands, whatever is erased or expires later.
    """

    date: str
    """ISO 8601."""
    numbers: DayNumbers
    total_messages: int
    """To and from the tutor, since the first one."""


class AdminSnapshot(
    Document,
    collection="admin_snapshots",
    key="snapshot_id",
    unindexed=(
        "as_of", "open_since", "total_courses", "published_courses", "users", "inactive_users", "active_sessions_24h",
        "total_messages", "enrollments", "paid_enrollments", "courses", "recent_users", "days", "risks", "experiments",
        "queues",
    ),
):  # fmt: skip
    """All that the admins' dashboard shows: one document, which each count replaces."""

    snapshot_id: str = ADMIN
    as_of: Time
    """The count began then; nothing that was there before is missing."""
    open_since: str
    """ISO 8601 date: the days before it are counted for good."""
    total_courses: int
    published_courses: int
    users: UsersByRole
    inactive_users: int
    active_sessions_24h: int
    total_messages: int
    enrollments: int
    paid_enrollments: int
    courses: tuple[CourseCount, ...]
    recent_users: tuple[RecentUser, ...] = ()
    recent_user_ids: tuple[str, ...] = ()
    """Of the same accounts: by these an erasure finds them here."""
    days: tuple[DayNumbers, ...]
    """The oldest first, at most DAYS_SHOWN."""
    risks: RiskCounts = RiskCounts()
    experiments: str = "[]"
    """Reports as JSON: their shape is engagement's affair."""
    queues: QueueHealth


class CourseSnapshot(
    Document,
    collection="course_snapshots",
    key="course_id",
    unindexed=("as_of", "version", "enrolled", "paid", "active_this_week", "risks", "drop_off"),
):
    """What was counted of one course when its teacher last looked; it tells of nobody."""

    course_id: str
    as_of: Time
    version: int
    """Of the course: another one has other modules."""
    enrolled: int
    paid: int
    active_this_week: int
    risks: RiskCounts = RiskCounts()
    drop_off: tuple[DropOffStep, ...] = ()


class CourseQuestion(
    Document,
    collection="course_questions",
    key="course_question_id",
    unindexed=("question_id", "prompt", "topic", "answers", "right"),
):
    """How the learners of a course did with one question of its quizzes: sums that tell of nobody."""

    course_question_id: str
    course_id: str
    question_id: str
    prompt: str
    topic: str
    answers: int = 0
    """How often it was in a quiz that was handed in, answered or not."""
    right: int = 0
    at_most: float = 1.0
    """Upper end of the 95 % interval of the share of right answers: the hardest are those certainly known by few."""


class AnswersCursor(
    Document, collection="answers_cursors", key="cursor_id", unindexed=("submitted_at", "submission_id")
):
    """Up to where submissions are counted into CourseQuestion: changed in the batch that counts them."""

    cursor_id: str = "courses"
    submitted_at: Time
    submission_id: str


def course_question_id(course_id: str, question_id: str) -> str:
    """The id of a question as a course asks it."""
    return f"{course_id}.{question_id}"
