"""POST /v1/users"""

from common.domain.accounts import passwords, registration
from common.domain.accounts.bodies import Profile, Registration
from common.domain.accounts.messages import MailRequested
from common.errors import Unavailable
from common.ports import Clock, Ids, Queue, Store
from common.triggers import Created, http


@http.post(
    "/v1/users",
    role="public",
    rate_limit="120/minute",
    exact_rate=True,
    max_body=8192,
    raises=(
        registration.UsernameTaken,
        registration.EmailTaken,
        registration.InvalidEmail,
        passwords.WeakPassword,
        Unavailable,
    ),
)
def register(form: Registration, store: Store, mails: Queue[MailRequested], clock: Clock, ids: Ids) -> Created[Profile]:
    """Make an account, and send a link that proves the e-mail address."""
    return Created(registration.register(form, store, mails, clock, ids))
