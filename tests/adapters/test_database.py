"""What both databases do: one suite, run against SQLite and against the Firestore emulator."""

import json
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest

from common.ports.database import Absent, At, Database, Exists, Guard, GuardFailed, Write
from common.ports.store import (
    EVER,
    Aggregate,
    Aggregated,
    ArrayUnion,
    Cursor,
    Increment,
    Query,
    Scalar,
    ServerTime,
    Span,
)
from common.triggers.unit_of_work import parse
from tests.adapters.items import (
    BELOW,
    BY_ENDS,
    BY_ENDS_DOWN,
    BY_ID,
    BY_RANK,
    BY_RANK_DOWN,
    FILTERED,
    MIXED,
    MIXED_NULLS,
    NOON,
    OF_KIND,
    SINCE,
    TAGGED,
    UNTIL_ENDS,
    Item,
    Other,
    Part,
    create,
    delete,
    minutes,
    put,
    read,
    save,
    stored,
    update,
    verify,
)

OPENED = Callable[[], Database]
FULL = Item(
    item_id="full",
    owner="Zoë 🦉",
    kind="k",
    rank=-(2**62),
    score=0.1 + 0.2,
    at=datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    ends=datetime(2026, 3, 1, 14, 0, tzinfo=timezone(timedelta(hours=2))),
    done=True,
    tags=("a", "b"),
    text='quo"te \\ and\nline',
    day=date(2024, 2, 29),
    level="high",
    parts=(Part(name="p", at=NOON, sizes=(1, 2)), Part(name="q", at=NOON)),
    by_name={"x.y": 1, "_": None, "ü": 2},
)


def ids(
    database: Database, query: Query[Item], limit: int = 100, after: Cursor | None = None, **where: Any
) -> list[str]:
    return [found.document_id for found in database.query(query, where, limit, after)]


# Documents ------------------------------------------------------------------------------------------------------


def test_a_document_comes_back_as_it_was_written(database: Database) -> None:
    save(database, FULL)
    assert read(database, "full") == FULL


def test_what_was_written_by_a_replacement_or_an_update_comes_back_too(database: Database) -> None:
    database.commit([put(Item(item_id="full"))])
    fields = FULL.model_dump(exclude={"item_id"})
    database.commit([update("full", Exists(), **fields)])
    assert read(database, "full") == FULL
    database.commit([put(Item(item_id="full"))])
    assert read(database, "full") == Item(item_id="full")


def test_reading_many_keeps_the_order_and_the_gaps(database: Database) -> None:
    save(database, Item(item_id="a"), Item(item_id="b"))
    found = database.get_many(Item, ["b", "none", "a", "b"])
    assert [one.document_id if one else None for one in found] == ["b", None, "a", "b"]
    assert database.get_many(Item, []) == []
    assert database.get_many(Other, ["a"]) == [None]


@pytest.mark.parametrize(
    "item_id", ["Zoë", "漢字 and spaces", "🦉", "a.b", "a%2Fb", "'; --", '"', "~", "-1", "\x01", "x" * 1500]
)
def test_an_id_may_be_any_text(database: Database, item_id: str) -> None:
    save(database, Item(item_id=item_id))
    assert read(database, item_id) == Item(item_id=item_id)
    assert ids(database, BY_ID) == [item_id]
    database.commit([delete(item_id, At(stored(database, item_id).version))])
    assert read(database, item_id) is None


@pytest.mark.parametrize("item_id", ["", "a/b", ".", "..", "__x__", "x" * 1501, "ü" * 751, "\ud800"])
def test_an_impossible_id_is_absent_and_cannot_be_made(database: Database, item_id: str) -> None:
    assert database.get_many(Item, [item_id]) == [None]
    for write in (create(Item.model_construct(item_id=item_id)), update(item_id, rank=1)):
        with pytest.raises(ValueError, match="id"):
            database.commit([write])
    for guarded in (update(item_id, Exists(), rank=1), delete(item_id, Exists()), verify(item_id, Exists())):
        with pytest.raises(GuardFailed):
            database.commit([guarded])
    done = database.commit([delete(item_id), verify(item_id, Absent()), create(Item(item_id="a"))])
    assert [version is not None for version in done.versions] == [False, False, True]


def test_a_document_of_900_kilobytes_is_kept(database: Database) -> None:
    big = Item(item_id="big", text="ü" * 450_000)
    save(database, big, *(Item(item_id=f"{n}", text="x" * 800_000) for n in range(3)))
    assert read(database, "big") == big


