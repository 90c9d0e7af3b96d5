"""Task: sends one e-mail of accounts."""

from common.domain.accounts import mail
from common.domain.accounts.links import LinkKey
from common.domain.accounts.messages import MailRequested
from common.ports import Clock, Deployment, Mailer, Outside, Secret, StoreReader
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=10)
def mail_send(
    message: MailRequested,
    store: StoreReader,
    mailer: Mailer,
    outside: Outside,
    keys: Secret[LinkKey],
    deployment: Deployment,
    clock: Clock,
) -> None:
    """Write to whom the message means, at most once."""
    mail.send(message, store, mailer, outside, keys, deployment, clock)
