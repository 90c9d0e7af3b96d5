"""Signed texts: JSON Web Signatures (RFC 7515) that say in `typ` what they are for and in `kid` by which key.

What is checked and by which clock is decided here and nowhere else: one algorithm a use, the purpose in the header,
no key from the token itself (RFC 8725).
"""

import json
from collections.abc import Mapping
from typing import Any, Literal

from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError
from jwt.utils import base64url_decode
from pydantic import BaseModel

Algorithm = Literal["EdDSA", "HS256"]
_jws = PyJWS(algorithms=["EdDSA", "HS256"])
LONGEST = 2_000


def seal(claims: BaseModel, typ: str, algorithm: Algorithm, kid: str, key: Any) -> str:
    """The signed text of some claims."""
    payload = claims.model_dump_json(exclude_none=True).encode()
    return _jws.encode(payload, key, algorithm=algorithm, headers={"typ": typ, "kid": kid})


def key_id(text: str) -> str | None:
    """Which key a text says it is signed by, by its header alone; None when it says of none."""
    if len(text) > LONGEST or not text.isascii():
        return None
    try:  # PyJWT would decode and judge all three parts to tell, and again to verify: most of what verifying costs
        header = json.loads(base64url_decode(text.partition(".")[0]))
    except (ValueError, RecursionError):
        return None
    kid = header.get("kid") if isinstance(header, dict) else None
    return kid if isinstance(kid, str) else None


def unseal(text: str, typ: str, algorithm: Algorithm, keys: Mapping[str, Any]) -> bytes | None:
    """The claims, as JSON, of a text that one of these keys (by kid) signed for this purpose; None of any other."""
    kid = key_id(text)
    if kid is None or kid not in keys:
        return None
    try:
        read = _jws.decode_complete(text, keys[kid], algorithms=[algorithm])
    except (PyJWTError, ValueError):
        return None
    payload: bytes = read["payload"]
    return payload if read["header"].get("typ") == typ else None
