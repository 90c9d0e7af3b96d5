"""Access tokens that end before their time, in one small document that every instance keeps for a few seconds."""

from datetime import datetime, timedelta

from common.domain.accounts.models import Revocation, Revocations
from common.ports import Store

CURRENT = "current"
LONGEST_LIFE = timedelta(hours=25)
"""An access token lives 24 hours at most (settings), so an older revocation ends nothing any more."""
MOST_USERS = 2_000


def revoke(store: Store, user_id: str, now: datetime, *, kept_session: str | None = None) -> None:
    """Stage the end of a user's access tokens, but for those of one session. Bills one read and one write."""

    def add(current: Revocations) -> Revocations:
        users = {who: each for who, each in current.users.items() if now - each.at < LONGEST_LIFE}
        users[user_id] = Revocation(at=now, kept_session=kept_session)
        if len(users) > MOST_USERS:
            return current.model_copy(update={"users": {}, "all_before": now})
        return current.model_copy(update={"users": users})

    if store.get(Revocations, CURRENT) is None:
        store.put(add(Revocations(revocations_id=CURRENT, users={})))
    else:
        store.amend(Revocations, CURRENT, add)


def forget(store: Store, user_id: str) -> None:
    """Stage that nobody need know of a user any more: their tokens have expired. Bills one read and one write."""
    found = store.get(Revocations, CURRENT)
    if found is None or user_id not in found.users:
        return

    def without(current: Revocations) -> Revocations:
        return current.model_copy(update={"users": {who: at for who, at in current.users.items() if who != user_id}})

    store.amend(Revocations, CURRENT, without)


def is_revoked(document: Revocations | None, user_id: str, issued_at: datetime, session_id: str | None = None) -> bool:
    """Whether a token that was issued then was ended since."""
    if document is None:
        return False
    if document.all_before is not None and issued_at <= document.all_before:
        return True
    found = document.users.get(user_id)
    if found is None or issued_at > found.at:
        return False
    return session_id is None or session_id != found.kept_session
