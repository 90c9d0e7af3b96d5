"""GET, PATCH /v1/me · POST /v1/me/password"""

from common.domain.accounts import passwords
from common.domain.accounts import profile as domain
from common.domain.accounts.bodies import PasswordChange, Profile, ProfileChange
from common.domain.progress import own_profile
from common.errors import Unavailable
from common.ports import Caller, Clock, Ids, RateLimit, Store, StoreReader
from common.triggers import http

profile = http.resource("profile")


@profile.get("/v1/me", role="learner")
def show(caller: Caller, store: StoreReader, clock: Clock) -> Profile:
    """The caller's own account, and what they have reached."""
    return own_profile.show(caller, store, clock)


@profile.patch("/v1/me", role="learner", max_body=8192)
def change(caller: Caller, wished: ProfileChange, store: Store, clock: Clock) -> Profile:
    """Change what is sent, clear what is sent as null, leave the rest."""
    return own_profile.change(caller, wished, store, clock)


@profile.post(
    "/v1/me/password",
    role="learner",
    max_body=8192,
    raises=(domain.WrongPassword, passwords.WeakPassword, Unavailable),
)
def change_password(
    caller: Caller, wished: PasswordChange, store: Store, limits: RateLimit, clock: Clock, ids: Ids
) -> None:
    """Choose a new password; every other session ends."""
    domain.change_password(caller, wished, store, limits, clock, ids)
