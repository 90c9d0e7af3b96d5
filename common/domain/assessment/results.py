"""What a learner handed in: a page at a time, one by one, over all; and what was answered wrongly, for review."""

from dataclasses import dataclass

from common.domain.assessment import grading, issuing, submission
from common.domain.assessment.bodies import Performance, ResultsPage, ResultSummary, SubmissionResult, TopicPerformance
from common.domain.assessment.content import Citation, Kind
from common.domain.assessment.models import LearnerRecord, Quiz, Submission
from common.errors import NotFound
from common.ports import Caller, Query, StoreReader, read_page

RESULTS = Query(Submission, equal=("user_id",), order=("-submitted_at",))
FEWEST_FOR_A_TREND = 4
STEADY = 0.5
"""Points a quiz: a slope within it is no trend."""


def page(caller: Caller, store: StoreReader, *, page_size: int, page_token: str | None) -> ResultsPage:
    """A page of the caller's submissions, newest first. Costs a read each and one more; the first page two more."""
    found = read_page(
        store,
        RESULTS,
        {"user_id": caller.user_id},
        page_size=page_size,
        page_token=page_token,
        show=ResultSummary.of,
    )
    performance = performance_of(issuing.record_of(caller.user_id, store)) if page_token is None else None
    return ResultsPage(items=found.items, next_page_token=found.next_page_token, performance=performance)


def one(caller: Caller, submission_id: str, store: StoreReader) -> SubmissionResult:
    """One of the caller's submissions with all its questions; NotFound. Costs two reads."""
    kept, quiz = _read(caller.user_id, submission_id, store)
    return submission.shown(kept, grading.grade(grading.parsed(kept.answers), quiz.questions))


def performance_of(record: LearnerRecord) -> Performance:
    """How the learner does over all."""
    scores = record.recent
    slope = slope_of(scores) if len(scores) >= FEWEST_FOR_A_TREND else None
    topics = sorted(record.topics, key=lambda each: (each.correct / each.of, each.topic))
    return Performance(
        attempts=record.attempts,
        mean_score=round(record.score_sum / record.attempts, 1) if record.attempts else None,
        seconds=record.seconds,
        recent_scores=scores,
        trend=None if slope is None else "steady" if abs(slope) <= STEADY else "rising" if slope > 0 else "falling",
        slope=slope,
        topics=tuple(
            TopicPerformance(
                topic=each.topic,
                correct=each.correct,
                of=each.of,
                share=round(each.correct / each.of, 3),
            )
            for each in topics
        ),
    )


def slope_of(scores: tuple[float, ...]) -> float:
    """Points that the score changes with each quiz, by least squares, to a hundredth."""
    middle, mean = (len(scores) - 1) / 2, sum(scores) / len(scores)
    spread = sum((at - middle) ** 2 for at in range(len(scores)))
    return round(sum((at - middle) * (score - mean) for at, score in enumerate(scores)) / spread, 2)


@dataclass(frozen=True)
class WrongAnswer:
    """A question that a learner did not answer rightly: what a review card is made of."""

    question_id: str
    topic: str
    kind: Kind
    prompt: str
    options: tuple[str, ...]
    """Their texts, in the quiz's order; none where the answer is written."""
    answers: tuple[str, ...]
    """The texts of the key."""
    explanation: str
    source: Citation | None


def wrong_answers(user_id: str, submission_id: str, store: StoreReader) -> tuple[WrongAnswer, ...]:
    """What the learner answered wrongly in a submission, in the quiz's order; NotFound. Costs two reads."""
    kept, quiz = _read(user_id, submission_id, store)
    return tuple(
        WrongAnswer(
            question_id=each.question_id,
            topic=each.topic,
            kind=each.kind,
            prompt=each.prompt,
            options=tuple(option.text for option in each.options),
            answers=each.key,
            explanation=each.explanation,
            source=each.source,
        )
        for each in quiz.questions
        if each.question_id in kept.wrong
    )


def _read(user_id: str, submission_id: str, store: StoreReader) -> tuple[Submission, Quiz]:
    kept = store.get(Submission, submission_id)
    quiz = store.get(Quiz, submission_id) if kept and kept.user_id == user_id else None
    if kept is None or quiz is None:
        raise NotFound("There is no such submission")
    return kept, quiz
