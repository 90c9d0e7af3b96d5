"""What is stored of what learners do, and of how far they have come."""

from pydantic import BaseModel, ConfigDict, Field

from common.domain.progress.local_days import ZoneSince
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


class MasteredTopic(BaseModel):
    """A topic that the learner masters, and the instant at which they no longer do, if nothing new is known."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: str
    until: Time


class OpenNudge(BaseModel):
    """A nudge of the last days: whether the learner comes back is told by what they do, wherever that is recorded."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    nudge_id: str
    since: Time
    exposure_id: str | None = None
    """In an experiment, where this nudge is what counts of the learner."""
    came_back_at: Time | None = None


class Standing(
    Document,
    collection="standings",
    key="user_id",
    unindexed=(
        "zones", "days", "excused", "counts", "seconds", "perfect_quizzes", "last_active_at", "mastered",
        "total_points", "badges", "is_listed", "nudged_for", "open_nudges",
    ),
):  # fmt: skip
    """Where a learner stands, in one small document: all that a profile shows of what they did.

    Every field but the zones, the listing and what is known of nudges follows from the set of activities, in whatever
    order they came: sets, sums and maxima. Made with the first activity, or the first change of zone or listing; who
    has none did nothing yet.
    """

    user_id: str
    zones: tuple[ZoneSince, ...]
    """Where they live, and lived: at most MOST_ZONES."""
    days: str = "0"
    """Local days on which they learned, as a set of bits in hexadecimal (local_days): a bit a day since 2020."""
    excused: str = "0"
    """Days that a journey took from them, likewise."""
    counts: dict[str, int] = Field(default_factory=dict)
    """Activities of each kind."""
    seconds: int = 0
    """Time spent on them."""
    perfect_quizzes: int = 0
    """Submissions in which everything was right."""
    last_active_at: Time | None = None
    mastered: tuple[MasteredTopic, ...] = ()
    """Those that would be mastered longest, at most MOST_MASTERED; rewritten with each activity."""
    total_points: int = 0
    """Of all weeks; see rewards."""
    badges: tuple[str, ...] = ()
    """In the order in which they are declared."""
    is_listed: bool = True
    """Whether others see the learner on leaderboards."""
    nudge_due_at: Time | None = None
    """When they would be more likely to stay away for a week than to come back, if they did nothing more; see
    engagement. None where nothing is due: they did nothing yet, or a nudge for this silence was planned."""
    nudged_for: Time | None = None
    """The `last_active_at` of the silence for which a nudge was planned last: one silence has one."""
    open_nudges: tuple[OpenNudge, ...] = ()
    """The latest, at most MOST_OPEN_NUDGES."""

    @property
    def active_days(self) -> int:
        """The days of learning, as a set of bits."""
        return int(self.days, 16)

    @property
    def excused_days(self) -> int:
        """The excused days, as a set of bits."""
        return int(self.excused, 16)


class WeekOfEvidence(BaseModel):
    """Answers on a topic in one week: `correct` of `of`; weeks are counted from Monday, 30 December 2019, in UTC."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    week: int
    correct: int
    of: int


class TopicEvidence(BaseModel):
    """What is known of a learner's mastery of a topic: one entry a week with answers, in order."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: str
    weeks: tuple[WeekOfEvidence, ...]


class Knowledge(Document, collection="knowledge", key="user_id", unindexed=("topics",)):
    """The evidence of what a learner masters, by topic; sums by week, so that their order does not matter."""

    user_id: str
    topics: tuple[TopicEvidence, ...] = ()
    """In the order of their names; at most MOST_TRACKED."""


class ConceptSection(BaseModel):
    """One part of a concept."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    section_id: str
    title: str


class Concept(Document, collection="concepts", key="concept_id", unindexed=("title", "sections", "updated_at")):
    """Something to learn, in sections; of a course, or for everybody."""

    concept_id: str
    title: str
    sections: tuple[ConceptSection, ...]
    course_id: str | None = None
    created_by: str
    created_at: Time
    updated_at: Time


class ConceptProgress(
    Document,
    collection="concept_progress",
    key="progress_id",
    unindexed=("title", "completed", "section_count", "seconds", "started_at"),
):
    """How far one learner has come with one concept."""

    progress_id: str
    user_id: str
    concept_id: str
    course_id: str | None = None
    title: str
    """Of the concept when this was written, like the number of its sections."""
    section_count: int
    completed: tuple[str, ...] = ()
    """Sections, in the concept's order; only ever more."""
    seconds: int = 0
    """Spent on it, as the learner's device says and the clock allows."""
    started_at: Time
    updated_at: Time
    completed_at: Time | None = None
    """When every section was completed for the first time."""


def progress_id(user_id: str, concept_id: str) -> str:
    """The id of a learner's progress with a concept."""
    return f"{user_id}.{concept_id}"


class LessonCompletion(
    Document, collection="lesson_completions", key="completion_id", unindexed=("lesson_id", "concept_id")
):
    """A lesson that a learner has completed, once; its id is of both."""

    completion_id: str
    user_id: str
    course_id: str
    lesson_id: str
    """A topic of the course."""
    concept_id: str
    """The module that it stands in."""
    completed_at: Time


class LearningSession(
    Document,
    collection="learning_sessions",
    key="session_id",
    unindexed=("topic", "tutor", "course_id", "ended_at", "seconds", "engagement"),
):
    """A time of learning that somebody began and ended."""

    session_id: str
    user_id: str
    topic: str
    tutor: str | None = None
    """Who or what they learned with."""
    course_id: str | None = None
    started_at: Time
    ended_at: Time | None = None
    seconds: int = 0
    """By the server's clock, LONGEST_SESSION at most."""
    engagement: int | None = None
    """1 to 5, as they felt it."""


class OpenSession(Document, collection="open_sessions", key="user_id", unindexed=("session_id",)):
    """The learning session that somebody is in: one at a time, so that no minute counts twice."""

    user_id: str
    session_id: str | None


class PlannedConcept(BaseModel):
    """A concept that somebody wants to complete, as it was when they said so."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    concept_id: str
    title: str
    section_count: int


class StudyPlan(
    Document,
    collection="study_plans",
    key="user_id",
    unindexed=(
        "concepts", "topics", "exam_date", "minutes_per_day", "rest_days", "made_on", "minutes_at_first", "updated_at",
    ),
):  # fmt: skip
    """What a learner wants to reach, and by when. The days follow from it and from where they stand, anew each day."""

    user_id: str
    concepts: tuple[PlannedConcept, ...]
    topics: tuple[str, ...]
    exam_date: str | None = None
    """ISO 8601, local."""
    minutes_per_day: int
    rest_days: tuple[int, ...] = ()
    """Of the week: 1 is Monday."""
    made_on: str
    """The local date on which it was made, and `minutes_at_first` the work that there was."""
    minutes_at_first: int
    updated_at: Time


class Certificate(
    Document,
    collection="certificates",
    key="certificate_key",
    unindexed=("course_id", "course_title", "version", "display_name", "completed_at"),
):
    """That a learner has completed a course, as it was then; its key is of both, so that there is one."""

    certificate_key: str
    certificate_id: str
    """Random: who was given it may look the certificate up, and nobody can guess it."""
    user_id: str
    course_id: str
    course_title: str
    version: int
    """Of the course."""
    display_name: str
    """Of the learner when it was issued."""
    completed_at: Time
    issued_at: Time
