"""Handing in a quiz: graded over all its questions, once, however often and from how many sides it is sent."""

from collections.abc import Mapping
from datetime import datetime

from common import logs
from common.domain.assessment import adapting, grading, issuing
from common.domain.assessment.bodies import Answers, SubmissionResult
from common.domain.assessment.grading import Given, Graded
from common.domain.assessment.models import LearnerRecord, Quiz, Submission
from common.domain.progress.messages import LONGEST_SECONDS, MOST_TOPICS, ActivityHappened, TopicResult
from common.errors import Conflict, NotFound
from common.ports import Caller, Clock, Queue, Store, StoreReader

MOST_RECENT = 20


class QuizNotReady(Conflict):
    """The quiz is still being composed, or could not be."""

    code, title = "quiz_not_ready", "The quiz has no questions yet"


class QuizExpired(Conflict):
    """The quiz was to be handed in earlier."""

    code, title = "quiz_expired", "The time for this quiz is over"


class AlreadySubmitted(Conflict):
    """Other answers were handed in before."""

    code, title = "already_submitted", "Other answers to this quiz were handed in before"


def submit(
    caller: Caller, quiz_id: str, answers: Answers, store: Store, activity: Queue[ActivityHappened], clock: Clock
) -> SubmissionResult:
    """Grade the answers. The same answers again get the same result; others AlreadySubmitted.

    NotFound where it is not the caller's; InvalidContent for answers that fit no question; QuizExpired, QuizNotReady.
    A quiz is open as long as the learner's record says so, and the record is changed in the same batch: so of
    submissions at once one comes about, and the others find it. Costs two reads and three writes; three reads where
    it was handed in before.
    """
    quiz = _own(caller, quiz_id, store)
    if quiz.status != "ready":
        raise QuizNotReady
    given = grading.read(answers.answers, quiz.questions)
    record = issuing.record_of(caller.user_id, store)
    if all(one.quiz_id != quiz_id for one in record.open):
        return _repeated(quiz, given, store)
    now = clock.now()
    if now >= quiz.expires_at:
        raise QuizExpired
    graded = grading.grade(given, quiz.questions)
    kept = _kept(quiz, given, graded, now)
    store.put(_with(record, quiz, kept))  # first: of two at once, the other one begins anew and finds this one
    store.create(kept, taken=AlreadySubmitted())
    activity.stage(_happened(kept))
    logs.info("quiz.graded", submission_id=quiz_id, questions=kept.of, seconds=kept.seconds)
    return shown(kept, graded)


def _own(caller: Caller, quiz_id: str, store: StoreReader) -> Quiz:
    quiz = store.get(Quiz, quiz_id)
    if quiz is None or quiz.user_id != caller.user_id:
        raise NotFound("There is no such quiz")
    return quiz


def _repeated(quiz: Quiz, given: Mapping[str, Given], store: StoreReader) -> SubmissionResult:
    kept = store.get(Submission, quiz.quiz_id)
    if kept is None:
        raise QuizExpired
    if kept.answers != grading.written(given):
        raise AlreadySubmitted
    return shown(kept, grading.grade(given, quiz.questions))


def _kept(quiz: Quiz, given: Mapping[str, Given], graded: Graded, now: datetime) -> Submission:
    return Submission(
        submission_id=quiz.quiz_id,
        user_id=quiz.user_id,
        title=quiz.title,
        subject=quiz.subject,
        answers=grading.written(given),
        telling=tuple(
            f"{one.version}:{one.question_id}" for one in quiz.questions if one.counts and one.question_id in given
        ),
        wrong=graded.wrong,
        score=graded.score,
        correct=graded.correct,
        of=len(graded.results),
        topics=graded.topics,
        seconds=min(LONGEST_SECONDS, max(0, int((now - quiz.issued_at).total_seconds()))),
        issued_at=quiz.issued_at,
        submitted_at=now,
    )


def _with(record: LearnerRecord, quiz: Quiz, kept: Submission) -> LearnerRecord:
    """The learner's record after the submission."""
    return issuing.closed(record, quiz.quiz_id).model_copy(
        update={
            "attempts": record.attempts + 1,
            "score_sum": round(record.score_sum + kept.score, 1),
            "seconds": record.seconds + kept.seconds,
            "recent": (*record.recent, kept.score)[-MOST_RECENT:],
            "topics": adapting.updated(record.topics, quiz.subject.name, kept.topics, kept.submitted_at),
        }
    )


def _happened(kept: Submission) -> ActivityHappened:
    return ActivityHappened(
        user_id=kept.user_id,
        kind="quiz_submitted",
        subject_id=kept.submission_id,
        at=kept.submitted_at,
        course_id=kept.subject.course_id,
        document_id=kept.subject.document_id,
        topics=tuple(TopicResult(topic=one.topic, correct=one.correct, of=one.of) for one in kept.topics[:MOST_TOPICS]),
        score=round(kept.score / 100, 3),
        seconds=kept.seconds,
    )


def shown(kept: Submission, graded: Graded) -> SubmissionResult:
    """A submission as its learner sees it."""
    return SubmissionResult(
        submission_id=kept.submission_id,
        quiz_id=kept.submission_id,
        score=kept.score,
        correct_count=kept.correct,
        question_count=kept.of,
        seconds=kept.seconds,
        submitted_at=kept.submitted_at,
        results=graded.results,
    )