# Guards ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["set", "update", "delete", "verify"])
@pytest.mark.parametrize("guard", ["absent", "exists", "current", "stale", "none"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_guard_decides(database: Database, action: Any, guard: str, is_there: bool) -> None:
    first = save(database, Item(item_id="a", rank=1)).versions[0]
    current = database.commit([put(Item(item_id="a", rank=2))]).versions[0]
    if not is_there:
        database.commit([delete("a")])
    guards: dict[str, Guard] = {
        "absent": Absent(), "exists": Exists(), "current": At(current), "stale": At(first), "none": None,
    }  # fmt: skip
    document = Item(item_id="a", rank=3) if action == "set" else None
    write = Write(action, Item, "a", guards[guard], document, {"rank": 3} if action == "update" else {})
    holds = {"absent": not is_there, "exists": is_there, "current": is_there, "stale": False, "none": True}[guard]
    before = read(database, "a")
    if not holds:
        with pytest.raises(GuardFailed):
            database.commit([create(Item(item_id="beside")), write])
        assert read(database, "a") == before
        assert read(database, "beside") is None
        return
    done = database.commit([create(Item(item_id="beside")), write])
    assert read(database, "beside") is not None
    if action == "delete":
        assert database.get_many(Item, ["a"]) == [None]
    elif action == "verify":
        assert read(database, "a") == before
    elif action == "set" or is_there:
        assert read(database, "a") == Item(item_id="a", rank=3)
    else:
        content = stored(database, "a").content
        assert content == '{"rank":3}' if isinstance(content, str) else content == {"rank": 3}
    if action in ("set", "update"):
        assert done.versions[1] == stored(database, "a").version


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_one_broken_guard_stops_the_whole_batch_wherever_it_stands(database: Database, place: int) -> None:
    save(database, Item(item_id="old", rank=1), Item(item_id="gone"), Item(item_id="taken"))
    writes = [create(Item(item_id="new")), update("old", Exists(), rank=Increment(5)), delete("gone")]
    writes.insert(place, create(Item(item_id="taken")))
    with pytest.raises(GuardFailed):
        database.commit(writes)
    assert ids(database, BY_ID) == ["gone", "old", "taken"]
    assert read(database, "old") == Item(item_id="old", rank=1)


def test_verifying_writes_nothing(database: Database) -> None:
    version = save(database, Item(item_id="a")).versions[0]
    done = database.commit([verify("a", At(version)), verify("none", Absent()), verify("a2", None)])
    assert done.versions == (version, None, None)
    assert stored(database, "a").version == version
    assert ids(database, BY_ID) == ["a"]


def test_a_version_never_comes_back(database: Database) -> None:
    versions = []
    for _ in range(5):
        versions.append(save(database, Item(item_id="a")).versions[0])
        versions.append(database.commit([put(Item(item_id="a"), At(versions[-1]))]).versions[0])
        database.commit([delete("a", At(versions[-1]))])
    for n, version in enumerate(versions):
        assert version not in versions[:n]
    save(database, Item(item_id="a"))
    with pytest.raises(GuardFailed):
        database.commit([put(Item(item_id="a", rank=1), At(versions[0]))])


def test_versions_are_those_that_a_reader_sees(database: Database) -> None:
    done = database.commit(
        [create(Item(item_id="a")), update("b", rank=Increment(1)), put(Item(item_id="c")), delete("d")]
    )
    assert done.versions[3] is None
    assert list(done.versions[:3]) == [stored(database, one).version for one in "abc"]
    found = database.query(BY_ID, {}, 3, None)
    assert [one.version for one in found] == list(done.versions[:3])
    assert abs(done.at - datetime.now(UTC)) < timedelta(minutes=1)


def test_an_empty_batch_is_done(database: Database) -> None:
    assert database.commit([]).versions == ()


# Changes --------------------------------------------------------------------------------------------------------


def test_changes_merge_with_what_is_there(database: Database) -> None:
    save(database, Item(item_id="a", rank=5, score=0.5, tags=("x", "y"), text="kept"))
    fields = {
        "rank": Increment(-7),
        "score": Increment(0.25),
        "tags": ArrayUnion(("y", "z", "z")),
        "at": minutes(3),
        "ends": ServerTime(),
        "kind": None,
    }
    done = database.commit([update("a", Exists(), **fields)])
    item = read(database, "a")
    assert item is not None
    assert item.ends is not None
    assert abs(item.ends - done.at) < timedelta(seconds=2)
    expected = Item(item_id="a", rank=-2, score=0.75, tags=("x", "y", "z"), text="kept", at=minutes(3), ends=item.ends)
    assert item == expected
    assert done.totals == ({"rank": -2, "score": 0.75},)


def test_increments_and_unions_make_what_is_missing(database: Database) -> None:
    done = database.commit([
        update("new", rank=Increment(3), tags=ArrayUnion((NOON, 1, True, 1))),
        update("new2", rank=Increment(1.5)),
        create(Item(item_id="plain")),
    ])  # fmt: skip
    assert done.totals == ({"rank": 3}, {"rank": 1.5}, {})
    found = stored(database, "new").content
    content = json.loads(found) if isinstance(found, str) else found
    assert content["rank"] == 3
    assert [(type(value), value) for value in content["tags"][1:]] == [(int, 1), (bool, True)]
    save(database, Item(item_id="text", kind="words"))
    assert database.commit([update("text", kind=Increment(2), done=Increment(1))]).totals == ({"kind": 2, "done": 1},)


def test_increments_of_eight_threads_all_count_and_no_total_comes_twice(open_database: OPENED) -> None:
    databases = [open_database(), open_database()]
    rounds = 25

    def count(n: int) -> list[float]:
        database, counted = databases[n % 2], []
        for k in range(rounds):
            done = database.commit([update("sum", rank=Increment(1)), create(Item(item_id=f"{n}.{k}"))])
            counted.append(done.totals[0]["rank"])
        return counted

    with ThreadPoolExecutor(8) as threads:
        totals = [total for counted in threads.map(count, range(8)) for total in counted]
    assert sorted(totals) == list(range(1, 8 * rounds + 1))


def test_of_fifty_who_create_one_id_at_once_exactly_one_does(open_database: OPENED) -> None:
    databases = [open_database(), open_database()]
    together = threading.Barrier(50)

    def attempt(n: int) -> bool:
        together.wait()
        try:
            databases[n % 2].commit([create(Item(item_id="name", rank=n)), create(Item(item_id=f"by {n}"))])
        except GuardFailed:
            return False
        return True

    with ThreadPoolExecutor(50) as threads:
        won = list(threads.map(attempt, range(50)))
    assert won.count(True) == 1
    winner = won.index(True)
    assert read(databases[0], "name") == Item(item_id="name", rank=winner)
    assert sorted(ids(databases[1], BY_ID)) == sorted(["name", f"by {winner}"])


def test_compare_and_set_loses_no_change(open_database: OPENED) -> None:
    database = open_database()
    save(database, Item(item_id="a"))

    def add(_: int) -> None:
        for _ in range(10):
            while True:
                found = stored(database, "a")
                item = parse(Item, found)
                changed = item.model_copy(update={"rank": item.rank + 1})
                try:
                    database.commit([put(changed, At(found.version))])
                except GuardFailed:
                    continue
                break

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(4)))
    item = read(database, "a")
    assert item is not None
    assert item.rank == 40


