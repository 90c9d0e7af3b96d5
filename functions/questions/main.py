"""GET, POST /v1/questions · GET, PUT /v1/questions/{question_id} · POST /v1/questions/{question_id}/retirement"""

from typing import Annotated, Literal

from pydantic import Field

from common.domain.assessment import bank
from common.domain.assessment.bodies import BankQuestion, NewQuestion, Retirement
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Page, PageSize, PageToken, Store, StoreReader
from common.triggers import Created, http

questions = http.resource("questions")


@questions.get("/v1/questions", role="teacher")
def find(
    store: StoreReader,
    category: Annotated[str, Field(max_length=80)] | None = None,
    status: Literal["active", "retired"] | None = None,
    page_size: PageSize = 20,
    page_token: PageToken | None = None,
) -> Page[BankQuestion]:
    """The question bank, newest first, with keys and statistics."""
    return bank.questions(store, category=category, status=status, page_size=page_size, page_token=page_token)


@questions.post("/v1/questions", role="teacher", max_body=16384, raises=(bank.TooManyCategories,))
def add(caller: Caller, wished: NewQuestion, store: Store, clock: Clock, ids: Ids) -> Created[BankQuestion]:
    """Add a question to the bank."""
    return Created(bank.add(caller, wished, store, clock, ids))


@questions.get("/v1/questions/{question_id}", role="teacher", raises=(NotFound,))
def show(question_id: str, store: StoreReader) -> BankQuestion:
    """One question, with its key and statistics."""
    return bank.question(question_id, store)


@questions.put(
    "/v1/questions/{question_id}",
    role="teacher",
    max_body=16384,
    raises=(NotFound, bank.QuestionRetired, bank.TooManyCategories),
)
def edit(question_id: str, wished: NewQuestion, store: Store, clock: Clock) -> BankQuestion:
    """Make the next version of a question; quizzes that were issued keep theirs."""
    return bank.edit(question_id, wished, store, clock)


@questions.post("/v1/questions/{question_id}/retirement", role="teacher", max_body=4096, raises=(NotFound,))
def retire(question_id: str, wished: Retirement, store: Store, clock: Clock) -> BankQuestion:
    """Ask a question no more, and say why."""
    return bank.retire(question_id, wished, store, clock)
