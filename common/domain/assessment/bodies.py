"""What clients send and get of quizzes. No model here that is sent before a submission has a field for a key."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from common.domain.assessment.content import Citation, Content, Difficulty, Kind, Name
from common.domain.assessment.models import IssuedQuestion, MadeBy, Quiz, Statistics, Submission
from common.domain.assessment.short_text import Rule
from common.ports import Time

MOST_QUESTIONS = 50
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Written = Annotated[str, StringConstraints(max_length=200)]
Chosen = Annotated[tuple[Annotated[str, StringConstraints(max_length=8)], ...], Field(max_length=8)]
QuizStatus = Literal["composing", "ready", "failed", "submitted", "expired"]


class Body(BaseModel):
    """Frozen, and with nothing unforeseen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewQuiz(Body):
    """What a quiz is to be about: one of category, document_id, course_id and topic; a topic may narrow a category."""

    category: Name | None = None
    document_id: Id | None = None
    course_id: Id | None = None
    topic: Name | None = None
    question_count: int = Field(default=10, ge=1, le=MOST_QUESTIONS)
    difficulty: Difficulty | None = Field(default=None, description="of every question; null mixes them")
    time_limit_seconds: int | None = Field(default=None, ge=30, le=86_400, description="seconds; null is 24 hours")
    adaptive: bool = Field(default=False, description="difficulty follows from how the caller did in these topics")

    @model_validator(mode="after")
    def _is_about_one_thing(self) -> Self:
        named = [self.category, self.document_id, self.course_id, None if self.category else self.topic]
        if sum(one is not None for one in named) != 1:
            raise ValueError("name one of category, document_id, course_id and topic")
        if self.adaptive and self.difficulty:
            raise ValueError("an adaptive quiz chooses the difficulty itself")
        return self


class OptionView(Body):
    """An option, with no word on whether it is right."""

    option_id: str
    text: str


class QuestionView(Body):
    """A question as the learner sees it before the submission."""

    question_id: str
    kind: Kind
    topic: str
    difficulty: Difficulty
    prompt: str
    options: tuple[OptionView, ...] = Field(description="in this quiz's own order; none where the answer is written")

    @classmethod
    def of(cls, issued: IssuedQuestion) -> Self:
        """A question without its key."""
        return cls(
            question_id=issued.question_id,
            kind=issued.kind,
            topic=issued.topic,
            difficulty=issued.difficulty,
            prompt=issued.prompt,
            options=tuple(OptionView(option_id=one.option_id, text=one.text) for one in issued.options),
        )


class QuizView(Body):
    """A quiz as its learner sees it: never the key."""

    quiz_id: str
    status: QuizStatus
    title: str
    category: str | None
    document_id: str | None
    course_id: str | None
    topic: str | None
    made_by: MadeBy = Field(description="bank, model, or offline: rules over the text, without a language model")
    asked_count: int = Field(description="questions that were asked for")
    question_count: int = Field(description="questions that there are")
    dropped: dict[str, int] = Field(description="generated questions that each check refused")
    detail: str | None = Field(description="why there are fewer than asked, or none")
    questions: tuple[QuestionView, ...]
    time_limit_seconds: int | None
    issued_at: Time
    expires_at: Time
    submission_id: str | None = Field(description="of what was handed in")

    @classmethod
    def of(cls, quiz: Quiz, status: QuizStatus) -> Self:
        """A quiz without its key."""
        return cls(
            quiz_id=quiz.quiz_id,
            status=status,
            title=quiz.title,
            **quiz.subject.model_dump(),
            made_by=quiz.made_by,
            asked_count=quiz.asked,
            question_count=len(quiz.questions),
            dropped=quiz.dropped,
            detail=quiz.detail,
            questions=tuple(QuestionView.of(one) for one in quiz.questions),
            time_limit_seconds=quiz.time_limit_seconds,
            issued_at=quiz.issued_at,
            expires_at=quiz.expires_at,
            submission_id=quiz.quiz_id if status == "submitted" else None,
        )


class CategoryCount(Body):
    """A category of the bank."""

    category: str
    question_count: int = Field(description="active ones")


class Categories(Body):
    """All categories, by name."""

    items: tuple[CategoryCount, ...]


