"""A person's own account."""

from common.domain.accounts import audit, passwords, revocations
from common.domain.accounts.bodies import PasswordChange, Profile, ProfileChange
from common.domain.accounts.models import Account
from common.errors import Forbidden, InvalidContent, Unauthenticated
from common.ports import Caller, Clock, Ids, RateLimit, Store, StoreReader


class WrongPassword(InvalidContent):
    """The present password, which a change needs, is another one."""

    code, title = "wrong_password", "The present password is another one"


def show(caller: Caller, store: StoreReader) -> Profile:
    """The caller's account. Costs one read: all of it is in one document."""
    return Profile.of(_own(caller, store))


def change(caller: Caller, wished: ProfileChange, store: Store, clock: Clock) -> Profile:
    """Change what was sent, clear what was sent as null, leave the rest."""
    account = _own(caller, store)
    said = wished.model_dump(include=set(wished.model_fields_set))
    if "display_name" in said:
        said["display_name"] = said["display_name"] or account.username
    said["updated_at"] = clock.now()
    store.amend(Account, account.user_id, lambda current: current.model_copy(update=said), Unauthenticated())
    return Profile.of(account.model_copy(update=said))


def change_password(
    caller: Caller, wished: PasswordChange, store: Store, limits: RateLimit, clock: Clock, ids: Ids
) -> None:
    """A new password; every other session ends at once. WrongPassword, WeakPassword; Forbidden to API keys."""
    if caller.key_id is not None:
        raise Forbidden("A password is changed by its owner, not by an API key")
    limits.take("password", caller.user_id, "10/minute")
    account = _own(caller, store)
    kept = account.password_hash
    if not passwords.verify(kept, wished.password):
        raise WrongPassword(errors=[{"pointer": "/password", "detail": "not right", "code": WrongPassword.code}])
    passwords.check(wished.new_password, account.username, account.email, pointer="/new_password")
    renewed, now = passwords.hashed(wished.new_password), clock.now()

    def replace(current: Account) -> Account:
        if current.password_hash != kept:
            raise WrongPassword
        own = tuple(one for one in current.sessions if one.session_id == caller.session_id)
        return current.model_copy(update={"password_hash": renewed, "sessions": own, "updated_at": now})

    store.amend(Account, account.user_id, replace, Unauthenticated())
    revocations.revoke(store, account.user_id, now, kept_session=caller.session_id)
    audit.record(store, ids, clock, account.user_id, "user.password_changed", account.user_id)


def _own(caller: Caller, store: StoreReader) -> Account:
    account = store.get(Account, caller.user_id)
    if account is None:
        raise Unauthenticated  # erased while its token was still good
    return account
