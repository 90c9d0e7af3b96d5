"""What is stored of what learners do, and of how far they have come."""

from common.domain.progress.messages import ActivityKind, TopicResult
from common.ports import Document, Time


class Activity(
    Document,
    collection="activities",
    key="activity_id",
    unindexed=("kind", "subject_id", "course_id", "concept_id", "document_id", "topics", "score", "seconds"),
):
    """One thing that a learner did. Its id is the message's: while it exists, the same fact never counts again."""

    activity_id: str
    user_id: str
    kind: ActivityKind
    subject_id: str
    at: Time
    course_id: str | None = None
    concept_id: str | None = None
    document_id: str | None = None
    topics: tuple[TopicResult, ...] = ()
    score: float | None = None
    """0 to 1."""
    seconds: int = 0
