"""Lists, a page at a time, by a cursor that names its query."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from common.errors import InvalidPageToken
from common.ports.store import Cursor, D, Query, Scalar, StoreReader

T = TypeVar("T", bound=BaseModel)
VERSION = 1
MOST_ROUNDS = 5
"""Queries of one page, where documents are left out of it."""

PageSize = Annotated[int, Field(ge=1, le=100, description="items a page, 1 to 100")]
PageToken = Annotated[str, Field(max_length=1000, description="next_page_token of the page before")]


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_page_token` is null on the last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: tuple[T, ...]
    next_page_token: str | None = Field(description="page_token of the next page; null on the last")


def read_page(
    store: StoreReader,
    query: Query[D],
    where: Mapping[str, Scalar],
    *,
    page_size: int,
    page_token: str | None,
    show: Callable[[D], T],
    keep: Callable[[D], bool] | None = None,
) -> Page[T]:
    """A page of `query`, each document as `show` shows it. Bills one read more than the page holds.

    `keep` leaves documents out by what no index tells: then up to MOST_ROUNDS times as many are read, and a page may
    hold fewer items than asked for, even none, though more follow.

    The token carries the query's hash, filters included, so a token of another list or another owner is refused
    (InvalidPageToken); as the filters always apply, a forged one can only move within the caller's own list.
    """
    after = _cursor(query, where, page_token) if page_token is not None else None
    kept: list[D] = []
    last: D | None = None
    for _ in range(MOST_ROUNDS if keep else 1):
        found = store.query(query, where, limit=page_size + 1, after=after)
        kept += [document for document in found if keep is None or keep(document)]
        last = found[-1] if len(found) > page_size else None
        if last is None or len(kept) > page_size:
            break
        after = Cursor.at(query, last)
    shown = kept[:page_size]
    end = shown[-1] if len(kept) > page_size else last
    token = _token(query, where, Cursor.at(query, end)) if end else None
    return Page(items=tuple(show(document) for document in shown), next_page_token=token)


def _hash(query: Query[D], where: Mapping[str, Scalar]) -> str:
    said = query.name + json.dumps(dict(where), sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _token(query: Query[D], where: Mapping[str, Scalar], cursor: Cursor) -> str:
    values = [{"t": value.isoformat()} if isinstance(value, datetime) else value for value in cursor.values]
    said = json.dumps([VERSION, _hash(query, where), values, cursor.document_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _cursor(query: Query[D], where: Mapping[str, Scalar], token: str) -> Cursor:
    try:
        said = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        version, query_hash, values, document_id = said
        decoded = tuple(_value(value) for value in values)
        document_id.encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, binascii.Error):
        raise InvalidPageToken from None
    if version != VERSION or query_hash != _hash(query, where):
        raise InvalidPageToken
    if len(decoded) != len(query.order) or not isinstance(document_id, str) or not 0 < len(document_id) <= 200:
        raise InvalidPageToken
    return Cursor(decoded, document_id)


def _value(value: Any) -> Scalar:
    if isinstance(value, dict):
        instant = datetime.fromisoformat(value["t"])
        return instant.astimezone(UTC)
    if isinstance(value, str):
        value.encode()  # refuses lone surrogates
    if value is None or isinstance(value, str | float) or (isinstance(value, int) and abs(value) < 2**63):
        return value
    raise InvalidPageToken
