"""DELETE /v1/me · GET /v1/me/erasure/{request_id} · DELETE /v1/users/{user_id}"""

from common.domain.accounts.profile import WrongPassword
from common.domain.accounts.users import OwnAccount
from common.domain.privacy import erasing
from common.domain.privacy.erasure_models import AccountDeletion, ErasureView
from common.domain.privacy.messages import EraseLearner
from common.errors import NotFound, Unavailable
from common.ports import Caller, Clock, Deployment, Ids, Queue, RateLimit, Store, StoreReader
from common.triggers import Accepted, http

privacy_erasure = http.resource("privacy_erasure")


@privacy_erasure.delete("/v1/me", role="learner", max_body=8192, raises=(WrongPassword, OwnAccount, Unavailable))
def erase_own(
    caller: Caller,
    wished: AccountDeletion,
    store: Store,
    limits: RateLimit,
    steps: Queue[EraseLearner],
    deployment: Deployment,
    clock: Clock,
    ids: Ids,
) -> Accepted[ErasureView]:
    """Erase the caller's account and all that is known of them: at once for everybody, and soon to the last copy."""
    return Accepted(erasing.begin_own(caller, wished, store, limits, steps, deployment, clock, ids))


@privacy_erasure.get("/v1/me/erasure/{request_id}", role="public", raises=(NotFound,))
def show(request_id: str, store: StoreReader) -> ErasureView:
    """How far an erasure is, and at last its receipt: for whoever was given its id."""
    return erasing.show(request_id, store)


@privacy_erasure.delete("/v1/users/{user_id}", role="admin", raises=(NotFound, OwnAccount))
def erase(
    caller: Caller,
    user_id: str,
    store: Store,
    steps: Queue[EraseLearner],
    deployment: Deployment,
    clock: Clock,
    ids: Ids,
) -> Accepted[ErasureView]:
    """Erase somebody's account and all that is known of them."""
    return Accepted(erasing.begin_for(caller, user_id, store, steps, deployment, clock, ids))
