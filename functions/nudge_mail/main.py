"""Task: sends the e-mail of one nudge."""

from common.domain.accounts.links import LinkKey
from common.domain.engagement import mailing
from common.domain.engagement.messages import MailNudge, SendNudge
from common.ports import Clock, Deployment, Mailer, Outside, Queue, Secret, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=10)
def nudge_mail(
    message: MailNudge,
    store: Store,
    mailer: Mailer,
    outside: Outside,
    keys: Secret[LinkKey],
    deployment: Deployment,
    sends: Queue[SendNudge],
    clock: Clock,
) -> None:
    """Send it, at most once."""
    mailing.mail(message, store, mailer, outside, keys, deployment, sends, clock)
