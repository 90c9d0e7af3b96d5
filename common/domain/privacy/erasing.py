"""An erasure begins: the account is refused at once, and a chain of tasks finds the rest."""

from datetime import datetime, timedelta

from common import logs
from common.domain.accounts import audit, passwords, revocations
from common.domain.accounts.models import Account
from common.domain.accounts.personal import forget_account
from common.domain.accounts.profile import WrongPassword
from common.domain.accounts.users import OwnAccount
from common.domain.documents import uploads
from common.domain.holdings.declaration import ERASED
from common.domain.privacy.erasure_models import AccountDeletion, AskedBy, Erasure, ErasureView
from common.domain.privacy.messages import EraseLearner
from common.errors import Forbidden, NotFound, Unauthenticated
from common.ports import Caller, Clock, Deployment, Ids, Queue, RateLimit, Store, StoreReader

MARGIN = timedelta(minutes=5)
"""Above a declared timeout: instances trust the revocations that they read for some seconds, and clocks differ."""


def wait(deployment: Deployment) -> timedelta:
    """How long after an account was refused nobody is at work for it any more, and no token or upload of it is good."""
    handlers = timedelta(seconds=deployment.longest_timeout_seconds) + MARGIN
    tokens = timedelta(minutes=deployment.access_token_minutes) + MARGIN
    return max(handlers, tokens, uploads.PROMISED + uploads.LATE)


def begin_own(
    caller: Caller,
    wished: AccountDeletion,
    store: Store,
    limits: RateLimit,
    steps: Queue[EraseLearner],
    deployment: Deployment,
    clock: Clock,
    ids: Ids,
) -> ErasureView:
    """Erase the caller; WrongPassword, Forbidden to API keys, OwnAccount for admins: another one erases them.

    Costs two reads and a write for the rate limit, and what `begin` costs.
    """
    if caller.key_id is not None:
        raise Forbidden("An account is erased by its owner, not by an API key")
    limits.take("erasure", caller.user_id, "10/hour")
    account = store.get(Account, caller.user_id)
    if account is None:
        raise Unauthenticated
    if not passwords.verify(account.password_hash, wished.password):
        raise WrongPassword(errors=[{"pointer": "/password", "detail": "not right", "code": WrongPassword.code}])
    if account.role == "admin":
        raise OwnAccount
    return begin(account, "learner", ERASED, store, steps, deployment, clock, ids)


def begin_for(
    caller: Caller,
    user_id: str,
    store: Store,
    steps: Queue[EraseLearner],
    deployment: Deployment,
    clock: Clock,
    ids: Ids,
) -> ErasureView:
    """Erase somebody, as an admin; OwnAccount, NotFound. Costs a read, and what `begin` costs."""
    if user_id == caller.user_id:
        raise OwnAccount
    account = store.get(Account, user_id)
    if account is None:
        raise NotFound
    return begin(account, "admin", caller.user_id, store, steps, deployment, clock, ids)


def begin(
    account: Account,
    asked_by: AskedBy,
    actor_id: str,
    store: Store,
    steps: Queue[EraseLearner],
    deployment: Deployment,
    clock: Clock,
    ids: Ids,
    *,
    request_id: str | None = None,
) -> ErasureView:
    """Stage the end of an account that was read, and the first step of its erasure.

    From the commit on nobody logs in or refreshes, and access tokens are good for no more than what instances
    remember of the revocations. Costs a read, four writes and three deletes.
    """
    now: datetime = clock.now()
    erasure = Erasure(
        request_id=request_id or ids.new(),
        whom=account.user_id,
        email=account.email,
        asked_by=asked_by,
        requested_at=now,
        expected_by=now + wait(deployment) + MARGIN,
        counts={"accounts": 1},
    )
    store.put(erasure)
    forget_account(account, account.user_id, store, now)
    revocations.revoke(store, account.user_id, now)
    audit.record(store, ids, clock, actor_id, "user.erased", ERASED, request_id=erasure.request_id)
    steps.stage(EraseLearner(request_id=erasure.request_id))
    logs.info("erasure.begun", request_id=erasure.request_id)
    return ErasureView.of(erasure)


def show(request_id: str, store: StoreReader) -> ErasureView:
    """How far an erasure is, and its receipt; NotFound. Costs one read."""
    erasure = store.get(Erasure, request_id)
    if erasure is None:
        raise NotFound("There is no such erasure")
    return ErasureView.of(erasure)
