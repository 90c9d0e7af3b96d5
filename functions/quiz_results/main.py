"""GET /v1/quizzes/results · GET /v1/quizzes/results/{submission_id}"""

from common.domain.assessment import results
from common.domain.assessment.bodies import ResultsPage, SubmissionResult
from common.errors import NotFound
from common.ports import Caller, PageSize, PageToken, StoreReader
from common.triggers import http

quiz_results = http.resource("quiz_results")


@quiz_results.get("/v1/quizzes/results", role="learner")
def find(
    caller: Caller, store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None
) -> ResultsPage:
    """The caller's results, newest first; the first page also says how they do by topic, and the trend."""
    return results.page(caller, store, page_size=page_size, page_token=page_token)


@quiz_results.get("/v1/quizzes/results/{submission_id}", role="learner", raises=(NotFound,))
def show(caller: Caller, submission_id: str, store: StoreReader) -> SubmissionResult:
    """One result with every question, what was answered, what was right and why."""
    return results.one(caller, submission_id, store)
