"""Links that end a learner's nudges without a login: signed, for this one purpose, and good as long as the key is.

Following one only shows a page; the button on it, or the mail program's own (RFC 8058), sends the POST. So a scanner
that follows every link of an e-mail opts nobody out.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from common import logs
from common.domain.accounts.links import SHORTEST_KEY, InvalidLink, LinkKey
from common.domain.engagement.models import LearnerNudges
from common.ports import Clock, Deployment, Secret, Store

PURPOSE = b"unsubscribe\x1f"
"""What is signed begins with it, so that no signature made for anything else is one of these."""


def url(user_id: str, keys: Secret[LinkKey], deployment: Deployment) -> str:
    """The link for a learner. It does not expire: an e-mail of years ago must still let its reader go."""
    return f"{deployment.public_url.rstrip('/')}/v1/unsubscribe/{sign(user_id, keys.value)}"


def sign(user_id: str, key: str) -> str:
    """The token of a learner's link: their id and HMAC-SHA256 (RFC 2104). A signed JSON text would not fit a path."""
    return f"{user_id}~{_signature(user_id, key)}"


def whose(token: str, keys: Sequence[str]) -> str:
    """The learner whom a token was made for, by any of these keys; InvalidLink for any other text."""
    user_id, _, given = token.rpartition("~")
    if not user_id or not any(hmac.compare_digest(given, _signature(user_id, key)) for key in keys):
        raise InvalidLink
    return user_id


def unsubscribe(token: str, store: Store, keys: Secret[LinkKey], clock: Clock) -> None:
    """No more nudges for whom the token was made; again it changes nothing. InvalidLink. Costs a read and a write."""
    user_id = whose(token, keys.values)
    wishes = store.get(LearnerNudges, user_id)
    if wishes is not None and wishes.opted_out_at is not None:
        return
    store.put(opted_out(wishes or LearnerNudges(user_id=user_id), clock.now()))
    logs.info("nudges.unsubscribed")


def opted_out(wishes: LearnerNudges, now: datetime) -> LearnerNudges:
    """The wishes of somebody who wants no nudges any more."""
    return wishes.model_copy(update={"opted_out_at": now, "updated_at": now})


def _signature(user_id: str, key: str) -> str:
    if len(key.encode()) < SHORTEST_KEY:
        raise ValueError(f"the secret {LinkKey.name} needs {SHORTEST_KEY} bytes or more")
    made = hmac.digest(key.encode(), PURPOSE + user_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
