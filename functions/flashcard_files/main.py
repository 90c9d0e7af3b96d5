"""POST /v1/flashcards/imports · GET /v1/flashcards/jobs/{job_id} · GET /v1/flashcards/export"""

from common.domain.review import transfers
from common.domain.review.bodies import CardJobView, ExportedCards, NewImport
from common.domain.review.messages import ImportCards
from common.errors import BodyTooLarge, NotFound
from common.ports import Caller, Clock, Ids, PageSize, PageToken, Queue, Store, StoreReader
from common.triggers import Accepted, http

flashcard_files = http.resource("flashcard_files")


@flashcard_files.post(
    "/v1/flashcards/imports",
    role="learner",
    rate_limit="30/hour",
    exact_rate=True,
    max_body=4_000_000,
    raises=(transfers.BadFile, BodyTooLarge),
)
def import_cards(
    caller: Caller, wished: NewImport, store: Store, imports: Queue[ImportCards], clock: Clock, ids: Ids
) -> Accepted[CardJobView]:
    """Take in a text file in Anki's format: all of it, or, where a line is wrong, nothing. Known guids are changed."""
    return Accepted(transfers.begin(caller, wished, store, imports, clock, ids))


@flashcard_files.get("/v1/flashcards/jobs/{job_id}", role="learner", raises=(NotFound,))
def job(caller: Caller, job_id: str, store: StoreReader) -> CardJobView:
    """How far an import, or the cards of a document, have come."""
    return transfers.job(caller, job_id, store)


@flashcard_files.get("/v1/flashcards/export", role="learner")
def export(
    caller: Caller, store: StoreReader, page_size: PageSize = 100, page_token: PageToken | None = None
) -> ExportedCards:
    """All of the caller's cards as a text file in Anki's format, a page at a time."""
    return transfers.export(caller, store, page_size=page_size, page_token=page_token)
