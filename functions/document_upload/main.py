"""POST /v1/documents"""

from common.domain.documents import uploads
from common.domain.documents.bodies import NewDocument, UploadPromised
from common.domain.documents.files import Uploads
from common.errors import Forbidden, InvalidContent, NotFound
from common.ports import Caller, Clock, Ids, Store, UploadSigner
from common.triggers import Created, http


@http.post(
    "/v1/documents",
    role="learner",
    rate_limit="300/hour",
    exact_rate=True,
    max_body=8192,
    raises=(NotFound, Forbidden, InvalidContent),
)
def document_upload(
    caller: Caller, wished: NewDocument, store: Store, files: UploadSigner[Uploads], clock: Clock, ids: Ids
) -> Created[UploadPromised]:
    """Announce a document, and learn where to send its file."""
    return Created(uploads.promise(caller, wished, store, files, clock, ids))
