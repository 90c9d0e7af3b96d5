"""Links that end a learner's nudges without a login: signed, for this one purpose, and good as long as the key is.

Following one only shows a page; the button on it, or the mail program's own (RFC 8058), sends the POST. So a scanner
that follows every link of an e-mail opts nobody out.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from common import logs
from common.domain.accounts import signatures
from common.domain.accounts.links import SHORTEST_KEY, InvalidLink, LinkKey
from common.domain.engagement.models import LearnerNudges
from common.ports import Clock, Deployment, Secret, Store

PURPOSE = "unsubscribe+jwt"


class _Claims(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    sub: Annotated[str, Field(min_length=1, max_length=128)]


def url(user_id: str, keys: Secret[LinkKey], deployment: Deployment) -> str:
    """The link for a learner. It does not expire: an e-mail of years ago must still let its reader go."""
    return f"{deployment.public_url.rstrip('/')}/v1/unsubscribe/{sign(user_id, keys.value)}"


def sign(user_id: str, key: str) -> str:
    """The token of a learner's link."""
    return signatures.seal(_Claims(sub=user_id), PURPOSE, "HS256", _kid(key), _bytes(key))


def whose(token: str, keys: Sequence[str]) -> str:
    """The learner whom a token was made for; InvalidLink for any other text."""
    payload = signatures.unseal(token, PURPOSE, "HS256", {_kid(key): _bytes(key) for key in keys})
    try:
        return _Claims.model_validate_json(payload or b"").sub
    except ValidationError:
        raise InvalidLink from None


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


def _bytes(key: str) -> bytes:
    if len(key.encode()) < SHORTEST_KEY:
        raise ValueError(f"the secret {LinkKey.name} needs {SHORTEST_KEY} bytes or more")
    return key.encode()


def _kid(key: str) -> str:
    return hashlib.sha256(b"kid\x1f" + key.encode()).hexdigest()[:16]
