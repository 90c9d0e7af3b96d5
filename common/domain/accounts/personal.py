"""Where accounts hold a learner's data."""

from datetime import datetime

from common.domain.accounts import names
from common.domain.accounts.models import Account, ApiKey, AuditEntry, EmailSlot, UsernameSlot
from common.domain.holdings.declaration import ERASED, Holding
from common.ports import Store


def forget_account(account: Account, user_id: str, store: Store, now: datetime) -> None:
    """Stage the end of an account and of both its names: nobody logs in by it, and others may take the names."""
    username, email = map(names.slot_id, account.login_keys)
    store.delete(Account, account.user_id)
    store.delete(UsernameSlot, username)
    store.delete(EmailSlot, email)


HOLDINGS = (
    Holding(
        Account,
        erase=forget_account,
        writes=3,
        takes_along=(UsernameSlot, EmailSlot),
        hidden=("password_hash", "login_keys", "sessions"),
    ),
    Holding(ApiKey, hidden=("secret_hash",)),
    Holding(AuditEntry, by="actor_id", blanks={"actor_id": ERASED}),
    Holding(AuditEntry, by="subject_id", blanks={"subject_id": ERASED}, hidden=("actor_id",)),
)
