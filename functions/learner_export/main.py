"""Task: writes the next piece of a learner's export."""

from common.domain.documents.files import Uploads
from common.domain.privacy import exporting
from common.domain.privacy.export_messages import ClearExport, ExportStep, MailExport
from common.domain.privacy.export_models import Exports
from common.ports import Clock, Deployment, Files, FilesReader, Ids, Queue, Store
from common.triggers import task


@task(max_attempts=20, max_dispatches_per_second=20, max_concurrent=5, timeout=120)
def learner_export(
    message: ExportStep,
    store: Store,
    files: Files[Exports],
    uploads: FilesReader[Uploads],
    steps: Queue[ExportStep],
    mails: Queue[MailExport],
    clears: Queue[ClearExport],
    deployment: Deployment,
    clock: Clock,
    ids: Ids,
) -> None:
    """Write some documents or files; the rest goes on as a chain, whose end can be fetched."""
    queues = exporting.ExportQueues(steps, mails, clears)
    readers = {Uploads.name: uploads}
    exporting.step(message, store, files, readers, queues, deployment.public_url, clock, ids)
