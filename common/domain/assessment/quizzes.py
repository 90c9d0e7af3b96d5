"""Quizzes begin: from the bank at once, from material at once where its questions were made before, else as a task."""

from datetime import datetime, timedelta

from common.domain.assessment import adapting, drawing, issuing
from common.domain.assessment.bank import CATALOGUE
from common.domain.assessment.bodies import NewQuiz, QuizStatus, QuizView
from common.domain.assessment.drawing import Pool
from common.domain.assessment.messages import ComposeQuiz
from common.domain.assessment.models import Catalogue, LearnerRecord, QuestionSet, Quiz, Subject, Submission
from common.domain.assessment.sets import from_set, is_current
from common.domain.courses.models import Course
from common.domain.courses.rights import rights_to
from common.domain.documents import library
from common.errors import Conflict, NotFound
from common.ports import Caller, Clock, Ids, Queue, Store, StoreReader

COMPOSED_WITHIN = timedelta(hours=1)
"""After which a quiz that is still being composed has failed."""


class NoQuestions(Conflict):
    """The category, or what was made of the document, has no question of the wished kind."""

    code, title = "no_questions", "There are no such questions"


class DocumentNotReady(Conflict):
    """The document is still being read, or could not be."""

    code, title = "document_not_ready", "The document is not ready to be asked about"


def begin(
    caller: Caller, wished: NewQuiz, store: Store, compositions: Queue[ComposeQuiz], clock: Clock, ids: Ids
) -> QuizView:
    """A quiz for the caller: ready, or composing where its questions are made first.

    NotFound for a category, document or course that is not there for the caller; NoQuestions, DocumentNotReady,
    TooManyOpenQuizzes. From the bank it costs two writes and reads that depend on the number of questions alone.
    """
    now = clock.now()
    record = issuing.record_of(caller.user_id, store)
    quiz = _planned(caller, wished, ids.new(), now)
    if wished.category is not None:
        quiz = _from_bank(quiz, wished.category, record, store, now)
    elif wished.document_id is not None:
        quiz = _from_document(caller, quiz, wished.document_id, record, store, now)
    elif wished.course_id is not None:
        quiz = _about_course(caller, quiz, wished.course_id, store)
    if quiz.status == "failed":
        raise NoQuestions(quiz.detail)
    if quiz.status == "composing":
        quiz = quiz.model_copy(update={"expires_at": now + COMPOSED_WITHIN})
        compositions.stage(ComposeQuiz(quiz_id=quiz.quiz_id, user_id=quiz.user_id))
    issuing.issue(quiz, record, store, now)
    return QuizView.of(quiz, quiz.status)


def show(caller: Caller, quiz_id: str, store: StoreReader, clock: Clock) -> QuizView:
    """One of the caller's quizzes, without its key; NotFound. Costs two reads."""
    quiz = store.get(Quiz, quiz_id)
    if quiz is None or quiz.user_id != caller.user_id:
        raise NotFound("There is no such quiz")
    return QuizView.of(quiz, _status(quiz, store, clock.now()))


def _status(quiz: Quiz, store: StoreReader, now: datetime) -> QuizStatus:
    if quiz.status == "ready":
        if store.get(Submission, quiz.quiz_id) is not None:
            return "submitted"
        return "expired" if now >= quiz.expires_at else "ready"
    return "failed" if now >= quiz.expires_at else quiz.status


def _planned(caller: Caller, wished: NewQuiz, quiz_id: str, now: datetime) -> Quiz:
    subject = Subject(**wished.model_dump(include={"category", "document_id", "course_id", "topic"}))
    return Quiz(
        quiz_id=quiz_id,
        user_id=caller.user_id,
        subject=subject,
        title=wished.topic or subject.name,
        status="composing",
        asked=wished.question_count,
        difficulty=wished.difficulty,
        adaptive=wished.adaptive,
        time_limit_seconds=wished.time_limit_seconds,
        made_by="offline",
        issued_at=now,
        expires_at=issuing.end_of(wished.time_limit_seconds, now),
    )


def _from_bank(quiz: Quiz, category: str, record: LearnerRecord, store: StoreReader, now: datetime) -> Quiz:
    catalogue = store.get(Catalogue, CATALOGUE)
    counts = catalogue.counts.get(category) if catalogue else None
    if not counts:
        raise NotFound("There is no such category")
    pool = Pool(category, quiz.subject.topic, counts)
    if quiz.adaptive:
        aim = adapting.aim_in(record, category, pool.topic, store, now)
        drawn = drawing.draw_around(pool, quiz.asked, aim, record, quiz.quiz_id, store)
    else:
        drawn = drawing.draw(pool, quiz.asked, quiz.difficulty, record, quiz.quiz_id, store)
    if not drawn:
        raise NoQuestions
    few = "The bank has no more such questions." if len(drawn) < quiz.asked else None
    questions = issuing.of_bank(drawn, record, quiz.quiz_id)
    return quiz.model_copy(
        update={
            "status": "ready",
            "title": quiz.subject.topic or category,
            "made_by": "bank",
            "questions": questions,
            "detail": few,
        }
    )


def _about_course(caller: Caller, quiz: Quiz, course_id: str, store: StoreReader) -> Quiz:
    course = store.get(Course, course_id)
    if course is None or not rights_to(caller, course, store).may_contribute:
        raise NotFound("There is no such course")
    return quiz.model_copy(update={"title": course.title})


def _from_document(
    caller: Caller, quiz: Quiz, document_id: str, record: LearnerRecord, store: StoreReader, now: datetime
) -> Quiz:
    document = library.readable(caller, document_id, store)
    if document.status != "ready":
        raise DocumentNotReady
    quiz = quiz.model_copy(update={"title": document.title})
    made = store.get(QuestionSet, document_id)
    if made is None or not is_current(made, document, now):
        return quiz
    return from_set(quiz, made, record, store, now)
