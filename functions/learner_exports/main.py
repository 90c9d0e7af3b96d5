"""POST, GET /v1/me/export"""

from common.domain.privacy import exports
from common.domain.privacy.export_messages import ClearExport, ExportStep
from common.domain.privacy.export_models import Exports, LearnerExportView
from common.errors import NotFound
from common.ports import Caller, Clock, DownloadSigner, Ids, Queue, RateLimit, Store, StoreReader
from common.triggers import Accepted, http

learner_exports = http.resource("learner_exports")


@learner_exports.post("/v1/me/export", role="learner")
def ask(
    caller: Caller, store: Store, limit: RateLimit, steps: Queue[ExportStep], clears: Queue[ClearExport],
    clock: Clock, ids: Ids,
) -> Accepted[LearnerExportView]:  # fmt: skip
    """Have everything that is known of you made into one ZIP. An e-mail says when it is ready."""
    return Accepted(exports.ask(caller, store, limit, steps, clears, clock, ids))


@learner_exports.get("/v1/me/export", role="learner", raises=(NotFound,))
def show(caller: Caller, store: StoreReader, files: DownloadSigner[Exports], clock: Clock) -> LearnerExportView:
    """Your export, with a link to it once it is ready."""
    return exports.show(caller, store, files, clock)
