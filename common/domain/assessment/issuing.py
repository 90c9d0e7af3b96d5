"""Issues questions to a learner: frozen as they are now, options shuffled, and told to the tutor's lock."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from common.domain.assessment import ladder
from common.domain.assessment.chance import shuffled
from common.domain.assessment.content import Content
from common.domain.assessment.models import (
    IssuedOption,
    IssuedQuestion,
    LearnerRecord,
    OpenQuiz,
    Question,
    Quiz,
)
from common.errors import Conflict
from common.ports import Store, StoreReader

MOST_OPEN = 5
"""Quizzes of a learner that are issued, and neither handed in nor expired."""
MOST_OPEN_BYTES = 600_000
"""Of them together, in the one document that the tutor reads."""
MOST_SEEN = 200
UNLIMITED = timedelta(hours=24)
"""How long a quiz without a time limit can be handed in."""
LETTERS = "abcdefgh"


class TooManyOpenQuizzes(Conflict):
    """The learner has as many quizzes open as one may."""

    code, title = "too_many_open_quizzes", "Hand in an open quiz first, or let it expire"


def record_of(user_id: str, store: StoreReader) -> LearnerRecord:
    """What is known of a learner; a new record where nothing is. Costs one read."""
    return store.get(LearnerRecord, user_id) or LearnerRecord(user_id=user_id)


def frozen(question_id: str, version: int, content: Content, seed: str, *, counts: bool) -> IssuedQuestion:
    """A question as it is now, its options in an order that only the seed and their texts decide (true, false stay).

    Whoever can compute the shuffle, since the code and the seed are known, must not come back to the order in which the
    question was made: there the key often stands first.
    """
    neutral = sorted(content.options, key=lambda option: option.text)
    ordered = content.options if content.kind == "true_false" else shuffled(neutral, f"{seed}{question_id}")
    options = tuple(
        IssuedOption(option_id=letter, text=option.text, correct=option.correct)
        for letter, option in zip(LETTERS, ordered, strict=False)
    )
    return IssuedQuestion(
        question_id=question_id,
        version=version,
        options=options,
        counts=counts,
        **content.model_dump(
            include={"kind", "topic", "difficulty", "bloom", "prompt", "accepted", "exact", "explanation"}
        ),
        source=content.source,
    )


def of_bank(questions: Iterable[Question], record: LearnerRecord, seed: str) -> tuple[IssuedQuestion, ...]:
    """Questions of the bank, frozen. Only the first answer of a learner counts for what a question is worth."""
    met = set(record.seen)
    return tuple(
        frozen(one.question_id, one.version, one.content, seed, counts=one.question_id not in met) for one in questions
    )


def opened(record: LearnerRecord, quiz: Quiz, now: datetime) -> LearnerRecord:
    """The learner's record with the quiz open; TooManyOpenQuizzes. One that is composed anew takes its own place."""
    others = [one for one in record.open if one.expires_at > now and one.quiz_id != quiz.quiz_id]
    if len(others) >= MOST_OPEN:
        raise TooManyOpenQuizzes
    questions = tuple(ladder.locked(one) for one in quiz.questions)
    entry = OpenQuiz(quiz_id=quiz.quiz_id, expires_at=quiz.expires_at, questions=questions)
    issued = [one.question_id for one in quiz.questions]
    seen = (*issued, *(one for one in record.seen if one not in issued))[:MOST_SEEN]
    made = record.model_copy(update={"open": (*others, entry), "seen": seen})
    if len(made.model_dump_json().encode()) > MOST_OPEN_BYTES:
        raise TooManyOpenQuizzes
    return made


def closed(record: LearnerRecord, quiz_id: str) -> LearnerRecord:
    """The record without the quiz among the open ones."""
    return record.model_copy(update={"open": tuple(one for one in record.open if one.quiz_id != quiz_id)})


def issue(quiz: Quiz, record: LearnerRecord, store: Store, now: datetime) -> None:
    """Stage a new quiz and the record with it open. Costs two writes."""
    store.put(opened(record, quiz, now))
    store.create(quiz)


def end_of(time_limit_seconds: int | None, start: datetime) -> datetime:
    """When a quiz that begins at `start` can no longer be handed in."""
    return start + (timedelta(seconds=time_limit_seconds) if time_limit_seconds else UNLIMITED)


def unseen_first(
    question_ids: Sequence[str], record: LearnerRecord, seed: str, then: Callable[[str], float] = lambda _: 0.0
) -> list[str]:
    """Those that the learner has not met lately before those that they have, the latest met last.

    Of the unmet the least by `then` come first, of equals in chance order.
    """
    met = {question_id: at for at, question_id in enumerate(record.seen)}
    return sorted(shuffled(question_ids, seed), key=lambda one: (-met.get(one, MOST_SEEN), then(one)))
