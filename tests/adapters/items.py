"""The documents that the database suites write."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, Field

from common.ports.database import Absent, Committed, Database, Guard, Stored, Write
from common.ports.store import Document, Nearest, Query, Time, Vector
from common.triggers.unit_of_work import parse

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


class Part(BaseModel):
    name: str
    at: Time
    sizes: tuple[int, ...] = ()


class Item(Document, collection="items", key="item_id", unindexed=("text",)):
    item_id: str
    owner: str = "ada"
    kind: str | None = None
    rank: int = 0
    score: float = 0.0
    at: Time = NOON
    ends: Time | None = None
    done: bool = False
    tags: tuple[str, ...] = ()
    text: str = ""
    day: date = date(2026, 3, 1)
    level: Literal["low", "high"] = "low"
    parts: tuple[Part, ...] = ()
    by_name: dict[str, int | None] = Field(default_factory=dict)


class Other(Document, collection="others", key="other_id"):
    other_id: str
    note: str = ""


class Spot(Document, collection="spots", key="spot_id"):
    spot_id: str
    scope: str = "a"
    kind: str | None = None
    vector: Vector | None = None
    at: Vector = (1.0,)


AROUND = Nearest(Spot, "vector", equal=("scope",))
AROUND_OF_KIND = Nearest(Spot, "vector", equal=("scope", "kind"))
ANYWHERE = Nearest(Spot, "at")
BY_ID = Query(Item)
BY_RANK = Query(Item, equal=("owner",), order=("rank",))
BY_RANK_DOWN = Query(Item, equal=("owner",), order=("-rank",))
BY_ENDS = Query(Item, equal=("owner",), order=("ends",))
BY_ENDS_DOWN = Query(Item, equal=("owner",), order=("-ends",))
MIXED = Query(Item, equal=("owner",), order=("-rank", "at"))
MIXED_NULLS = Query(Item, order=("-ends", "rank", "-at"))
FILTERED = Query(Item, equal=("owner",), optional=("kind", "done"), order=("-at",))
OF_KIND = Query(Item, equal=("kind",))
TAGGED = Query(Item, equal=("owner",), contains="tags", order=("rank",))
SINCE = Query(Item, equal=("owner",), between=("at", ">="), order=("at",))
UNTIL_ENDS = Query(Item, between=("ends", "<="), order=("ends",))
BELOW = Query(Item, between=("rank", "<"), order=("-rank", "-at"))


def create(item: Document) -> Write:
    return Write("set", type(item), item.stored_id, Absent(), item)


def put(item: Document, guard: Guard = None) -> Write:
    return Write("set", type(item), item.stored_id, guard, item)


def update(item_id: str, guard: Guard = None, **fields: Any) -> Write:
    return Write("update", Item, item_id, guard, None, fields)


def delete(item_id: str, guard: Guard = None) -> Write:
    return Write("delete", Item, item_id, guard)


def verify(item_id: str, guard: Guard) -> Write:
    return Write("verify", Item, item_id, guard)


def save(database: Database, *items: Document) -> Committed:
    return database.commit([create(item) for item in items])


def stored(database: Database, item_id: str) -> Stored:
    found = database.get_many(Item, [item_id])[0]
    assert found is not None
    return found


def read(database: Database, item_id: str) -> Item | None:
    found = database.get_many(Item, [item_id])[0]
    return parse(Item, found) if found else None


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)
