"""A token is good for one purpose, while its time lasts, under a key that is known."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from common.domain.accounts import tokens
from common.errors import Unauthenticated

KEY, OTHER = tokens.generate_key(), tokens.generate_key()
PUBLIC = tokens.public_keys([KEY])
[KID] = PUBLIC
NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
LIFE = timedelta(minutes=15)


def access(key: str = KEY, now: datetime = NOW) -> str:
    return tokens.sign_access(key, user_id="u1", role="teacher", session_id="s1", token_id="t1", now=now, life=LIFE)


def refresh(key: str = KEY) -> str:
    return tokens.sign_refresh(
        key, user_id="u1", session_id="s1", generation=3, now=NOW, expires_at=NOW + timedelta(days=30)
    )


def forged(headers: dict[str, Any] | None = None, **claims: Any) -> str:
    """A token of our own key with other claims; None leaves one out."""
    said = {"iss": "scholium", "sub": "u1", "sid": "s1", "role": "learner", "jti": "t1"}
    times = {"iat": NOW.timestamp(), "exp": (NOW + LIFE).timestamp()}
    payload = {name: value for name, value in {**said, **times, **claims}.items() if value is not None}
    sent = {"alg": "EdDSA", "typ": "at+jwt", "kid": KID, **(headers or {})}
    signed = f"{part({name: value for name, value in sent.items() if value is not None})}.{part(payload)}"
    key = load_pem_private_key(KEY.encode(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return f"{signed}.{encoded(key.sign(signed.encode()))}"


def encoded(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def part(said: object) -> str:
    return encoded(json.dumps(said).encode())


def test_an_access_token_says_who_and_when():
    claims = tokens.read_access(access(), PUBLIC, NOW)
    assert (claims.user_id, claims.role, claims.session_id, claims.issued_at) == ("u1", "teacher", "s1", NOW)
    assert tokens.read_access(forged(), PUBLIC, NOW).role == "learner"


def test_its_header_says_which_key_signed_it():
    header = jwt.get_unverified_header(access())
    assert header == {"alg": "EdDSA", "kid": KID, "typ": "at+jwt"}
    assert len(KID) == 16


def test_a_key_s_name_is_the_thumbprint_of_rfc_8037():
    # RFC 8037, appendix A.1 and A.3
    raw = base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")  # pragma: allowlist secret
    key = Ed25519PrivateKey.from_private_bytes(raw)
    text = key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption()).decode()
    [kid] = tokens.public_keys([text])
    assert kid == "kPrK_qmxVWaYVA9w"  # the first 16 letters


def test_a_token_ends_to_the_moment():
    assert tokens.read_access(access(), PUBLIC, NOW + LIFE - timedelta(milliseconds=1))
    with pytest.raises(Unauthenticated):
        tokens.read_access(access(), PUBLIC, NOW + LIFE)


def test_clocks_may_differ_by_five_seconds():
    assert tokens.read_access(access(now=NOW + timedelta(seconds=5)), PUBLIC, NOW)
    with pytest.raises(Unauthenticated):
        tokens.read_access(access(now=NOW + timedelta(seconds=6)), PUBLIC, NOW)


BAD = {
    "another key": access(OTHER),
    "a refresh token": refresh(),
    "no type": forged({"typ": None}),
    "a plain JWT": forged({"typ": "JWT"}),
    "another key's name": forged({"kid": "unknown-key-name"}),
    "no key's name": forged({"kid": None}),
    "no exp": forged(exp=None),
    "exp as text": forged(exp="9999999999"),
    "exp NaN": forged(exp=float("nan")),
    "exp infinite": forged(exp=float("inf")),
    "exp 2**70": forged(exp=2**70),
    "exp negative": forged(exp=-1),
    "exp true": forged(exp=True),
    "not yet valid": forged(nbf=NOW.timestamp() + 60),
    "issued in the future": forged(iat=NOW.timestamp() + 60),
    "another issuer": forged(iss="elsewhere"),
    "no issuer's user": forged(sub=None),
    "an unknown role": forged(role="owner"),
    "no role": forged(role=None),
    "no session": forged(sid=None),
    "a number for a user": forged(sub=7),
    "alg none": f"{part({'alg': 'none', 'typ': 'at+jwt', 'kid': KID})}.{access().split('.')[1]}.",
    "HS256 by the public key": ".".join(
        (part({"alg": "HS256", "typ": "at+jwt", "kid": KID}), *access().split(".")[1:])
    ),
    "ES256": jwt.encode({"sub": "u1"}, ec.generate_private_key(ec.SECP256R1()), "ES256", {"kid": KID, "typ": "at+jwt"}),
    "a cut signature": access()[:-4],
    "no signature": access().rpartition(".")[0] + ".",
    "four parts": access() + ".x",
    "a critical header": forged({"crit": ["exp"]}),
    "an embedded key": forged({"kid": "x", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}}),
    "empty": "",
    "dots": "..",
    "letters of elsewhere": "ﬀ.ﬀ.ﬀ",
    "a lone surrogate": "\ud800.a.b",
    "very long": access() + "A" * 10_000,
    "deep JSON": base64.urlsafe_b64encode(b"[" * 1000).decode() + ".e30.e30",
    "a list for a header": part([1]) + ".e30.e30",
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD.keys())
def test_no_other_token_is_an_access_token(token: str):
    with pytest.raises(Unauthenticated):
        tokens.read_access(token, PUBLIC, NOW)


@pytest.mark.parametrize("token", [*(t for t in BAD.values() if t != BAD["a refresh token"]), access()])
def test_no_other_token_is_a_refresh_token(token: str):
    with pytest.raises(Unauthenticated):
        tokens.read_refresh(token, [KEY], NOW)


def test_a_refresh_token_of_an_older_key_is_good_while_the_key_is_kept():
    assert tokens.read_refresh(refresh(OTHER), [KEY, OTHER], NOW).n == 3
    with pytest.raises(Unauthenticated):
        tokens.read_refresh(refresh(OTHER), [KEY], NOW)


def test_an_expired_refresh_token_is_read_only_where_that_is_asked_for():
    late = NOW + timedelta(days=31)
    with pytest.raises(Unauthenticated):
        tokens.read_refresh(refresh(), [KEY], late)
    assert tokens.read_refresh(refresh(), [KEY], late, expired=True).session_id == "s1"


@given(st.text() | st.text("abcAB01-_.", max_size=200))
def test_any_text_is_refused_and_never_breaks(text: str):
    with pytest.raises(Unauthenticated):
        tokens.read_access(text, PUBLIC, NOW)
    with pytest.raises(Unauthenticated):
        tokens.read_refresh(text, [KEY], NOW)


@given(st.data())
def test_no_changed_letter_goes_unnoticed(data: st.DataObject):
    good = access()
    at = data.draw(st.integers(0, len(good) - 2))  # the last letter holds bits that base64 ignores
    other = data.draw(st.sampled_from([c for c in "abcXYZ019-_." if c != good[at]]))
    with pytest.raises(Unauthenticated):
        tokens.read_access(good[:at] + other + good[at + 1 :], PUBLIC, NOW)


@given(
    st.dictionaries(
        st.sampled_from(["iss", "sub", "sid", "iat", "nbf", "exp", "role", "jti"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=5)
        | st.lists(st.integers(), max_size=2),
        min_size=1,
    )
)
def test_claims_of_any_shape_are_judged_and_never_break(claims: dict[str, Any]):
    try:
        read = tokens.read_access(forged(**claims), PUBLIC, NOW)
    except Unauthenticated:
        return
    assert read.iat <= NOW.timestamp() + 5
    assert read.exp > NOW.timestamp()
    assert read.user_id and read.role in ("learner", "teacher", "admin")


def test_a_key_of_another_kind_is_refused_when_it_is_configured():
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption()).decode()
    public = key.public_key().public_bytes(pem.Encoding.PEM, pem.PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(TypeError, match="Ed25519"):
        access(private)
    with pytest.raises(TypeError, match="Ed25519"):
        tokens.read_access(access(), {KID: public}, NOW)


def test_a_token_that_was_good_before_is_judged_anew_by_its_time_and_by_the_keys_of_today():
    token = access()
    assert tokens.read_access(token, PUBLIC, NOW) == tokens.read_access(token, PUBLIC, NOW)
    for keys, at in ((PUBLIC, NOW + LIFE), (PUBLIC, NOW - LIFE), (tokens.public_keys([OTHER]), NOW), ({}, NOW)):
        with pytest.raises(Unauthenticated):
            tokens.read_access(token, keys, at)


def test_a_forged_token_is_refused_as_often_as_it_comes():
    token = access(OTHER)
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            tokens.read_access(token, PUBLIC, NOW)
