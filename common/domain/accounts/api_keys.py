"""Keys of other systems: `sch_<key_id>_<secret>`, shown once, acting for the admin who made them."""

import hashlib
import hmac
from datetime import datetime

from common.domain.accounts import audit
from common.domain.accounts.bodies import ApiKeyView, IssuedApiKey, NewApiKey
from common.domain.accounts.models import Account, ApiKey
from common.errors import FieldError, Forbidden, InvalidContent, NotFound, Unauthenticated
from common.ports import Caller, Clock, Ids, Page, Query, Store, StoreReader, read_page
from common.ports.caller import RANK

PREFIX = "sch_"
ID_LENGTH = 20
KEYS = Query(ApiKey, order=("-created_at",))


def create(caller: Caller, wished: NewApiKey, store: Store, clock: Clock, ids: Ids) -> IssuedApiKey:
    """A new key; its text is in this answer and nowhere else. Forbidden above the caller's role, and to API keys."""
    if caller.key_id is not None or not caller.is_at_least(wished.role):
        raise Forbidden("A key is made by a person, and has their role at most")
    now = clock.now()
    if wished.expires_at is not None and wished.expires_at <= now:
        fault = FieldError(pointer="/expires_at", detail="it is in the past", code="in_the_past")
        raise InvalidContent(errors=[fault])
    key_id, secret = ids.new(), ids.new() + ids.new()
    key = ApiKey(
        key_id=key_id,
        secret_hash=_hash(secret),
        name=wished.name,
        scopes=tuple(dict.fromkeys(wished.scopes)),
        role=wished.role,
        user_id=caller.user_id,
        created_at=now,
        expires_at=wished.expires_at,
    )
    store.create(key)
    audit.record(store, ids, clock, caller.user_id, "api_key.created", key_id, role=key.role)
    return IssuedApiKey(api_key=f"{PREFIX}{key_id}_{secret}", key=ApiKeyView.of(key))


def keys(store: StoreReader, *, page_size: int, page_token: str | None) -> Page[ApiKeyView]:
    """A page of keys, newest first."""
    return read_page(store, KEYS, {}, page_size=page_size, page_token=page_token, show=ApiKeyView.of)


def delete(caller: Caller, key_id: str, store: Store, clock: Clock, ids: Ids) -> None:
    """The key is good no more, from this moment; NotFound."""
    if store.get(ApiKey, key_id) is None:
        raise NotFound
    store.delete(ApiKey, key_id)
    audit.record(store, ids, clock, caller.user_id, "api_key.deleted", key_id)


def read(store: StoreReader, text: str, now: datetime) -> Caller:
    """Who a key stands for; Unauthenticated for any text that is no good key.

    Costs two reads, the key and its maker: a key ends with the account that made it, and falls with its role.
    """
    key_id, secret = text[len(PREFIX) :][:ID_LENGTH], text[len(PREFIX) + ID_LENGTH + 1 :]
    key = store.get(ApiKey, key_id) if len(key_id) == ID_LENGTH else None
    good = key is not None and hmac.compare_digest(key.secret_hash, _hash(secret))
    if key is None or not good or text != f"{PREFIX}{key_id}_{secret}":
        raise Unauthenticated
    if key.expires_at is not None and key.expires_at <= now:
        raise Unauthenticated
    maker = store.get(Account, key.user_id)
    if maker is None or not maker.active:
        raise Unauthenticated
    role = min(key.role, maker.role, key=RANK.__getitem__)
    return Caller(key.user_id, role, scopes=key.scopes, key_id=key.key_id)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
