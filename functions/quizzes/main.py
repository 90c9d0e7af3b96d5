"""GET /v1/quizzes/categories · GET /v1/quizzes/{quiz_id}"""

from common.domain.assessment import bank
from common.domain.assessment import quizzes as domain
from common.domain.assessment.bodies import Categories, QuizView
from common.errors import NotFound
from common.ports import Caller, Clock, StoreReader
from common.triggers import http

quizzes = http.resource("quizzes")


@quizzes.get("/v1/quizzes/categories", role="learner")
def categories(store: StoreReader) -> Categories:
    """The categories of the question bank, with how many questions each has."""
    return bank.categories(store)


@quizzes.get("/v1/quizzes/{quiz_id}", role="learner", raises=(NotFound,))
def show(caller: Caller, quiz_id: str, store: StoreReader, clock: Clock) -> QuizView:
    """One of the caller's quizzes with its questions, never with the key."""
    return domain.show(caller, quiz_id, store, clock)
