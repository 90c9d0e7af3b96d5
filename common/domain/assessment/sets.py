"""Questions that were generated from a document: kept while its text is the same, and chosen from for each quiz."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from common.domain.assessment import adapting, issuing
from common.domain.assessment.content import Difficulty
from common.domain.assessment.models import GeneratedQuestion, LearnerRecord, QuestionSet, Quiz
from common.domain.documents.models import StoredDocument
from common.ports import Query, StoreReader

OF_DOCUMENT = Query(QuestionSet, equal=("document_id",))
"""What goes when a document goes."""
OFFLINE_KEPT = timedelta(days=1)
"""How long a set is used that was made by rules because the model failed, before a model is asked again."""
NOTHING = "Nothing in the material makes a question that passes the checks."
FEWER = "No more of the material makes a question that passes the checks."


def is_current(made: QuestionSet, document: StoredDocument, now: datetime) -> bool:
    """Whether the set is of the document's present text, and need not be made anew."""
    fresh = made.again_at is None or now < made.again_at
    return made.generation == (document.generation or 0) and fresh and bool(made.questions)


def from_set(quiz: Quiz, made: QuestionSet, record: LearnerRecord, store: StoreReader, now: datetime) -> Quiz:
    """The quiz, ready, with questions that the learner has not met before those that they have."""
    return with_questions(quiz, made.questions, record, made.made_by, made.dropped, store, now)


def with_questions(
    quiz: Quiz,
    questions: tuple[GeneratedQuestion, ...],
    record: LearnerRecord,
    made_by: str,
    dropped: dict[str, int],
    store: StoreReader,
    now: datetime,
) -> Quiz:
    """The quiz, ready, or failed where there are no questions; it says when there are fewer than asked."""
    target = (
        adapting.aim_in(record, quiz.subject.name, None, store, now).difficulty if quiz.adaptive else quiz.difficulty
    )
    fitting = _fitting(quiz, questions, target)
    known = {one.question_id: one for one in fitting}
    # Of one passage at most one is taken until every passage had its turn: two questions must not answer each other.
    order = _spread([known[one] for one in issuing.unseen_first(list(known), record, quiz.quiz_id)])
    order = _untold(order, quiz.asked)
    issued = tuple(issuing.frozen(one.question_id, 1, one.content, quiz.quiz_id, counts=False) for one in order)
    few = (FEWER if issued else NOTHING) if len(issued) < quiz.asked else None
    return quiz.model_copy(
        update={
            "status": "ready" if issued else "failed",
            "made_by": made_by,
            "questions": issued,
            "dropped": dropped,
            "detail": few,
        }
    )


def _fitting(
    quiz: Quiz, questions: tuple[GeneratedQuestion, ...], wished: Difficulty | None
) -> tuple[GeneratedQuestion, ...]:
    """Those of the wished difficulty; of an adaptive quiz those that fit first, and then the others."""
    some = tuple(one for one in questions if wished in (None, one.content.difficulty))
    if quiz.adaptive and len(some) < quiz.asked:
        some += tuple(one for one in questions if one not in some)[: quiz.asked - len(some)]
    return some


def _untold(questions: Sequence[GeneratedQuestion], most: int) -> list[GeneratedQuestion]:
    """The first questions of which none shows the sentence that another one asks about."""
    chosen: list[GeneratedQuestion] = []
    for one in questions:
        if len(chosen) < most and not any(_tells(one, other) or _tells(other, one) for other in chosen):
            chosen.append(one)
    return chosen


def _tells(one: GeneratedQuestion, other: GeneratedQuestion) -> bool:
    source = other.content.source
    return source is not None and _flat(source.quote) in _flat(one.content.prompt)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _spread(questions: list[GeneratedQuestion]) -> list[GeneratedQuestion]:
    rounds: dict[str, int] = {}
    turns = []
    for at, one in enumerate(questions):
        turns.append((rounds.setdefault(one.chunk_id, 0), at))
        rounds[one.chunk_id] += 1
    return [questions[at] for _, at in sorted(turns)]
