"""POST, DELETE /v1/login · POST /v1/login/refresh · POST /v1/logout"""

from common.domain.accounts import sessions
from common.domain.accounts.bodies import Credentials, LogoutRequest, RefreshRequest, Tokens
from common.domain.accounts.tokens import SigningKey
from common.errors import Unauthenticated, Unavailable
from common.ports import Clock, Cookies, Deployment, Ids, RateLimit, Secret, Store
from common.triggers import SetCookie, http

login = http.resource("login")


def _answer(given: sessions.Issued) -> SetCookie[Tokens]:
    return SetCookie(given.tokens, sessions.COOKIE, given.cookie, path=sessions.COOKIE_PATH, max_age=given.seconds)


@login.post(
    "/v1/login",
    role="public",
    rate_limit="120/minute",
    secret_response=True,
    max_body=8192,
    raises=(sessions.WrongCredentials, Unavailable),
)
def begin(
    form: Credentials, store: Store, limits: RateLimit, keys: Secret[SigningKey], at: Deployment, clock: Clock, ids: Ids
) -> SetCookie[Tokens]:
    """Log in with a username or an e-mail address."""
    return _answer(sessions.begin(form, store, limits, keys, at, clock, ids))


@login.post(
    "/v1/login/refresh",
    role="public",
    secret_response=True,
    max_body=8192,
    raises=(Unauthenticated, sessions.SessionReused),
)
def refresh(
    form: RefreshRequest, jar: Cookies, store: Store, keys: Secret[SigningKey], at: Deployment, clock: Clock, ids: Ids
) -> SetCookie[Tokens]:
    """Spend a refresh token, from the body or else from the cookie, for new tokens."""
    return _answer(sessions.refresh(form.refresh_token, jar, store, keys, at, clock, ids))


@login.delete("/v1/login", role="public")
def leave(cookies: Cookies, store: Store, keys: Secret[SigningKey], clock: Clock) -> SetCookie[None]:
    """Log out where a cookie keeps the refresh token; the cookie goes."""
    sessions.leave(cookies, store, keys, clock)
    return SetCookie(None, sessions.COOKIE, "", path=sessions.COOKIE_PATH, max_age=0)


@login.post("/v1/logout", role="public", max_body=8192, raises=(Unauthenticated,))
def logout(form: LogoutRequest, store: Store, keys: Secret[SigningKey], clock: Clock) -> None:
    """Log out: the session of this refresh token ends."""
    sessions.end(form.refresh_token, store, keys, clock)
