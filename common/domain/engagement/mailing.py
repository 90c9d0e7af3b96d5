"""Hands the e-mail of a nudge to the mail server, at most once.

The note comes first, and is committed at once. Whoever finds the note of an earlier attempt cannot know whether that
one's e-mail went out: it is not sent again, and the record says "unknown". Behind the note everything is read anew, so
that nothing stands between the last look at what the learner wishes and the handing over.
"""

from datetime import datetime
from typing import Any

from common import logs
from common.domain.accounts.links import LinkKey
from common.domain.accounts.models import Account
from common.domain.engagement import checks, templates, timing, unsubscribing
from common.domain.engagement.messages import MailNudge, SendNudge
from common.domain.engagement.models import Nudge
from common.errors import NotFound
from common.ports import Clock, Deployment, Mailer, Outside, Queue, Secret, Store
from common.ports.mailer import Mail, MailRefused


def mail(
    message: MailNudge,
    store: Store,
    mailer: Mailer,
    outside: Outside,
    keys: Secret[LinkKey],
    deployment: Deployment,
    sends: Queue[SendNudge],
    clock: Clock,
) -> None:
    """Send the e-mail, if it is still right to. Costs five reads and two writes: the note, and what became of it."""
    nudge = store.get(Nudge, message.nudge_id)
    if nudge is None or nudge.status != "sending":
        return
    note = f"nudge-{message.nudge_id}"
    if not outside.begin(note):
        logs.error("mail.unknown", mail_id=note, template="nudge")  # the event that an alert waits for
        _record(nudge, store, status="unknown", reached=True, sent_at=clock.now())
        return
    seen = checks.look(message.user_id, store)
    refused = checks.against(seen, checks.since(nudge), is_told_anyway=nudge.reason is not None)
    if refused is None and "email" not in seen.wishes.channels:
        refused = "no_channel"
    if refused is not None or seen.account is None:
        _record(nudge, store, status="dropped", dropped_because=refused)
        return
    now = clock.now()
    if timing.after_quiet(now, seen.zone, seen.wishes) > now:  # the queue was slow, and it has become late
        outside.withdraw(note)
        _record(nudge, store, status="planned")
        again = SendNudge(nudge_id=nudge.nudge_id, user_id=nudge.user_id, step=message.step)
        sends.stage(again, at=timing.after_quiet(now, seen.zone, seen.wishes))
        return
    _hand_over(nudge, seen.account, store, mailer, outside, keys, deployment, now)


def _hand_over(
    nudge: Nudge,
    account: Account,
    store: Store,
    mailer: Mailer,
    outside: Outside,
    keys: Secret[LinkKey],
    deployment: Deployment,
    now: datetime,
) -> None:
    try:
        mailer.send(_mail(nudge, account, keys, deployment))
    except MailRefused as refused:
        outside.withdraw(f"nudge-{nudge.nudge_id}")
        if not refused.permanent:
            raise
        logs.warning("nudge.refused", nudge_id=nudge.nudge_id)
        _record(nudge, store, status="failed")
    else:
        logs.info("nudge.sent", channel="email", origin=nudge.origin)
        _record(nudge, store, status="sent", reached=True, sent_at=now)


def _record(nudge: Nudge, store: Store, **became: Any) -> None:
    """What became of it, whatever else has been noted on it meanwhile: a second try of this task could only guess."""
    store.amend(Nudge, nudge.nudge_id, lambda kept: kept.model_copy(update=became), NotFound())


def _mail(nudge: Nudge, account: Account, keys: Secret[LinkKey], deployment: Deployment) -> Mail:
    unsubscribe = unsubscribing.url(account.user_id, keys, deployment)
    frame = templates.MAIL[templates.language_of(nudge.language)]
    site = deployment.public_url.rstrip("/")
    text = frame.format(name=account.display_name, text=nudge.text or "", site=site, unsubscribe=unsubscribe)
    headers = (
        ("Auto-Submitted", "auto-generated"),  # RFC 3834: no out-of-office answers
        ("List-Unsubscribe", f"<{unsubscribe}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),  # RFC 8058
    )
    return Mail(f"nudge-{nudge.nudge_id}", account.email, nudge.subject or "", text, headers)
