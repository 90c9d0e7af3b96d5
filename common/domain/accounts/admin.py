"""The first admin, made by a command of whoever runs the deployment: there is no default account or password."""

from dataclasses import dataclass

from common.domain.accounts import audit, names, passwords, registration, revocations
from common.domain.accounts.models import Account, UsernameSlot
from common.ports import Clock, Ids, Store


@dataclass(frozen=True)
class Admin:
    """An admin; `password` is shown to the operator once, and None where the account kept its own."""

    user_id: str
    username: str
    password: str | None


def create_admin(store: Store, clock: Clock, ids: Ids, *, username: str, email: str) -> Admin:
    """Make an account an admin, or a new one with a random password.

    ValueError or InvalidEmail for what cannot be a name; UsernameTaken where the username and the address are not of
    one account; EmailTaken.
    """
    username, email = names.check_username(username), registration.check_email(email)
    slot = store.get(UsernameSlot, names.slot_id(names.username_key(username)))
    if slot is not None:
        return _promote(slot.user_id, email, store, clock, ids)
    user_id, password = ids.new(), ids.new()
    account = registration.new_account(user_id, username, email, passwords.hashed(password), clock.now(), role="admin")
    registration.stage(account.model_copy(update={"email_verified": True}), store)
    audit.record(store, ids, clock, audit.OPERATOR, "admin.created", user_id)
    return Admin(user_id, username, password)


def _promote(user_id: str, email: str, store: Store, clock: Clock, ids: Ids) -> Admin:
    account = store.get(Account, user_id)
    if account is None or names.email_key(account.email) != names.email_key(email):
        raise registration.UsernameTaken
    now = clock.now()
    changes = {"role": "admin", "active": True, "updated_at": now}
    store.amend(Account, user_id, lambda current: current.model_copy(update=changes))
    revocations.revoke(store, user_id, now)
    audit.record(store, ids, clock, audit.OPERATOR, "user.role_changed", user_id, before=account.role, after="admin")
    return Admin(user_id, account.username, None)
