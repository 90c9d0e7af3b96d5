"""GET /v1/progress · GET, PUT /v1/progress/{concept_id}"""

from typing import Annotated

from pydantic import Field

from common.domain.progress import own_progress
from common.domain.progress.bodies import ProgressUpdate, ProgressView
from common.domain.progress.messages import ActivityHappened
from common.errors import NotFound
from common.ports import Caller, Clock, Page, PageSize, PageToken, Queue, Store, StoreReader
from common.triggers import http

progress = http.resource("progress")


@progress.get("/v1/progress", role="learner")
def find(
    caller: Caller,
    store: StoreReader,
    course_id: Annotated[str, Field(max_length=128)] | None = None,
    page_size: PageSize = 20,
    page_token: PageToken | None = None,
) -> Page[ProgressView]:
    """The concepts that the caller has begun, the latest first, of one course or all."""
    return own_progress.all_progress(caller, course_id, store, page_size=page_size, page_token=page_token)


@progress.get("/v1/progress/{concept_id}", role="learner", raises=(NotFound,))
def show(caller: Caller, concept_id: str, store: StoreReader) -> ProgressView:
    """How far the caller has come with a concept."""
    return own_progress.progress_with(caller, concept_id, store)


@progress.put(
    "/v1/progress/{concept_id}",
    role="learner",
    max_body=16_384,
    rate_limit="120/minute",
    raises=(NotFound, own_progress.UnknownSection),
)
def tell(
    caller: Caller, concept_id: str, told: ProgressUpdate, store: Store, activity: Queue[ActivityHappened], clock: Clock
) -> ProgressView:
    """Say which sections are completed; those that were completed before stay so."""
    return own_progress.tell(caller, concept_id, told, store, activity, clock)