def test_a_query_sees_a_batch_whole_or_not_at_all(open_database: OPENED) -> None:
    writer, reader = open_database(), open_database()
    save(writer, Item(item_id="a"), Item(item_id="b"))
    stop = threading.Event()

    def write() -> None:
        for rank in range(1, 60):
            writer.commit([put(Item(item_id="a", rank=rank)), put(Item(item_id="b", rank=rank))])
        stop.set()

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        while not stop.is_set() and not writing.done():
            both = [parse(Item, found).rank for found in reader.query(BY_ID, {}, 2, None)]
            assert both[0] == both[1]
        writing.result()


# Queries --------------------------------------------------------------------------------------------------------


def _sample() -> list[Item]:
    chance = random.Random(7)
    return [
        Item(
            item_id=f"{chance.choice('AZaz~')}{n}",
            owner=chance.choice(["ada", "bob"]),
            kind=chance.choice([None, "x", "y"]),
            rank=chance.randrange(4),
            at=minutes(chance.randrange(5)),
            ends=chance.choice([None, minutes(1), minutes(2)]),
            done=chance.choice([True, False]),
        )
        for n in range(60)
    ]


def _sorted(items: list[Item], query: Query[Item]) -> list[Item]:
    """The order as the port defines it: by each field, null first, ties by id in the last field's direction."""

    def place(name: str, item: Item) -> tuple[bool, Any]:
        value = getattr(item, name)
        return value is not None, value if value is not None else ""

    ordered = sorted(items, key=lambda item: item.item_id.encode(), reverse="".join(query.order[-1:]).startswith("-"))
    for name in reversed(query.order):
        ordered.sort(key=partial(place, name.lstrip("-")), reverse=name.startswith("-"))
    return ordered


