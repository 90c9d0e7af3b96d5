"""Task: deletes what an export was made of, and the export when its time is over."""

from common.domain.privacy import exports
from common.domain.privacy.export_messages import ClearExport
from common.domain.privacy.export_models import Exports
from common.ports import Files, Queue, Store
from common.triggers import task


@task(max_attempts=20, max_dispatches_per_second=10, max_concurrent=5)
def learner_export_clear(message: ClearExport, store: Store, files: Files[Exports], clears: Queue[ClearExport]) -> None:
    """Delete a hundred objects; the rest, where there is more, goes on as a chain."""
    exports.clear(message, store, files, clears)
