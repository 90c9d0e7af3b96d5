"""GET /v1/concepts · GET, PUT /v1/concepts/{concept_id}"""

from typing import Annotated

from pydantic import Field

from common.domain.progress import concepts as domain
from common.domain.progress.bodies import ConceptPage, ConceptView, ConceptWish
from common.errors import Forbidden, NotFound
from common.ports import Caller, Clock, PageSize, PageToken, Store, StoreReader
from common.triggers import http

concepts = http.resource("concepts")


@concepts.get("/v1/concepts", role="learner", raises=(NotFound,))
def find(
    caller: Caller,
    store: StoreReader,
    course_id: Annotated[str, Field(max_length=128)] | None = None,
    page_size: PageSize = 20,
    page_token: PageToken | None = None,
) -> ConceptPage:
    """The concepts of a course with its modules, or those that are for everybody."""
    return domain.concepts(caller, course_id, store, page_size=page_size, page_token=page_token)


@concepts.get("/v1/concepts/{concept_id}", role="learner", raises=(NotFound,))
def show(caller: Caller, concept_id: str, store: StoreReader) -> ConceptView:
    """A concept with its sections."""
    return ConceptView.of(domain.concept_of(caller, concept_id, store))


@concepts.put(
    "/v1/concepts/{concept_id}",
    role="teacher",
    max_body=65_536,
    rate_limit="60/minute",
    raises=(NotFound, Forbidden, domain.InvalidConceptId),
)
def define(caller: Caller, concept_id: str, wished: ConceptWish, store: Store, clock: Clock) -> ConceptView:
    """Make a concept, or replace it; what learners have completed of it stays."""
    return domain.define(caller, concept_id, wished, store, clock)
