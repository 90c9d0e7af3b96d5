"""Which keys no deployment may use: those that somebody else can have too.

Public keys are read by hand (RFC 8410), so that a function that judges no token does not pay for cryptography.
"""

import hashlib
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping

SPKI = bytes.fromhex("302a300506032b6570032100")
"""What comes before the 32 bytes of an Ed25519 public key in DER."""
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END PUBLIC KEY-----\s*")
KNOWN = {
    "kPrK_qmxVWaYVA9w": "the example of RFC 8032 and RFC 8037",
    "FtIu-VbGrfe_KB6C": "an example of RFC 8032",
    "FVV5umTuau890q59": "an example of RFC 8032",
    "3YZxBJ12jO3n_mXt": "the example of RFC 8410",
    "9ZP03Nu8GrXPAUkb": "made from zeros",
    "UDDReOZl1ipXAfp9": "made from ones",
    "LlsmkXmHJuXWkRZL": "made from 0xff",
    "1IG2tMH7J2wbJZnO": "made from 0, 1, 2 and so on",
}
"""kid -> why everybody has its private half."""
LEAST_VARIETY = 12
"""Random text of 32 bytes, as hex or better, has that many different characters; `change-me-change-me` has not."""


def key_id(public: bytes) -> str:
    """The kid of an Ed25519 public key: the first 16 characters of its RFC 7638 thumbprint."""
    x = urlsafe_b64encode(public).rstrip(b"=").decode()
    said = f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'
    return urlsafe_b64encode(hashlib.sha256(said.encode()).digest()).decode()[:16]


def check_public_keys(public_keys: Mapping[str, str]) -> None:
    """ValueError unless each kid -> PEM is an Ed25519 key of that kid, and nobody's default."""
    if not public_keys:
        raise ValueError("there is no public key of the tokens")
    for kid, pem in public_keys.items():
        der = _der(pem)
        if not der.startswith(SPKI) or len(der) != len(SPKI) + 32:
            raise ValueError(f"the tokens' public key {kid!r} is no Ed25519 key in PEM")
        thumbprint = key_id(der[len(SPKI) :])
        if thumbprint in KNOWN:
            raise ValueError(f"the tokens' public key {kid!r} is a known default: {KNOWN[thumbprint]}")
        if kid != thumbprint:
            raise ValueError(f"the tokens' public key {kid!r} is called {thumbprint!r} in tokens")


def _der(pem: str) -> bytes:
    found = PEM.fullmatch(pem.strip())
    try:
        return b64decode("".join(found[1].split())) if found else b""
    except ValueError:
        return b""


def check_text(name: str, value: str, *, least_bytes: int) -> None:
    """ValueError for the value of a secret `name` that is too short, or that somebody made up."""
    if len(value.encode()) < least_bytes:
        raise ValueError(f"the secret {name} needs {least_bytes} random bytes or more")
    if len(set(value)) < LEAST_VARIETY:
        raise ValueError(f"the secret {name} is not random")
