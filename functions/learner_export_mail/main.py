"""Task: tells a learner that their export is ready."""

from common.domain.privacy import export_mail
from common.domain.privacy.export_messages import MailExport
from common.domain.privacy.export_models import Exports
from common.ports import Clock, Deployment, DownloadSigner, Mailer, Outside, StoreReader
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=10)
def learner_export_mail(
    message: MailExport, store: StoreReader, files: DownloadSigner[Exports], mailer: Mailer, outside: Outside,
    deployment: Deployment, clock: Clock,
) -> None:  # fmt: skip
    """Write to them, at most once."""
    export_mail.send(message, store, files, mailer, outside, deployment, clock)
