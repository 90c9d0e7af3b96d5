"""The question bank: what teachers add, edit, retire and look through. It belongs to the whole installation.

Each change also changes the catalogue, one document with the number of active questions of each category: so a list of
categories is one read, and the number is exact.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from common.domain.assessment.bodies import (
    BankQuestion,
    Categories,
    CategoryCount,
    NewQuestion,
    QuestionStatistics,
    Retirement,
)
from common.domain.assessment.chance import place
from common.domain.assessment.content import Difficulty
from common.domain.assessment.discrimination import discrimination
from common.domain.assessment.models import Catalogue, Question, Statistics
from common.errors import Conflict, NotFound
from common.ports import Caller, Clock, Ids, Page, Query, Store, StoreReader, read_page
from common.ports.store import Scalar

CATALOGUE = "bank"
MOST_CATEGORIES = 500
"""The catalogue is one document."""
Status = Literal["active", "retired"]

QUESTIONS = Query(Question, optional=("category", "status"), order=("-created_at",))


class TooManyCategories(Conflict):
    """The catalogue holds no more categories."""

    code, title = "too_many_categories", f"There are {MOST_CATEGORIES} categories already"


class QuestionRetired(Conflict):
    """A retired question is not changed; a new one takes its place."""

    code, title = "question_retired", "The question is retired"


def categories(store: StoreReader) -> Categories:
    """The categories that have active questions, by name. Costs one read."""
    catalogue = store.get(Catalogue, CATALOGUE)
    counts = {category: sum(one.values()) for category, one in (catalogue.counts if catalogue else {}).items()}
    items = (CategoryCount(category=name, question_count=count) for name, count in sorted(counts.items()) if count)
    return Categories(items=tuple(items))


def questions(
    store: StoreReader, *, category: str | None, status: Status | None, page_size: int, page_token: str | None
) -> Page[BankQuestion]:
    """A page of the bank, newest first, with keys and statistics. Costs a read each and one more."""
    where: dict[str, Scalar] = {"category": category, "status": status}
    return read_page(store, QUESTIONS, where, page_size=page_size, page_token=page_token, show=shown)


def question(question_id: str, store: StoreReader) -> BankQuestion:
    """One question; NotFound. Costs one read."""
    return shown(_question(question_id, store))


def add(caller: Caller, wished: NewQuestion, store: Store, clock: Clock, ids: Ids) -> BankQuestion:
    """A new question; TooManyCategories. Costs a read and two writes."""
    made = made_of(wished, ids.new(), caller.user_id, clock.now())
    store.create(made)
    _count(store, [(made.category, made.difficulty, 1)])
    return shown(made)


def edit(question_id: str, wished: NewQuestion, store: Store, clock: Clock) -> BankQuestion:
    """The next version of a question: quizzes that were issued keep theirs, and its statistics begin anew.

    NotFound, QuestionRetired, TooManyCategories. Costs two reads and two writes.
    """
    before = _question(question_id, store)
    if before.status == "retired":
        raise QuestionRetired
    made = made_of(wished, question_id, before.created_by, clock.now()).model_copy(
        update={"version": before.version + 1, "created_at": before.created_at}
    )
    store.put(made)
    _count(store, [(before.category, before.difficulty, -1), (made.category, made.difficulty, 1)])
    return shown(made)


def retire(question_id: str, wished: Retirement, store: Store, clock: Clock) -> BankQuestion:
    """A question that is asked no more; one that is retired already keeps its reason. NotFound.

    Costs two reads and two writes.
    """
    before = _question(question_id, store)
    if before.status == "retired":
        return shown(before)
    retired = withdrawn(before, wished.reason, clock.now())
    store.put(retired)
    count_out([retired], store)
    return shown(retired)


def withdrawn(question: Question, reason: str, now: datetime) -> Question:
    """The question, asked no more."""
    return question.model_copy(update={"status": "retired", "retired_because": reason, "updated_at": now})


def count_out(questions: Sequence[Question], store: Store) -> None:
    """Stage the catalogue without questions that were active; once a batch. Costs a read and a write."""
    _count(store, [(one.category, one.difficulty, -1) for one in questions])


def take_in(wished: Sequence[NewQuestion], question_ids: Sequence[str], by: str, store: Store, now: datetime) -> None:
    """Stage many questions at once, under given ids; those that are there already stay as they are."""
    known = {one.question_id for one in store.get_many(Question, question_ids)}
    new = [(one, key) for one, key in zip(wished, question_ids, strict=True) if key not in known]
    for one, key in new:
        store.create(made_of(one, key, by, now))
    _count(store, [(one.category, one.content.difficulty, 1) for one, _ in new])


def made_of(wished: NewQuestion, question_id: str, by: str, now: datetime) -> Question:
    """A question as it is stored first."""
    return Question(
        question_id=question_id,
        category=wished.category,
        topic=wished.content.topic,
        difficulty=wished.content.difficulty,
        content=wished.content,
        place=place(question_id),
        created_by=by,
        created_at=now,
        updated_at=now,
    )


def shown(question: Question) -> BankQuestion:
    """A question as teachers see it."""
    return BankQuestion(
        question_id=question.question_id,
        version=question.version,
        category=question.category,
        content=question.content,
        status=question.status,
        retired_because=question.retired_because,
        statistics=_statistics(question.statistics),
        created_at=question.created_at,
        updated_at=question.updated_at,
    )


def _statistics(sums: Statistics) -> QuestionStatistics:
    return QuestionStatistics.of(sums, discrimination(sums))


def _question(question_id: str, store: StoreReader) -> Question:
    found = store.get(Question, question_id)
    if found is None:
        raise NotFound("There is no such question")
    return found


def _count(store: Store, changes: Sequence[tuple[str, Difficulty, int]]) -> None:
    """Stage the catalogue with some questions more or less."""
    catalogue = store.get(Catalogue, CATALOGUE) or Catalogue()
    counts = {category: dict(one) for category, one in catalogue.counts.items()}
    for category, difficulty, by in changes:
        count = counts.setdefault(category, {})
        count[difficulty] = max(0, count.get(difficulty, 0) + by)
    kept = {category: one for category, one in counts.items() if any(one.values())}
    if len(kept) > MOST_CATEGORIES:
        raise TooManyCategories
    store.put(catalogue.model_copy(update={"counts": kept}))