@pytest.mark.parametrize("query", [BY_ID, BY_RANK, BY_RANK_DOWN, BY_ENDS, BY_ENDS_DOWN, MIXED, MIXED_NULLS])
@pytest.mark.parametrize("page", [1, 7])
def test_pages_hold_everything_once_and_in_order(database: Database, query: Query[Item], page: int) -> None:
    sample = _sample()[: 18 if page == 1 else 60]
    save(database, *sample)
    where = {"owner": "ada"} if query.equal else {}
    expected = _sorted([item for item in sample if not where or item.owner == "ada"], query)
    seen: list[Item] = []
    after = None
    while found := database.query(query, where, page, after):
        seen += [parse(Item, one) for one in found]
        after = Cursor.at(query, seen[-1])
    assert seen == expected
    assert database.count(query, where) == len(expected)


def test_a_cursor_may_point_where_nothing_is(database: Database) -> None:
    save(database, *(Item(item_id=f"{n}", rank=n) for n in (1, 2, 4)))
    assert ids(database, BY_RANK, after=Cursor((3,), "x"), owner="ada") == ["4"]
    assert ids(database, BY_RANK, after=Cursor((2,), "1"), owner="ada") == ["2", "4"]
    assert ids(database, BY_RANK, after=Cursor((9,), "1"), owner="ada") == []
    assert ids(database, BY_RANK_DOWN, after=Cursor((2,), "3"), owner="ada") == ["2", "1"]
    assert ids(database, BY_RANK, after=Cursor((None,), "3"), owner="ada") == ["1", "2", "4"]
    assert ids(database, BY_RANK_DOWN, after=Cursor((None,), "3"), owner="ada") == []


def test_equal_compares_type_and_value(database: Database) -> None:
    save(
        database,
        Item(item_id="a", kind="1", rank=1, done=True, at=minutes(1)),
        Item(item_id="b", kind="x", rank=2, at=minutes(2)),
        Item(item_id="c", kind=None),
    )
    by = {name: Query(Item, equal=(name,)) for name in ("kind", "rank", "done", "at", "ends", "score")}
    assert ids(database, by["kind"], kind="1") == ["a"]
    assert ids(database, by["kind"], kind=1) == []
    assert ids(database, by["kind"], kind=None) == ["c"]
    assert ids(database, by["kind"], kind="X") == []
    assert ids(database, by["rank"], rank=1) == ["a"]
    assert ids(database, by["rank"], rank=2.0) == ["b"]
    assert ids(database, by["done"], done=True) == ["a"]
    assert ids(database, by["done"], done=False) == ["b", "c"]
    assert ids(database, by["at"], at=minutes(2).astimezone(timezone(timedelta(hours=5)))) == ["b"]
    assert ids(database, by["ends"], ends=None) == ["a", "b", "c"]
    assert ids(database, by["score"], score=0) == ["a", "b", "c"]


def test_optional_filters_narrow_when_they_are_given(database: Database) -> None:
    sample = _sample()
    save(database, *sample)
    some: list[dict[str, Scalar]] = [{}, {"kind": "x"}, {"done": True}, {"kind": "y", "done": False}]
    for given in some:
        where: dict[str, Scalar] = {"owner": "ada", **given}
        expected = [item for item in sample if all(getattr(item, name) == value for name, value in where.items())]
        found = [one.document_id for one in database.query(FILTERED, where, 100, None)]
        assert found == [item.item_id for item in _sorted(expected, FILTERED)]
        assert database.count(FILTERED, where) == len(expected)


def test_contains_looks_into_the_array(database: Database) -> None:
    save(
        database,
        Item(item_id="a", tags=("red", "blue"), rank=2),
        Item(item_id="b", tags=("red",), rank=1),
        Item(item_id="c", tags=("redder",)),
        Item(item_id="d", owner="bob", tags=("red",)),
    )
    assert ids(database, TAGGED, owner="ada", tags="red") == ["b", "a"]
    assert ids(database, TAGGED, owner="ada", tags="red", after=Cursor((1,), "b")) == ["a"]
    assert database.count(TAGGED, {"owner": "ada", "tags": "blue"}) == 1
    database.commit([update("b", tags=ArrayUnion(("new",))), put(Item(item_id="a", rank=2)), delete("d")])
    assert ids(database, TAGGED, owner="ada", tags="red") == ["b"]
    assert ids(database, TAGGED, owner="ada", tags="new") == ["b"]
    assert ids(database, TAGGED, owner="bob", tags="red") == []


