"""POST /v1/users/verification · POST /v1/users/password-reset · POST /v1/users/password · POST /v1/me/verification"""

from common.domain.accounts import account_links as domain
from common.domain.accounts import links, passwords
from common.domain.accounts.bodies import EmailVerification, MailPromised, PasswordReset, PasswordResetRequest
from common.domain.accounts.links import LinkKey
from common.domain.accounts.messages import MailRequested
from common.errors import Unavailable
from common.ports import Caller, Clock, Ids, Queue, RateLimit, Secret, Store
from common.triggers import Accepted, http

account_links = http.resource("account_links")


@account_links.post("/v1/users/verification", role="public", max_body=8192, raises=(links.InvalidLink,))
def verify_email(wished: EmailVerification, store: Store, keys: Secret[LinkKey], clock: Clock) -> None:
    """Prove an e-mail address with the token of its link."""
    domain.verify_email(wished, store, keys, clock)


@account_links.post("/v1/me/verification", role="learner")
def request_verification(
    caller: Caller, mails: Queue[MailRequested], limits: RateLimit, ids: Ids
) -> Accepted[MailPromised]:
    """Ask for another link that proves the caller's e-mail address."""
    return Accepted(domain.request_verification(caller, mails, limits, ids))


@account_links.post("/v1/users/password-reset", role="public", rate_limit="120/minute", exact_rate=True, max_body=8192)
def request_reset(
    wished: PasswordResetRequest, mails: Queue[MailRequested], limits: RateLimit, ids: Ids
) -> Accepted[MailPromised]:
    """Ask for a link to choose a new password; the answer is the same whoever the address belongs to."""
    return Accepted(domain.request_reset(wished, mails, limits, ids))


@account_links.post(
    "/v1/users/password",
    role="public",
    rate_limit="120/minute",
    max_body=8192,
    raises=(links.InvalidLink, passwords.WeakPassword, Unavailable),
)
def reset_password(wished: PasswordReset, store: Store, keys: Secret[LinkKey], clock: Clock, ids: Ids) -> None:
    """Choose a new password with the token of a link; every session ends."""
    domain.reset_password(wished, store, keys, clock, ids)
