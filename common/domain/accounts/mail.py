"""Sends the e-mails of accounts, each at most once."""

from datetime import datetime

from common import logs
from common.domain.accounts import links
from common.domain.accounts.links import LinkKey, Purpose
from common.domain.accounts.mail_texts import words
from common.domain.accounts.messages import MailRequested, Template
from common.domain.accounts.models import Account, EmailSlot
from common.ports import Clock, Deployment, Mailer, Outside, Secret, StoreReader
from common.ports.mailer import Mail, MailRefused

PURPOSE: dict[Template, Purpose] = {"verify_email": "verify", "reset_password": "reset"}


def send(
    message: MailRequested,
    store: StoreReader,
    mailer: Mailer,
    outside: Outside,
    keys: Secret[LinkKey],
    deployment: Deployment,
    clock: Clock,
) -> None:
    """Write to the account that the message means, if there is one that still needs it.

    The note comes first. Whoever finds the note of an earlier attempt cannot know whether that one sent the e-mail:
    it is not sent again, and an error is logged for somebody to look at. A refusal is certain, and is tried again.
    """
    account = _account(message, store)
    if account is None or not account.active or (message.template == "verify_email" and account.email_verified):
        logs.info("mail.not_needed", mail_id=message.mail_id, template=message.template)
        return
    mail = _mail(message, account, keys, deployment, clock.now())
    hand_over(mail, message.template, mailer, outside)


def hand_over(mail: Mail, template: str, mailer: Mailer, outside: Outside) -> None:
    """Hand an e-mail to the mail server, at most once: see `send`. MailRefused where it is worth another try."""
    note = f"mail-{mail.mail_id}"
    if not outside.begin(note):
        logs.error("mail.unknown", mail_id=mail.mail_id, template=template)
        return
    try:
        mailer.send(mail)
    except MailRefused as refused:
        outside.withdraw(note)
        if not refused.permanent:
            raise
        logs.warning("mail.refused", mail_id=mail.mail_id, template=template)
    else:
        logs.info("mail.sent", mail_id=mail.mail_id, template=template)


def _account(message: MailRequested, store: StoreReader) -> Account | None:
    user_id = message.user_id
    if user_id is None and message.email_slot is not None:
        slot = store.get(EmailSlot, message.email_slot)
        user_id = slot.user_id if slot else None
    return store.get(Account, user_id) if user_id is not None else None


def _mail(
    message: MailRequested, account: Account, keys: Secret[LinkKey], deployment: Deployment, now: datetime
) -> Mail:
    said = words(message.template, account.language)
    link = links.url(account, PURPOSE[message.template], keys, deployment, now)
    text = said.text.format(name=account.display_name, site=deployment.public_url, link=link)
    automatic = ("Auto-Submitted", "auto-generated")  # RFC 3834: no out-of-office answers
    return Mail(message.mail_id, account.email, said.subject, text, (automatic,))
