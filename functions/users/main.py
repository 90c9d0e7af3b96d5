"""GET /v1/users · GET, PATCH /v1/users/{user_id} · GET, POST /v1/api-keys · DELETE /v1/api-keys/{key_id}"""

from common.domain.accounts import api_keys
from common.domain.accounts import users as domain
from common.domain.accounts.bodies import ApiKeyView, IssuedApiKey, NewApiKey, User, UserChange
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Page, PageSize, PageToken, Role, Store, StoreReader
from common.triggers import Created, http

users = http.resource("users")


@users.get("/v1/users", role="admin")
def find(
    store: StoreReader,
    role: Role | None = None,
    active: bool | None = None,
    page_size: PageSize = 20,
    page_token: PageToken | None = None,
) -> Page[User]:
    """Accounts, newest first, of one role or all, active or not."""
    return domain.users(store, role=role, active=active, page_size=page_size, page_token=page_token)


@users.get("/v1/users/{user_id}", role="admin", raises=(NotFound,))
def show(user_id: str, store: StoreReader) -> User:
    """One account."""
    return domain.user(user_id, store)


@users.patch("/v1/users/{user_id}", role="admin", max_body=8192, raises=(domain.OwnAccount, NotFound))
def change(caller: Caller, user_id: str, wished: UserChange, store: Store, clock: Clock, ids: Ids) -> User:
    """Change somebody's role, deactivate or activate them."""
    return domain.change(caller, user_id, wished, store, clock, ids)


@users.post("/v1/api-keys", role="admin", secret_response=True, max_body=16384)
def create_key(caller: Caller, wished: NewApiKey, store: Store, clock: Clock, ids: Ids) -> Created[IssuedApiKey]:
    """Make a key for another system; its text is shown this once."""
    return Created(api_keys.create(caller, wished, store, clock, ids))


@users.get("/v1/api-keys", role="admin")
def find_keys(store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None) -> Page[ApiKeyView]:
    """API keys, newest first, without their secrets."""
    return api_keys.keys(store, page_size=page_size, page_token=page_token)


@users.delete("/v1/api-keys/{key_id}", role="admin", raises=(NotFound,))
def delete_key(caller: Caller, key_id: str, store: Store, clock: Clock, ids: Ids) -> None:
    """End a key at once."""
    api_keys.delete(caller, key_id, store, clock, ids)
