"""Access tokens, judged anywhere with public keys, and refresh tokens, judged only where they are issued.

Both are signed with Ed25519 (RFC 8037). Access tokens follow RFC 9068, but for the audience: there is one.
"""

import functools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from common.domain.accounts import known_keys, signatures
from common.errors import Unauthenticated
from common.ports import Deployment, Role, SecretName

ACCESS, REFRESH = "at+jwt", "refresh+jwt"
LEEWAY = timedelta(seconds=5)
"""How far the clocks of two instances may differ: a token from so near a future is good."""


class SigningKey(SecretName, name="token-signing-key"):
    """Ed25519 private keys in PKCS 8 PEM: the first signs, all of them are good for refresh tokens."""

    @classmethod
    def check(cls, values: Sequence[str], deployment: Deployment) -> None:
        """ValueError unless all others know the public half of each: nobody would accept what it signs."""
        try:
            kids = public_keys(values).keys()
        except (TypeError, ValueError, UnsupportedAlgorithm):
            raise ValueError(f"the secret {cls.name} holds no Ed25519 private key in PEM") from None
        for kid in kids - deployment.token_public_keys.keys():
            raise ValueError(f"the secret {cls.name} holds the key {kid!r}, whose public half is not configured")


_Instant = Annotated[float, Field(ge=0, lt=32_503_680_000, allow_inf_nan=False)]
_Name = Annotated[str, Field(min_length=1, max_length=128)]


class _Claims(BaseModel):
    """What every token says; times in seconds since 1970, with microseconds."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    iss: Literal["scholium"] = "scholium"
    sub: _Name
    sid: _Name
    iat: _Instant
    nbf: _Instant | None = None
    exp: _Instant

    @property
    def user_id(self) -> str:
        """Whose token it is."""
        return self.sub

    @property
    def session_id(self) -> str:
        """The session that it belongs to."""
        return self.sid

    @property
    def issued_at(self) -> datetime:
        """When it was issued."""
        return datetime.fromtimestamp(self.iat, UTC)


class AccessClaims(_Claims):
    """What an access token says."""

    role: Role
    jti: _Name


class RefreshClaims(_Claims):
    """What a refresh token says; `n` is its generation in its session."""

    n: Annotated[int, Field(ge=1, lt=2**53)]


C = TypeVar("C", bound=_Claims)


def sign_access(
    key: str, *, user_id: str, role: Role, session_id: str, token_id: str, now: datetime, life: timedelta
) -> str:
    """An access token, signed with a private key in PEM."""
    issued = now.timestamp()
    claims = AccessClaims(
        sub=user_id, role=role, sid=session_id, jti=token_id, iat=issued, nbf=issued, exp=issued + life.total_seconds()
    )
    return _signed(claims, ACCESS, key)


def sign_refresh(
    key: str, *, user_id: str, session_id: str, generation: int, now: datetime, expires_at: datetime
) -> str:
    """A refresh token, signed with a private key in PEM."""
    claims = RefreshClaims(sub=user_id, sid=session_id, n=generation, iat=now.timestamp(), exp=expires_at.timestamp())
    return _signed(claims, REFRESH, key)


def read_access(token: str, public_keys: Mapping[str, str], now: datetime) -> AccessClaims:
    """What a good access token says; Unauthenticated for any other. `public_keys`: kid -> PEM."""
    claims = _verified(token, tuple(public_keys.items()))
    _check_times(claims, now)
    return claims


@functools.lru_cache(maxsize=2_048)
def _verified(token: str, public_keys: tuple[tuple[str, str], ...]) -> AccessClaims:
    """What a token says that one of these keys signed, whenever it was.

    Remembered, for a learner comes again with the same token: a signature costs as much as a request's two reads. What
    may change is judged each time: the time and the revocations; other keys are another question.
    """
    keys = {kid: _public(text) for kid, text in public_keys}
    return _parsed(AccessClaims, signatures.unseal(token, ACCESS, "EdDSA", keys))


def read_refresh(token: str, keys: Sequence[str], now: datetime, *, expired: bool = False) -> RefreshClaims:
    """What a good refresh token says; Unauthenticated for any other. `expired`: accept one past its time."""
    known = {_thumbprint(_private(key).public_key()): _private(key).public_key() for key in keys}
    claims = _parsed(RefreshClaims, signatures.unseal(token, REFRESH, "EdDSA", known))
    _check_times(claims, now, expired=expired)
    return claims


def _parsed(kind: type[C], payload: bytes | None) -> C:
    if payload is None:
        raise Unauthenticated
    try:
        return kind.model_validate_json(payload)
    except ValidationError:
        raise Unauthenticated from None


def _check_times(claims: _Claims, now: datetime, *, expired: bool = False) -> None:
    latest = (now + LEEWAY).timestamp()
    if claims.iat > latest or (claims.nbf or 0) > latest or (now.timestamp() >= claims.exp and not expired):
        raise Unauthenticated


def _signed(claims: _Claims, typ: str, key: str) -> str:
    private = _private(key)
    return signatures.seal(claims, typ, "EdDSA", _thumbprint(private.public_key()), private)


def signing_half(key: str) -> tuple[str, Ed25519PrivateKey]:
    """The kid of a private key in PEM, and the key to sign with."""
    private = _private(key)
    return _thumbprint(private.public_key()), private


def generate_key() -> str:
    """A new private key for SigningKey, in PEM."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption()).decode()


def public_keys(keys: Sequence[str]) -> dict[str, str]:
    """The public keys of private ones, as everybody else is configured with them: kid -> PEM."""
    found = {}
    for key in keys:
        public = _private(key).public_key()
        text = public.public_bytes(pem.Encoding.PEM, pem.PublicFormat.SubjectPublicKeyInfo).decode()
        found[_thumbprint(public)] = text
    return found


@functools.lru_cache(maxsize=16)
def _private(text: str) -> Ed25519PrivateKey:
    key = pem.load_pem_private_key(text.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"the secret {SigningKey.name} holds a key that is not Ed25519")
    return key


@functools.lru_cache(maxsize=16)
def _public(text: str) -> Ed25519PublicKey:
    key = pem.load_pem_public_key(text.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("a public key of the tokens is not Ed25519")
    return key


def _thumbprint(key: Ed25519PublicKey) -> str:
    """The key's kid."""
    return known_keys.key_id(key.public_bytes_raw())
