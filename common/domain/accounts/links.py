"""Links in e-mails: signed, for one purpose, and good once, because they are bound to what using them changes."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from common.domain.accounts import known_keys, signatures
from common.domain.accounts.models import Account
from common.errors import InvalidContent
from common.ports import Deployment, Secret, SecretName

Purpose = Literal["verify", "reset"]
LIFE: dict[Purpose, timedelta] = {"verify": timedelta(days=3), "reset": timedelta(hours=1)}
PAGE: dict[Purpose, str] = {"verify": "verify-email", "reset": "reset-password"}
SHORTEST_KEY = 32


class LinkKey(SecretName, name="link-key"):
    """Random text of at least 32 bytes: the first value signs, all of them are good."""

    @classmethod
    def check(cls, values: Sequence[str], deployment: Deployment) -> None:
        """ValueError where one is too short, or made up."""
        for value in values:
            known_keys.check_text(cls.name, value, least_bytes=SHORTEST_KEY)


class InvalidLink(InvalidContent):
    """The token of a link that is forged, used, expired or of another purpose; which of these is not said."""

    code, title = "invalid_link", "The link is not valid, or was used, or has expired"


class _Claims(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    sub: Annotated[str, Field(min_length=1, max_length=128)]
    state: Annotated[str, Field(max_length=64)]
    exp: Annotated[float, Field(ge=0, lt=32_503_680_000, allow_inf_nan=False)]


def url(account: Account, purpose: Purpose, key: Secret[LinkKey], deployment: Deployment, now: datetime) -> str:
    """The link. Its token stands behind #, so that it reaches no server's log and no Referer."""
    page = f"{deployment.public_url.rstrip('/')}/#/{PAGE[purpose]}"
    return f"{page}?token={sign(account, purpose, key.value, now)}"


def sign(account: Account, purpose: Purpose, key: str, now: datetime) -> str:
    """The token of a link for an account as it is now."""
    claims = _Claims(sub=account.user_id, state=_state(account, purpose), exp=(now + LIFE[purpose]).timestamp())
    return signatures.seal(claims, f"{purpose}+jwt", "HS256", _kid(key), _bytes(key))


def whose(token: str, purpose: Purpose, keys: Secret[LinkKey], now: datetime) -> tuple[str, str]:
    """The user_id of a good token, and the state of the account in which it may be used; InvalidLink."""
    payload = signatures.unseal(token, f"{purpose}+jwt", "HS256", {_kid(key): _bytes(key) for key in keys.values})
    try:
        claims = _Claims.model_validate_json(payload or b"")
    except ValidationError:
        raise InvalidLink from None
    if now.timestamp() >= claims.exp:
        raise InvalidLink
    return claims.sub, claims.state


def check(account: Account | None, purpose: Purpose, state: str) -> Account:
    """The account, when it is still as it was when the link was made; InvalidLink when it is not, or not active."""
    if account is None or not account.active or _state(account, purpose) != state:
        raise InvalidLink
    return account


def _state(account: Account, purpose: Purpose) -> str:
    """What using the link changes, as a hash: the password, or that the address is not verified."""
    said = account.password_hash if purpose == "reset" else f"{account.email}\x1f{account.email_verified}"
    return hashlib.sha256(said.encode()).hexdigest()


def _bytes(key: str) -> bytes:
    if len(key.encode()) < SHORTEST_KEY:
        raise ValueError(f"the secret {LinkKey.name} needs {SHORTEST_KEY} bytes or more")
    return key.encode()


def _kid(key: str) -> str:
    return hashlib.sha256(b"kid\x1f" + key.encode()).hexdigest()[:16]
