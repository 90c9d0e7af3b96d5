"""Composes a quiz about material as a task: finds the material, has its questions made, and issues the quiz."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from common import logs
from common.domain.accounts.models import Account
from common.domain.assessment import generation, issuing
from common.domain.assessment.chance import shuffled
from common.domain.assessment.generation import Writer
from common.domain.assessment.messages import ComposeQuiz
from common.domain.assessment.models import LearnerRecord, QuestionSet, Quiz
from common.domain.assessment.sets import NOTHING, OFFLINE_KEPT, from_set, is_current, with_questions
from common.domain.courses.rights import readable_course_scopes, rights_in, scope_of
from common.domain.documents.library import DOCUMENTS
from common.domain.documents.models import Chunk, StoredDocument, chunk_id
from common.domain.tutoring.passages import Passage
from common.domain.tutoring.retrieval import retrieve
from common.ports import Caller, Embedder, Queue, Store
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


def compose(message: ComposeQuiz, embedder: Embedder, writer: Writer, compositions: Queue[ComposeQuiz]) -> None:
    """Make the quiz ready, or failed with the reason. Without effect where it was composed before, or is too late.

    A model is asked once at most: what it wrote is committed before anybody pays for more. What needs more goes on as
    a chain.
    """
    store, now = writer.store, writer.clock.now()
    quiz = store.get(Quiz, message.quiz_id)
    if quiz is None or quiz.status != "composing":
        return
    record = issuing.record_of(quiz.user_id, store)
    if now >= quiz.expires_at:
        made: Quiz | None = _failed(quiz, "It took too long.")
    elif quiz.subject.course_id is not None:
        made = _of_course(quiz, quiz.subject.course_id, record, message, writer, compositions)
    else:
        made = _composed(quiz, record, embedder, writer)
    if made is None:
        return
    _issue(made, store, writer.clock.now())
    logs.info(
        "quiz.composed", quiz_id=quiz.quiz_id, status=made.status, made_by=made.made_by, questions=len(made.questions)
    )


def _composed(quiz: Quiz, record: LearnerRecord, embedder: Embedder, writer: Writer) -> Quiz:
    subject, store = quiz.subject, writer.store
    if subject.document_id is not None:
        document = store.get(StoredDocument, subject.document_id)
        if document is None or not _stands(document):
            return _failed(quiz, "The document is gone.")
        kept = store.get(QuestionSet, document.document_id)
        made = kept if kept and is_current(kept, document, writer.clock.now()) else _new_set(document, writer)
        return from_set(quiz, made, record, store, writer.clock.now())
    chunks = _about(subject.topic or "", quiz, embedder, store)
    if not chunks:
        return _failed(quiz, "There is nothing about it in your material.")
    found = generation.make(chunks, quiz.asked, writer)
    return with_questions(quiz, found.questions, record, found.made_by, found.dropped, store, writer.clock.now())


def _new_set(document: StoredDocument, writer: Writer) -> QuestionSet:
    """New questions of the document's present text, which are kept from now on: as many as later quizzes may want."""
    store, now = writer.store, writer.clock.now()
    found = generation.make(_chunks(document, store), generation.MOST_KEPT, writer)
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


def _of_course(
    quiz: Quiz,
    course_id: str,
    record: LearnerRecord,
    message: ComposeQuiz,
    writer: Writer,
    compositions: Queue[ComposeQuiz],
) -> Quiz | None:
    """Questions of some of the course's documents, others in each quiz; None where the next step makes more of them.

    A step makes those of one document, if any has none yet.
    """
    store, now = writer.store, writer.clock.now()
    if not rights_in(_asker(quiz, store), course_id, store).may_contribute:
        return _failed(quiz, "You may not take quizzes of this course any more.")
    where: dict[str, Scalar] = {"scope": scope_of(course_id), "deleted": False, "status": "ready"}
    documents = shuffled(store.query(DOCUMENTS, where, limit=DOCUMENTS_LOOKED_AT), quiz.quiz_id)[:MOST_DOCUMENTS]
    if not documents:
        return _failed(quiz, "The course has no documents yet.")
    sets = {one.document_id: one for one in store.get_many(QuestionSet, [one.document_id for one in documents])}
    current = [one.document_id in sets and is_current(sets[one.document_id], one, now) for one in documents]
    missing = [at for at, is_there in enumerate(current) if not is_there and at >= message.step]
    if missing:
        document = documents[missing[0]]
        sets[document.document_id] = _new_set(document, writer)
    if len(missing) > 1:
        compositions.stage(message.model_copy(update={"step": missing[0] + 1}))
        return None
    return _of_sets(quiz, [sets[one.document_id] for one in documents if one.document_id in sets], record, writer)


def _of_sets(quiz: Quiz, sets: Sequence[QuestionSet], record: LearnerRecord, writer: Writer) -> Quiz:
    dropped: dict[str, int] = {}
    for one in sets:
        for name, count in one.dropped.items():
            dropped[name] = dropped.get(name, 0) + count
    questions = tuple(question for one in sets for question in one.questions)
    by_model = any(one.made_by == "model" for one in sets)
    return with_questions(
        quiz, questions, record, "model" if by_model else "offline", dropped, writer.store, writer.clock.now()
    )


def _chunks(document: StoredDocument, store: Store) -> list[Chunk]:
    """At most MOST_CHUNKS, evenly from the first to the last; a read each."""
    count = min(document.chunks, MOST_CHUNKS)
    ordinals = dict.fromkeys(at * document.chunks // count for at in range(count))
    return store.get_many(Chunk, [chunk_id(document.document_id, one) for one in ordinals])


def _about(topic: str, quiz: Quiz, embedder: Embedder, store: Store) -> list[Chunk]:
    """The chunks of the learner's own material, and of their courses, that speak of a topic."""
    scopes = (f"user:{quiz.user_id}", *readable_course_scopes(_asker(quiz, store), store))
    found = retrieve(topic, scopes, store, embedder).passages
    return store.get_many(Chunk, [one.chunk_id for one in found if _speaks_of_it(one)])


def _speaks_of_it(passage: Passage) -> bool:
    return passage.keyword > 0 or (passage.similarity or 0.0) >= LEAST_SIMILARITY


def _asker(quiz: Quiz, store: Store) -> Caller:
    """Whoever asked for the quiz, with the role that they have now: teachers try the quizzes of their courses."""
    account = store.get(Account, quiz.user_id)
    return Caller(quiz.user_id, account.role if account else "learner")


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
