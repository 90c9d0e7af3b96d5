"""What is stored of questions, quizzes, submissions and how a learner does."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.domain.assessment.content import Bloom, Citation, Content, Difficulty, Kind
from common.ports import Document, Time

MadeBy = Literal["bank", "model", "offline"]
"""Where a quiz's questions come from: the bank, a language model, or rules over the text."""


class Part(BaseModel):
    """A part of a stored document; what a newer version wrote besides is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Statistics(Part):
    """Sums over the answers to one version of a question.

    x is 1 where the answer was right, y the share of the same quiz's other questions that were answered rightly.
    """

    answers: int = 0
    right: int = 0
    rest: float = 0.0
    """Sum of y."""
    rest_squared: float = 0.0
    rest_of_right: float = 0.0
    """Sum of y where x is 1."""


class Question(
    Document,
    collection="questions",
    key="question_id",
    unindexed=("version", "content", "retired_because", "statistics", "updated_at"),
):
    """A question of the bank. An edit makes another version, whose statistics begin anew."""

    question_id: str
    version: int = 1
    category: str
    topic: str
    difficulty: Difficulty
    content: Content
    status: Literal["active", "retired"] = "active"
    retired_because: str | None = None
    place: float
    """From 0 to 1, random, its own for ever: questions are drawn by it."""
    statistics: Statistics = Statistics()
    created_by: str
    created_at: Time
    updated_at: Time


class Catalogue(Document, collection="question_catalogues", key="catalogue_id", unindexed=("counts",)):
    """How many active questions there are of each category and difficulty: one document, changed with each question."""

    catalogue_id: str = "bank"
    counts: dict[str, dict[Difficulty, int]] = Field(default_factory=dict)


class IssuedOption(Part):
    """An option as it was shuffled for this quiz."""

    option_id: str
    text: str
    correct: bool


class IssuedQuestion(Part):
    """A question as it was when it was issued: whatever becomes of the original, this stays."""

    question_id: str
    version: int
    kind: Kind
    topic: str
    difficulty: Difficulty
    bloom: Bloom
    prompt: str
    options: tuple[IssuedOption, ...] = ()
    accepted: tuple[str, ...] = ()
    exact: bool = False
    explanation: str
    source: Citation | None = None
    counts: bool = False
    """Whether its answer tells of the question: it is the bank's, and the learner meets it for the first time."""

    @property
    def key(self) -> tuple[str, ...]:
        """The texts of what is right."""
        return tuple(option.text for option in self.options if option.correct) or self.accepted

    @property
    def correct_options(self) -> tuple[str, ...]:
        """The options of the key."""
        return tuple(option.option_id for option in self.options if option.correct)


class Subject(Part):
    """What a quiz is about: a category of the bank (and one of its topics), a document, a course, or a topic."""

    category: str | None = None
    document_id: str | None = None
    course_id: str | None = None
    topic: str | None = None

    @property
    def name(self) -> str:
        """What tells it from others."""
        return self.category or self.document_id or self.course_id or self.topic or ""


class Quiz(
    Document,
    collection="quizzes",
    key="quiz_id",
    unindexed=(
        "subject", "title", "status", "asked", "difficulty", "adaptive", "time_limit_seconds", "made_by", "questions",
        "dropped", "detail", "issued_at", "expires_at",
    ),
):  # fmt: skip
    """A quiz of one learner. It is never changed once it is ready: what was handed in stands beside it."""

    quiz_id: str
    user_id: str
    subject: Subject
    title: str
    status: Literal["composing", "ready", "failed"] = "ready"
    asked: int
    """How many questions were asked for."""
    difficulty: Difficulty | None = None
    adaptive: bool = False
    time_limit_seconds: int | None = None
    made_by: MadeBy = "bank"
    questions: tuple[IssuedQuestion, ...] = ()
    dropped: dict[str, int] = Field(default_factory=dict)
    """Of generated questions: how many each check refused."""
    detail: str | None = None
    """Why there are fewer questions than asked, or none."""
    issued_at: Time
    expires_at: Time


class TopicCount(Part):
    """How one topic of a quiz went."""

    topic: str
    correct: int
    of: int


class Submission(
    Document,
    collection="submissions",
    key="submission_id",
    unindexed=(
        "subject",
        "title",
        "answers",
        "telling",
        "wrong",
        "score",
        "correct",
        "of",
        "seconds",
        "topics",
        "issued_at",
    ),
):
    """What was handed in of a quiz, whose id it has: a quiz takes one. The questions are in the quiz."""

    submission_id: str
    user_id: str
    title: str
    subject: Subject
    answers: str
    """As canonical JSON: the same answers are the same text."""
    telling: tuple[str, ...] = ()
    """The answered questions whose answers count for their statistics: "version:question_id"."""
    wrong: tuple[str, ...]
    """Questions that were answered wrongly or not at all."""
    score: float
    """Per cent of all issued questions, 0 to 100."""
    correct: int
    of: int
    topics: tuple[TopicCount, ...]
    seconds: int
    """From issue to submission, by the server's clock."""
    issued_at: Time
    submitted_at: Time


class StatisticsCursor(
    Document, collection="statistics_cursors", key="cursor_id", unindexed=("submitted_at", "submission_id")
):
    """Up to where submissions were counted into the statistics of questions: changed in the batch that counts them."""

    cursor_id: str = "submissions"
    submitted_at: Time
    submission_id: str


class LockedQuestion(Part):
    """What the tutor must know of a question while its quiz is open."""

    question_id: str
    prompt: str
    options: tuple[str, ...] = ()
    answers: tuple[str, ...]
    hints: tuple[str, ...] = ()
    source_quote: str | None = None


class OpenQuiz(Part):
    """A quiz that was issued and neither handed in nor seen to have expired."""

    quiz_id: str
    expires_at: Time
    questions: tuple[LockedQuestion, ...] = ()


class TopicRecord(Part):
    """How a learner did in one topic."""

    within: str
    """The category, document or course that the topic was met in."""
    topic: str
    correct: int
    of: int
    at: int
    """Seconds since 1970: the record is read and written with every submission, and a text takes ten times as long."""


class LearnerRecord(
    Document,
    collection="assessment_learners",
    key="user_id",
    unindexed=("open", "attempts", "score_sum", "seconds", "recent", "topics", "seen"),
):
    """What is known of one learner: the open quizzes, and how the last ones went. Bounded, whatever the history."""

    user_id: str
    open: tuple[OpenQuiz, ...] = ()
    attempts: int = 0
    score_sum: float = 0.0
    seconds: int = 0
    recent: tuple[float, ...] = ()
    """The scores of the last 20 submissions, oldest first."""
    topics: tuple[TopicRecord, ...] = ()
    """The last 60 that were met, the latest first."""
    seen: tuple[str, ...] = ()
    """The last 200 questions that were issued, the latest first."""


class GeneratedQuestion(Part):
    """A question that passed the checks, with how good the material for it is."""

    question_id: str
    content: Content
    chunk_id: str


class QuestionSet(
    Document,
    collection="question_sets",
    key="document_id",
    unindexed=("generation", "title", "made_by", "questions", "dropped", "made_at", "again_at"),
):
    """What was generated from one version of a document, for every later quiz about it."""

    document_id: str
    user_id: str
    generation: int
    """Of the document's file."""
    title: str
    made_by: Literal["model", "offline"]
    questions: tuple[GeneratedQuestion, ...]
    dropped: dict[str, int] = Field(default_factory=dict)
    made_at: Time
    again_at: Time | None = None
    """When a model is to be asked, which failed; None where the set is as good as it gets."""