class Answers(Body):
    """What a learner answers; a question that is left out counts as wrong."""

    answers: Annotated[dict[Id, Chosen | Written], Field(max_length=MOST_QUESTIONS)] = Field(
        description="question_id -> the chosen option_ids, or the text that was written"
    )
    time_taken_seconds: float | None = Field(
        default=None, ge=0, le=1_000_000, description="by the client's clock; the server measures for itself"
    )


class QuestionResult(Body):
    """How one question went, and what would have been right."""

    question_id: str
    topic: str
    prompt: str
    correct: bool
    given: tuple[str, ...] | str | None = Field(description="as it was answered; null where it was not")
    correct_options: tuple[str, ...] = Field(description="option_ids; none where the answer was written")
    correct_answers: tuple[str, ...] = Field(description="their texts, or the accepted written ones")
    rule: Rule | None = Field(description="how a written answer was compared: same, spelling, different")
    explanation: str
    source: Citation | None


class SubmissionResult(Body):
    """How a quiz went. The score counts every issued question."""

    submission_id: str
    quiz_id: str
    score: float = Field(ge=0, le=100, description="per cent of all issued questions")
    correct_count: int
    question_count: int
    seconds: int = Field(description="from issue to submission, by the server's clock")
    submitted_at: Time
    results: tuple[QuestionResult, ...]


class ResultSummary(Body):
    """A submission in a list."""

    submission_id: str
    title: str
    category: str | None
    document_id: str | None
    course_id: str | None
    topic: str | None
    score: float
    correct_count: int
    question_count: int
    seconds: int
    seconds_a_question: float
    submitted_at: Time

    @classmethod
    def of(cls, kept: Submission) -> Self:
        """A stored submission, without its questions."""
        return cls(
            submission_id=kept.submission_id,
            title=kept.title,
            category=kept.subject.category,
            document_id=kept.subject.document_id,
            course_id=kept.subject.course_id,
            topic=kept.subject.topic,
            score=kept.score,
            correct_count=kept.correct,
            question_count=kept.of,
            seconds=kept.seconds,
            seconds_a_question=round(kept.seconds / kept.of, 1),
            submitted_at=kept.submitted_at,
        )


class TopicPerformance(Body):
    """How the caller did in a topic."""

    topic: str
    correct: int
    of: int
    share: float = Field(ge=0, le=1, description="right answers of all; mastery, which fades, is told by progress")


class Performance(Body):
    """How the caller does, over all submissions."""

    attempts: int
    mean_score: float | None
    seconds: int = Field(description="spent on all quizzes that were handed in")
    recent_scores: tuple[float, ...] = Field(description="of the last 20, oldest first")
    trend: Literal["rising", "steady", "falling"] | None = Field(description="null under 4 submissions")
    slope: float | None = Field(description="points a quiz, by least squares over the recent scores")
    topics: tuple[TopicPerformance, ...] = Field(description="weakest first")


class ResultsPage(Body):
    """A page of submissions, newest first; the first page says how the caller does over all."""

    items: tuple[ResultSummary, ...]
    next_page_token: str | None = Field(description="page_token of the next page; null on the last")
    performance: Performance | None = Field(description="on the first page alone")


class NewQuestion(Body):
    """A question for the bank, or its next version."""

    category: Name
    content: Content

    @field_validator("category")
    @classmethod
    def _can_be_a_key(cls, category: str) -> str:
        if category.startswith("__"):  # the catalogue is a map by category, and Firestore keeps such keys to itself
            raise ValueError("a category does not begin with __")
        return category


class Retirement(Body):
    """Why a question is not to be asked again."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]


class QuestionStatistics(Body):
    """What the answers say of a question."""

    answers: int
    difficulty: float | None = Field(description="p: the share of right answers; null without answers")
    discrimination: float | None = Field(
        description="correlation of being right here with the rest of the quiz (point-biserial); null where unknown"
    )

    @classmethod
    def of(cls, sums: Statistics, discrimination: float | None) -> Self:
        """From the stored sums."""
        p = round(sums.right / sums.answers, 4) if sums.answers else None
        return cls(answers=sums.answers, difficulty=p, discrimination=discrimination)


class BankQuestion(Body):
    """A question as teachers see it, with its key."""

    question_id: str
    version: int
    category: str
    content: Content
    status: Literal["active", "retired"]
    retired_because: str | None
    statistics: QuestionStatistics
    created_at: Time
    updated_at: Time