def test_a_range_holds_its_bound_or_not_and_never_null(database: Database) -> None:
    save(
        database,
        Item(item_id="a", rank=1, ends=minutes(1)),
        Item(item_id="b", rank=2, at=minutes(1), ends=minutes(2)),
        Item(item_id="c", rank=3, at=minutes(2)),
    )
    assert ids(database, SINCE, owner="ada", at=minutes(1)) == ["b", "c"]
    assert ids(database, SINCE, owner="ada", at=minutes(0), after=Cursor((minutes(0),), "a")) == ["b", "c"]
    assert ids(database, UNTIL_ENDS, ends=minutes(9)) == ["a", "b"]
    assert ids(database, BELOW, rank=3) == ["b", "a"]
    assert ids(database, BELOW, 1, rank=3) == ["b"]
    assert database.count(BELOW, {"rank": 3}) == 2


def test_a_document_without_the_field_is_in_no_list_that_orders_or_asks_for_it(database: Database) -> None:
    database.commit([update("partial", owner="ada"), create(Item(item_id="whole"))])
    assert ids(database, BY_ID) == ["partial", "whole"]
    assert ids(database, BY_ENDS, owner="ada") == ["whole"]
    assert ids(database, BY_RANK, owner="ada") == ["whole"]
    assert ids(database, OF_KIND, kind=None) == ["whole"]
    assert database.count(BY_RANK, {"owner": "ada"}) == 1


def test_an_aggregate_counts_and_adds_up_what_matches(database: Database) -> None:
    sample = _sample()
    save(database, *sample)

    def aggregated(aggregate: Aggregate[Item], during: Span, matches: Callable[[Item], bool], **where: Scalar) -> None:
        expected = [one for one in sample if matches(one)]
        found = database.aggregate(aggregate, where, during)
        assert found.count == len(expected)
        assert found.sums == {name: sum(getattr(one, name) for one in expected) for name in aggregate.sums}

    aggregated(Aggregate(Item, sums=("rank",)), EVER, lambda one: True)
    aggregated(Aggregate(Item, equal=("kind",)), EVER, lambda one: one.kind is None, kind=None)
    by_time = Aggregate(Item, equal=("owner",), within="at", sums=("rank", "score"))
    whole = Span(minutes(1), minutes(3))
    aggregated(by_time, whole, lambda one: one.owner == "ada" and minutes(1) <= one.at < minutes(3), owner="ada")
    aggregated(by_time, Span(end=minutes(2)), lambda one: one.owner == "bob" and one.at < minutes(2), owner="bob")
    until = Aggregate(Item, within="ends")
    aggregated(until, Span(start=minutes(1)), lambda one: one.ends is not None and one.ends >= minutes(1))
    nobody = database.aggregate(by_time, {"owner": "eve"}, whole)
    assert nobody == Aggregated(0, {"rank": 0, "score": 0})


def test_an_aggregate_looks_into_arrays(database: Database) -> None:
    save(database, *(Item(item_id=one, tags=tags, rank=2) for one, tags in [("a", ("x", "y")), ("b", ("y",))]))
    aggregate = Aggregate(Item, equal=("owner",), contains="tags")
    assert database.aggregate(aggregate, {"owner": "ada", "tags": "y"}, EVER).count == 2
    assert database.aggregate(aggregate, {"owner": "ada", "tags": "x"}, EVER).count == 1
    assert database.aggregate(aggregate, {"owner": "bob", "tags": "x"}, EVER).count == 0


def test_a_query_sees_what_was_committed_before_it_and_no_more(open_database: OPENED) -> None:
    writer, reader = open_database(), open_database()
    assert ids(reader, BY_RANK, owner="ada") == []
    assert reader.count(BY_RANK, {"owner": "ada"}) == 0
    save(writer, Item(item_id="a"))
    assert ids(reader, BY_RANK, owner="ada") == ["a"]
    writer.commit([update("a", owner="bob")])
    assert ids(reader, BY_RANK, owner="ada") == []


# What it costs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("writes", "extra"),
    [
        ([create(Item(item_id="a")), update("x", rank=Increment(1))], 0),
        ([update("x", rank=Increment(1))], 1),
        ([update("x", Exists(), rank=2)], 1),
        ([delete("x", Exists())], 1),
        ([delete("x"), put(Item(item_id="a")), verify("none", Absent())], 0),
    ],
)
def test_a_commit_that_no_document_can_carry_costs_one_write_more(
    database: Database, writes: list[Write], extra: int
) -> None:
    save(database, Item(item_id="x"))
    assert database.commit(writes).extra_writes == extra


def test_an_inexact_commit_saves_that_write(database: Database) -> None:
    assert database.commit([update("x", rank=Increment(1))], exact=False).extra_writes == 0
