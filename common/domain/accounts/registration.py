"""New accounts."""

from datetime import datetime

from email_validator import EmailNotValidError, validate_email

from common.domain.accounts import names, passwords
from common.domain.accounts.bodies import Profile, ProfileChange, Registration
from common.domain.accounts.messages import MailRequested
from common.domain.accounts.models import Account, EmailSlot, UsernameSlot
from common.errors import AlreadyExists, InvalidContent
from common.ports import Clock, Ids, Queue, Role, Store


class UsernameTaken(AlreadyExists):
    """The username, or one that looks like it, belongs to somebody."""

    code, title = "username_taken", "This username, or one that looks like it, is taken"


class EmailTaken(AlreadyExists):
    """The e-mail address belongs to an account."""

    code, title = "email_taken", "There is an account with this e-mail address"


class InvalidEmail(InvalidContent):
    """No e-mail address."""

    code, title = "invalid_email", "The e-mail address is not valid"


def register(form: Registration, store: Store, mails: Queue[MailRequested], clock: Clock, ids: Ids) -> Profile:
    """A new learner, and an e-mail to prove the address.

    Costs no read and four writes: the account, a slot for each of its two unique names, and the e-mail's message.
    Fewer would not do: a query cannot keep two names apart (both registrations would see none), only a document
    whose id is the name can, and creating it is its own check.
    """
    email = check_email(form.email)
    passwords.check(form.password, form.username, email, pointer="/password")
    account = new_account(ids.new(), form.username, email, passwords.hashed(form.password), clock.now(), about=form)
    stage(account, store)
    mails.stage(MailRequested(mail_id=ids.new(), template="verify_email", user_id=account.user_id))
    return Profile.of(account)


def new_account(
    user_id: str,
    username: str,
    email: str,
    password_hash: str,
    now: datetime,
    *,
    about: ProfileChange | None = None,
    role: Role = "learner",
) -> Account:
    """An account as it begins."""
    said = about.model_dump(include=set(ProfileChange.model_fields)) if about else {}
    said["display_name"] = said.get("display_name") or username
    return Account(
        user_id=user_id,
        username=username,
        email=email,
        login_keys=(names.username_key(username), names.email_key(email)),
        password_hash=password_hash,
        role=role,
        created_at=now,
        updated_at=now,
        **said,
    )


def stage(account: Account, store: Store) -> None:
    """Stage a new account with its names; UsernameTaken or EmailTaken when they are."""
    username, email = map(names.slot_id, account.login_keys)
    store.create(account)
    store.create(
        UsernameSlot(slot_id=username, user_id=account.user_id),
        UsernameTaken(errors=[{"pointer": "/username", "detail": "taken", "code": UsernameTaken.code}]),
    )
    store.create(
        EmailSlot(slot_id=email, user_id=account.user_id),
        EmailTaken(errors=[{"pointer": "/email", "detail": "taken", "code": EmailTaken.code}]),
    )


def check_email(text: str) -> str:
    """The address as it is kept; InvalidEmail. Nothing is asked of the network: a link proves it.

    Reserved names (RFC 6761) are refused but for .test, which staging and load tests write to.
    """
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
        if "." not in found.domain:
            raise EmailNotValidError("the part after @ has no dot")
    except EmailNotValidError as error:
        detail = str(error)[:200]
        raise InvalidEmail(errors=[{"pointer": "/email", "detail": detail, "code": InvalidEmail.code}]) from None
    return found.normalized
