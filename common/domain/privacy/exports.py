"""Exports: asked for, shown, and deleted when their time is over."""

from datetime import timedelta

from common import logs
from common.domain.privacy.export_messages import ClearExport, ExportStep
from common.domain.privacy.export_models import Exports, LearnerExport, LearnerExportView
from common.errors import NotFound
from common.ports import Caller, Clock, DownloadSigner, Files, Ids, Queue, RateLimit, Store, StoreReader

OFTEN = "5/day"
"""How often a learner may begin one."""
LINK = timedelta(minutes=10)
A_STEP = 100
"""Objects that a step deletes."""


def ask(
    caller: Caller,
    store: Store,
    limit: RateLimit,
    steps: Queue[ExportStep],
    clears: Queue[ClearExport],
    clock: Clock,
    ids: Ids,
) -> LearnerExportView:
    """Begin an export, in place of the one before; TooManyRequests. One that is under way goes on: it is shown again.

    Costs a read and three writes; one more where there was an export.
    """
    now, before = clock.now(), store.get(LearnerExport, caller.user_id)
    if before is not None and before.is_under_way(now):
        return LearnerExportView.of(before, now)
    limit.take("export", caller.user_id, OFTEN)
    export = LearnerExport(user_id=caller.user_id, export_id=ids.new(), asked_at=now)
    store.put(export)
    steps.stage(ExportStep(user_id=export.user_id, export_id=export.export_id))
    if before is not None:
        clears.stage(ClearExport(user_id=before.user_id, export_id=before.export_id, because="replaced"))
    logs.info("export.asked", export_id=export.export_id)
    return LearnerExportView.of(export, now)


def show(caller: Caller, store: StoreReader, files: DownloadSigner[Exports], clock: Clock) -> LearnerExportView:
    """The caller's export, with a link where it is ready; NotFound where there is none, or its time is over."""
    now, export = clock.now(), store.get(LearnerExport, caller.user_id)
    if export is None or (export.status == "ready" and not export.is_there(now)):
        raise NotFound("There is no export; ask for one")
    url = None
    if export.file is not None:
        url = files.download_url(export.file, filename=export.filename, expires_in=LINK)
    return LearnerExportView.of(export, now, url)


def clear(message: ClearExport, store: Store, files: Files[Exports], clears: Queue[ClearExport]) -> None:
    """Delete some objects of an export, and stage the next step where there may be more; at last what is known of it.

    What an attempt at a step wrote that was not to be has the same beginning of its name, and goes along.
    """
    export = store.get(LearnerExport, message.user_id)
    is_current = export is not None and export.export_id == message.export_id
    kept = export.file if export is not None and is_current and message.because == "ready" else None
    found = files.list(f"exports/{message.user_id}/{message.export_id}/", limit=A_STEP)
    for info in found:
        if info.name != kept:
            files.delete(info.name)
    if len(found) == A_STEP:
        clears.stage(message.model_copy(update={"step": message.step + 1}))
    elif is_current and message.because == "over":
        store.delete(LearnerExport, message.user_id)
