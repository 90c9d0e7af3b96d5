"""What the links in e-mails do, and asking for them."""

from common.domain.accounts import audit, links, names, passwords, revocations
from common.domain.accounts.bodies import EmailVerification, MailPromised, PasswordReset, PasswordResetRequest
from common.domain.accounts.links import InvalidLink, LinkKey
from common.domain.accounts.messages import MailRequested
from common.domain.accounts.models import Account
from common.ports import Caller, Clock, Ids, Queue, RateLimit, Secret, Store

MAILS = "5/hour"
"""To one address, so that nobody's mailbox is filled by a stranger."""


def verify_email(wished: EmailVerification, store: Store, keys: Secret[LinkKey], clock: Clock) -> None:
    """The address is its owner's. InvalidLink, also the second time."""
    now = clock.now()
    user_id, state = links.whose(wished.token, "verify", keys, now)
    links.check(store.get(Account, user_id), "verify", state)

    def verified(current: Account) -> Account:
        links.check(current, "verify", state)
        return current.model_copy(update={"email_verified": True, "updated_at": now})

    store.amend(Account, user_id, verified, InvalidLink())


def request_verification(caller: Caller, mails: Queue[MailRequested], limits: RateLimit, ids: Ids) -> MailPromised:
    """Send the caller another link; none is sent where the address is proved."""
    limits.take("mail", caller.user_id, MAILS)
    mails.stage(MailRequested(mail_id=ids.new(), template="verify_email", user_id=caller.user_id))
    return MailPromised()


def request_reset(
    wished: PasswordResetRequest, mails: Queue[MailRequested], limits: RateLimit, ids: Ids
) -> MailPromised:
    """Send a link for a new password, if the address is somebody's.

    Nothing is read here, so that time and answer are the same for an address that is nobody's.
    """
    slot = names.slot_id(names.email_key(wished.email))
    limits.take("mail", slot, MAILS)
    mails.stage(MailRequested(mail_id=ids.new(), template="reset_password", email_slot=slot))
    return MailPromised()


def reset_password(wished: PasswordReset, store: Store, keys: Secret[LinkKey], clock: Clock, ids: Ids) -> None:
    """A new password by a link, which also proves the address; every session ends. InvalidLink, WeakPassword."""
    now = clock.now()
    user_id, state = links.whose(wished.token, "reset", keys, now)
    account = links.check(store.get(Account, user_id), "reset", state)
    passwords.check(wished.new_password, account.username, account.email, pointer="/new_password")
    renewed = passwords.hashed(wished.new_password)

    def replace(current: Account) -> Account:
        links.check(current, "reset", state)
        changes = {"password_hash": renewed, "sessions": (), "email_verified": True, "updated_at": now}
        return current.model_copy(update=changes)

    store.amend(Account, user_id, replace, InvalidLink())
    revocations.revoke(store, user_id, now)
    audit.record(store, ids, clock, user_id, "user.password_reset", user_id)
