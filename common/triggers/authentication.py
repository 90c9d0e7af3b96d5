"""Who is asking: an access token, or an API key, in `Authorization: Bearer`.

Tokens are judged with public keys and no read; revocation is one small document that an instance keeps for 15 s.
Admin routes read the account, so that an admin who was demoted is one no longer.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from flask import Request

from common.adapters import World
from common.domain.accounts import api_keys, revocations, tokens
from common.domain.accounts.models import Account, Revocations
from common.errors import Forbidden, Unauthenticated
from common.ports import Caller
from common.ports.caller import RANK
from common.triggers.declaration import Route
from common.triggers.unit_of_work import Billed, UnitOfWork

REVOCATIONS_KEPT = 15.0
"""Seconds for which an instance trusts what it read of the revocations."""


def authenticate(world: World, route: Route, request: Request, function: str, billed: Billed) -> Caller | None:
    """The caller, or None on a public route without credentials; Unauthenticated, or Forbidden for the route."""
    wanted = next((p for p in route.parameters if p.source == "caller"), None)
    if route.role == "public" and wanted is None:
        return None
    header = request.headers.get("Authorization", "")
    if not header:
        if route.role == "public" and wanted is not None and wanted.optional:
            return None
        raise Unauthenticated
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "bearer" or not credentials or len(credentials) > 4096 or not credentials.isascii():
        raise Unauthenticated
    unit = UnitOfWork(world.database, billed)
    if credentials.startswith(api_keys.PREFIX):
        caller = api_keys.read(unit, credentials, world.clock.now())
        _check_scope(caller, function, request.method)
    else:
        caller = _of_token(world, unit, credentials)
        if route.role == "admin":
            caller = _as_stored(unit, caller)
    if route.role != "public" and RANK[caller.role] < RANK[route.role]:
        raise Forbidden(f"This needs the role {route.role}")
    return caller


def _of_token(world: World, unit: UnitOfWork, token: str) -> Caller:
    now = world.clock.now()
    claims = tokens.read_access(token, world.settings.token_public_keys, now)
    document = _revoked.read(world, unit)
    if revocations.is_revoked(document, claims.user_id, claims.issued_at, claims.session_id):
        raise Unauthenticated
    return Caller(claims.user_id, claims.role, session_id=claims.session_id)


def _as_stored(unit: UnitOfWork, caller: Caller) -> Caller:
    account = unit.get(Account, caller.user_id)
    if account is None or not account.active:
        raise Unauthenticated
    return replace(caller, role=account.role)


def _check_scope(caller: Caller, function: str, method: str) -> None:
    needed = f"{function}:{'read' if method == 'GET' else 'write'}"
    if caller.scopes is not None and needed not in caller.scopes:
        raise Forbidden(f"This API key lacks the scope {needed}")


class _Revoked:
    """The revocations document as this instance last read it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: int | None = None
        self._at = float("-inf")
        self._document: Revocations | None = None

    def read(self, world: World, unit: UnitOfWork) -> Revocations | None:
        """The document, at most 15 s old. Bills one read when it is read."""
        if time.monotonic() - self._at > REVOCATIONS_KEPT or self._of != id(world):
            document = unit.get(Revocations, revocations.CURRENT)
            with self._lock:
                self._document, self._at, self._of = document, time.monotonic(), id(world)
        return self._document


_revoked = _Revoked()
