"""POST /v1/courses/{course_id}/certificate · GET /v1/certificates · GET /v1/certificates/{certificate_id}"""

from common.domain.progress import certificates as domain
from common.domain.progress.bodies import CertificateView
from common.errors import NotFound
from common.ports import Caller, Clock, Deployment, Ids, Page, PageSize, PageToken, Store, StoreReader
from common.triggers import Created, http

certificates = http.resource("certificates")


@certificates.post(
    "/v1/courses/{course_id}/certificate",
    role="learner",
    rate_limit="30/minute",
    raises=(NotFound, domain.CourseNotCompleted),
)
def issue(
    caller: Caller, course_id: str, store: Store, at: Deployment, clock: Clock, ids: Ids
) -> Created[CertificateView]:
    """Your certificate of a course whose lessons you have all completed; asked for again it is the same."""
    return Created(domain.issue(caller, course_id, store, at, clock, ids))


@certificates.get("/v1/certificates", role="learner")
def find(
    caller: Caller, store: StoreReader, at: Deployment, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[CertificateView]:
    """Your certificates, the latest first."""
    return domain.own(caller, store, at, page_size=page_size, page_token=page_token)


@certificates.get("/v1/certificates/{certificate_id}", role="public", rate_limit="60/minute", raises=(NotFound,))
def verify(certificate_id: str, store: StoreReader, at: Deployment) -> CertificateView:
    """Look up a certificate that you were given the link of: whose it is, of which course, and since when."""
    return domain.verified(certificate_id, store, at)
