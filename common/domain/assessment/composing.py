"""Composes a quiz about material as a task: finds the material, has its questions made, and issues the quiz."""

from datetime import datetime, timedelta

from common import logs
from common.domain.assessment import generation, issuing
from common.domain.assessment.chance import shuffled
from common.domain.assessment.generation import Writer
from common.domain.assessment.messages import ComposeQuiz
from common.domain.assessment.models import GeneratedQuestion, LearnerRecord, QuestionSet, Quiz
from common.domain.assessment.sets import NOTHING, OFFLINE_KEPT, from_set, is_current, with_questions
from common.domain.courses.rights import readable_course_scopes, rights_in, scope_of
from common.domain.documents.library import DOCUMENTS
from common.domain.documents.models import Chunk, StoredDocument, chunk_id
from common.domain.tutoring.passages import Passage
from common.domain.tutoring.retrieval import retrieve
from common.ports import Caller, Embedder, Store
from common.ports.store import Scalar

MOST_CHUNKS = 60
"""Of one document: those of a longer one are taken evenly over all of it."""
MOST_DOCUMENTS = 3
"""Of a course that one quiz is about."""
DOCUMENTS_LOOKED_AT = 20
LEAST_SIMILARITY = 0.4
"""Of a passage to a topic, where it does not hold its words."""
COLLECTED_WITHIN = timedelta(minutes=1)
"""Time beyond a limit in which the learner comes to see that the quiz is ready."""


def compose(message: ComposeQuiz, embedder: Embedder, writer: Writer) -> None:
    """Make the quiz ready, or failed with the reason. Without effect where it was composed before, or is too late."""
    store, now = writer.store, writer.clock.now()
    quiz = store.get(Quiz, message.quiz_id)
    if quiz is None or quiz.status != "composing":
        return
    record = issuing.record_of(quiz.user_id, store)
    late = now >= quiz.expires_at
    made = _failed(quiz, "It took too long.") if late else _composed(quiz, record, embedder, writer)
    _issue(made, store, writer.clock.now())
    logs.info(
        "quiz.composed", quiz_id=quiz.quiz_id, status=made.status, made_by=made.made_by, questions=len(made.questions)
    )


def _composed(quiz: Quiz, record: LearnerRecord, embedder: Embedder, writer: Writer) -> Quiz:
    subject = quiz.subject
    if subject.document_id is not None:
        document = writer.store.get(StoredDocument, subject.document_id)
        made = _of_document(document, quiz, writer) if document and _stands(document) else None
        return (
            from_set(quiz, made, record, writer.store, writer.clock.now())
            if made
            else _failed(quiz, "The document is gone.")
        )
    if subject.course_id is not None:
        return _of_course(quiz, subject.course_id, record, writer)
    chunks = _about(subject.topic or "", quiz, embedder, writer.store)
    if not chunks:
        return _failed(quiz, "There is nothing about it in your material.")
    found = generation.make(chunks, quiz.asked, writer)
    return with_questions(quiz, found.questions, record, found.made_by, found.dropped, writer.store, writer.clock.now())


def _of_document(document: StoredDocument, quiz: Quiz, writer: Writer) -> QuestionSet:
    """The questions of the document's present text: those that are kept, or new ones, which are kept from now on."""
    store, now = writer.store, writer.clock.now()
    kept = store.get(QuestionSet, document.document_id)
    if kept is not None and is_current(kept, document, now):
        return kept
    found = generation.make(_chunks(document, store), quiz.asked, writer)
    made = QuestionSet(
        document_id=document.document_id,
        user_id=document.user_id,
        generation=document.generation or 0,
        title=document.title,
        made_by=found.made_by,
        questions=found.questions,
        dropped=found.dropped,
        made_at=now,
        again_at=now + OFFLINE_KEPT if found.made_by == "offline" and writer.model.model else None,
    )
    store.verify(document)  # nothing is kept of a document that is deleted meanwhile
    store.put(made)
    return made


def _of_course(quiz: Quiz, course_id: str, record: LearnerRecord, writer: Writer) -> Quiz:
    """Questions of some of the course's documents, others in each quiz."""
    store = writer.store
    if not rights_in(_learner(quiz), course_id, store).may_contribute:
        return _failed(quiz, "You may not take quizzes of this course any more.")
    where: dict[str, Scalar] = {"scope": scope_of(course_id), "deleted": False, "status": "ready"}
    documents = shuffled(store.query(DOCUMENTS, where, limit=DOCUMENTS_LOOKED_AT), quiz.quiz_id)[:MOST_DOCUMENTS]
    sets = [_of_document(one, quiz, writer) for one in documents]
    dropped: dict[str, int] = {}
    questions: list[GeneratedQuestion] = []
    for one in sets:
        questions += one.questions
        for name, count in one.dropped.items():
            dropped[name] = dropped.get(name, 0) + count
    by_model = any(one.made_by == "model" for one in sets)
    return with_questions(
        quiz, tuple(questions), record, "model" if by_model else "offline", dropped, store, writer.clock.now()
    )


def _chunks(document: StoredDocument, store: Store) -> list[Chunk]:
    """At most MOST_CHUNKS, evenly from the first to the last; a read each."""
    count = min(document.chunks, MOST_CHUNKS)
    ordinals = dict.fromkeys(at * document.chunks // count for at in range(count))
    return store.get_many(Chunk, [chunk_id(document.document_id, one) for one in ordinals])


def _about(topic: str, quiz: Quiz, embedder: Embedder, store: Store) -> list[Chunk]:
    """The chunks of the learner's own material, and of their courses, that speak of a topic."""
    scopes = (f"user:{quiz.user_id}", *readable_course_scopes(_learner(quiz), store))
    found = retrieve(topic, scopes, store, embedder).passages
    return store.get_many(Chunk, [one.chunk_id for one in found if _speaks_of_it(one)])


def _speaks_of_it(passage: Passage) -> bool:
    return passage.keyword > 0 or (passage.similarity or 0.0) >= LEAST_SIMILARITY


def _learner(quiz: Quiz) -> Caller:
    return Caller(quiz.user_id, "learner")


def _stands(document: StoredDocument) -> bool:
    return document.status == "ready" and not document.deleted


def _failed(quiz: Quiz, why: str) -> Quiz:
    return quiz.model_copy(update={"status": "failed", "detail": why})


def _issue(quiz: Quiz, store: Store, now: datetime) -> None:
    """Stage the quiz as it is now, and the learner's record with its questions in it, or without it."""
    if quiz.status == "ready":
        end = issuing.end_of(quiz.time_limit_seconds, now) + (
            COLLECTED_WITHIN if quiz.time_limit_seconds else timedelta()
        )
        quiz = quiz.model_copy(update={"issued_at": now, "expires_at": end})
        try:
            issuing.opened(issuing.record_of(quiz.user_id, store), quiz, now)
        except issuing.TooManyOpenQuizzes as full:
            quiz = _failed(quiz, full.title)
    if quiz.status == "ready":
        store.amend(LearnerRecord, quiz.user_id, lambda latest: issuing.opened(latest, quiz, now))
    else:
        quiz = quiz.model_copy(update={"detail": quiz.detail or NOTHING})
        store.amend(LearnerRecord, quiz.user_id, lambda latest: issuing.closed(latest, quiz.quiz_id))
    store.put(quiz)
