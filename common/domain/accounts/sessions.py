"""Logging in, staying logged in, logging out.

A login begins a session: a family of refresh tokens of which only the newest is good. An older one that comes back
was copied by somebody, and it cannot be known by whom: the whole session ends (RFC 9700, 4.14.2).
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from common import logs
from common.domain.accounts import audit, names, passwords, tokens
from common.domain.accounts.bodies import Credentials, Tokens
from common.domain.accounts.models import MOST_SESSIONS, Account, Session
from common.domain.accounts.tokens import SigningKey
from common.errors import Unauthenticated
from common.ports import Clock, Cookies, Deployment, Ids, Query, RateLimit, Secret, Store

BY_LOGIN = Query(Account, contains="login_keys")
GUESSES = "10/minute"
"""For one username or e-mail address, whether or not it exists: slow for who guesses, and never locked for good."""


COOKIE, COOKIE_PATH = "scholium_refresh", "/v1/login"
"""Where a browser may keep the refresh token: no script reads it, and only these paths get it."""


class WrongCredentials(Unauthenticated):
    """No such account, another password, or a deactivated account: never said which."""

    code, title = "wrong_credentials", "The username or the password is not right"


class SessionReused(Unauthenticated):
    """A refresh token came a second time. The session that it belonged to has ended, and that is committed."""

    code, title = "session_reused", "This refresh token was used before; its session has ended"
    commits = True


@dataclass(frozen=True)
class Issued:
    """The answer of a login or a refresh, and what goes into the cookie (None: the body has it)."""

    tokens: Tokens
    cookie: str | None
    seconds: int
    """How long the cookie is kept."""


def begin(
    credentials: Credentials,
    store: Store,
    limits: RateLimit,
    keys: Secret[SigningKey],
    deployment: Deployment,
    clock: Clock,
    ids: Ids,
) -> Issued:
    """Log in; WrongCredentials. The same work is done whether or not there is such an account.

    Costs one read, found by the key that was typed, one write of the account, which carries its sessions, and the
    exact rate limit's write. Fewer would not do: the hash must be read, and a session that is not written cannot end.
    """
    key = names.login_key(credentials.username)
    limits.take("login", names.slot_id(key), GUESSES)
    found = store.query(BY_LOGIN, {"login_keys": key}, limit=1)
    account = found[0] if found else None
    kept = account.password_hash if account else passwords.NOBODY
    right = passwords.verify(kept, credentials.password)
    if account is None or not right or not account.active:
        raise WrongCredentials
    renewed = passwords.hashed(credentials.password) if passwords.outdated(kept) else kept
    now = clock.now()
    session = Session(session_id=ids.new(), generation=1, created_at=now, expires_at=_expiry(deployment, now))

    def add(current: Account) -> Account:
        if not current.active or current.password_hash != kept:
            raise WrongCredentials  # changed since the password was judged
        sessions = (*_alive(current, now), session)[-MOST_SESSIONS:]
        return current.model_copy(update={"sessions": sessions, "password_hash": renewed})

    store.amend(Account, account.user_id, add, WrongCredentials())
    return _issued(account, session, keys, deployment, now, ids, in_cookie=credentials.session == "cookie")


def refresh(
    token: str | None,
    cookies: Cookies,
    store: Store,
    keys: Secret[SigningKey],
    deployment: Deployment,
    clock: Clock,
    ids: Ids,
) -> Issued:
    """New tokens for a refresh token, or else for the cookie's, which is spent by it; Unauthenticated, SessionReused.

    Costs one read and one write of the account: who may go on is judged by the account as it is, and the generation
    must be written for a reuse to show. A token that this deployment never signed costs nothing.
    """
    now = clock.now()
    given = cookies.get(COOKIE, "") if token is None else token
    claims = tokens.read_refresh(given, keys.values, now)
    account = store.get(Account, claims.user_id)
    sessions = {one.session_id: one for one in _alive(account, now)} if account and account.active else {}
    session = sessions.get(claims.session_id)
    if account is None or session is None:
        raise Unauthenticated
    if claims.n != session.generation:
        del sessions[session.session_id]
        store.put(account.model_copy(update={"sessions": tuple(sessions.values())}))
        audit.record(
            store, ids, clock, account.user_id, "session.reuse_detected", account.user_id, session_id=session.session_id
        )
        logs.warning("session.reuse_detected", session_id=session.session_id)  # whose it was, the audit log says
        raise SessionReused
    renewed = session.model_copy(update={"generation": session.generation + 1, "expires_at": _expiry(deployment, now)})
    sessions[session.session_id] = renewed
    store.put(account.model_copy(update={"sessions": tuple(sessions.values())}))
    return _issued(account, renewed, keys, deployment, now, ids, in_cookie=token is None)


def end(token: str, store: Store, keys: Secret[SigningKey], clock: Clock) -> None:
    """Log out: the token's session ends, if it has not. Its access token is good until it expires.

    Unauthenticated for what is no refresh token of ours; one that has expired is as good as logged out.
    """
    claims = tokens.read_refresh(token, keys.values, clock.now(), expired=True)
    account = store.get(Account, claims.user_id)
    if account is not None and any(one.session_id == claims.session_id for one in account.sessions):
        others = tuple(one for one in account.sessions if one.session_id != claims.session_id)
        store.put(account.model_copy(update={"sessions": others}))


def leave(cookies: Cookies, store: Store, keys: Secret[SigningKey], clock: Clock) -> None:
    """Log out by cookie, whatever is in it: the browser is told to forget it in any case."""
    with suppress(Unauthenticated):
        end(cookies.get(COOKIE, ""), store, keys, clock)


def _alive(account: Account, now: datetime) -> tuple[Session, ...]:
    return tuple(one for one in account.sessions if one.expires_at > now)


def _expiry(deployment: Deployment, now: datetime) -> datetime:
    return now + timedelta(days=deployment.refresh_token_days)


def _issued(
    account: Account,
    session: Session,
    keys: Secret[SigningKey],
    deployment: Deployment,
    now: datetime,
    ids: Ids,
    *,
    in_cookie: bool,
) -> Issued:
    life = timedelta(minutes=deployment.access_token_minutes)
    access = tokens.sign_access(
        keys.value,
        user_id=account.user_id,
        role=account.role,
        session_id=session.session_id,
        token_id=ids.new(),
        now=now,
        life=life,
    )
    again = tokens.sign_refresh(
        keys.value,
        user_id=account.user_id,
        session_id=session.session_id,
        generation=session.generation,
        now=now,
        expires_at=session.expires_at,
    )
    body = Tokens(access_token=access, expires_in=int(life.total_seconds()), refresh_token=None if in_cookie else again)
    seconds = int((session.expires_at - now).total_seconds())
    return Issued(body, again if in_cookie else None, seconds)
