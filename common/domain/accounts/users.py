"""Everybody's accounts, for admins."""

from common.domain.accounts import audit, revocations
from common.domain.accounts.bodies import User, UserChange
from common.domain.accounts.models import Account
from common.errors import Conflict, NotFound
from common.ports import Caller, Clock, Ids, Page, Query, Role, Store, StoreReader, read_page

USERS = Query(Account, optional=("role", "active"), order=("-created_at",))


class OwnAccount(Conflict):
    """Admins change others: the last one cannot lock everybody out."""

    code, title = "own_account", "Another admin must change your role or deactivate you"


def users(
    store: StoreReader, *, role: Role | None, active: bool | None, page_size: int, page_token: str | None
) -> Page[User]:
    """A page of accounts, newest first."""
    where = {"role": role, "active": active}
    return read_page(store, USERS, where, page_size=page_size, page_token=page_token, show=User.of)


def user(user_id: str, store: StoreReader) -> User:
    """One account; NotFound."""
    return User.of(_account(user_id, store))


def change(caller: Caller, user_id: str, wished: UserChange, store: Store, clock: Clock, ids: Ids) -> User:
    """Change a role, deactivate or activate. Access tokens with the old role end; OwnAccount, NotFound."""
    account = _account(user_id, store)
    role = account.role if wished.role is None else wished.role
    active = account.active if wished.active is None else wished.active
    if (role, active) == (account.role, account.active):
        return User.of(account)
    if user_id == caller.user_id:
        raise OwnAccount
    now = clock.now()

    def apply(current: Account) -> Account:
        sessions = current.sessions if active else ()
        return current.model_copy(update={"role": role, "active": active, "sessions": sessions, "updated_at": now})

    store.amend(Account, user_id, apply)
    revocations.revoke(store, user_id, now)
    if role != account.role:
        audit.record(store, ids, clock, caller.user_id, "user.role_changed", user_id, before=account.role, after=role)
    if active != account.active:
        action: audit.Action = "user.activated" if active else "user.deactivated"
        audit.record(store, ids, clock, caller.user_id, action, user_id)
    return User.of(account.model_copy(update={"role": role, "active": active, "updated_at": now}))


def _account(user_id: str, store: StoreReader) -> Account:
    account = store.get(Account, user_id)
    if account is None:
        raise NotFound
    return account
