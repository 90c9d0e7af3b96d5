"""Search by similarity, in both databases: one suite, run against SQLite and against the Firestore emulator."""

import math
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from common.adapters.local import sqlite_vectors
from common.adapters.local.sqlite import Sqlite
from common.adapters.local.sqlite_connections import Connections
from common.adapters.local.sqlite_queries import Sql
from common.ports.database import Database, Exists, Write
from common.ports.store import Document, Nearest, Vector, vector_fields
from common.settings import Settings
from common.triggers.unit_of_work import UnitOfWork, parse
from tests.adapters.items import ANYWHERE, AROUND, AROUND_OF_KIND, Item, Spot, put, save

OPENED = Callable[[], Database]
EAST, NORTH, WEST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)


def at(degrees: float) -> tuple[float, float]:
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))


def found(
    database: Database, search: Nearest[Spot] = AROUND, vector: tuple[float, ...] = EAST, limit: int = 10, **where: Any
) -> list[str]:
    answers = database.nearest(search, vector, where or {"scope": "a"}, limit)
    return [stored.document_id for stored, _ in answers]


def change(spot_id: str, **fields: Any) -> Write:
    return Write("update", Spot, spot_id, Exists(), None, fields)


def test_the_most_similar_come_first_with_their_cosine_similarity(database: Database) -> None:
    save(database, *(Spot(spot_id=f"{degrees}", vector=at(degrees)) for degrees in (180, 90, 30, 0, 60)))
    answers = database.nearest(AROUND, EAST, {"scope": "a"}, 4)
    assert [stored.document_id for stored, _ in answers] == ["0", "30", "60", "90"]
    assert [similarity for _, similarity in answers] == pytest.approx([1, math.cos(math.pi / 6), 0.5, 0], abs=1e-6)
    assert database.nearest(AROUND, EAST, {"scope": "a"}, 5)[4][1] == pytest.approx(-1, abs=1e-6)


def test_a_vector_comes_back_as_it_was_written(database: Database) -> None:
    spot = Spot(spot_id="s", vector=tuple(random.Random(1).uniform(-1, 1) for _ in range(384)))
    save(database, spot)
    read = database.get_many(Spot, ["s"])[0]
    assert read is not None
    assert parse(Spot, read) == spot
    nearest = database.nearest(AROUND, spot.vector or (), {"scope": "a"}, 1)
    assert parse(Spot, nearest[0][0]) == spot
    assert nearest[0][0].version == read.version
    assert nearest[0][1] == pytest.approx(1, abs=1e-6)


def test_length_does_not_matter(database: Database) -> None:
    save(database, Spot(spot_id="long", vector=(0.0, 7.0)), Spot(spot_id="short", vector=(0.01, 0.0)))
    answers = database.nearest(AROUND, (3.0, 0.0), {"scope": "a"}, 2)
    assert [stored.document_id for stored, _ in answers] == ["short", "long"]
    assert [similarity for _, similarity in answers] == pytest.approx([1, 0], abs=1e-6)


def test_the_filters_are_judged_inside_the_search(database: Database) -> None:
    others = [Spot(spot_id=f"o{n}", scope="b", vector=EAST) for n in range(30)]
    save(database, *others, Spot(spot_id="mine", vector=WEST), Spot(spot_id="of", kind="k", vector=WEST))
    assert found(database, limit=5) == ["mine", "of"]
    assert found(database, AROUND_OF_KIND, limit=5, scope="a", kind="k") == ["of"]
    assert found(database, AROUND_OF_KIND, limit=5, scope="a", kind=None) == ["mine"]
    assert found(database, scope="none") == []
    assert len(database.nearest(ANYWHERE, (1.0,), {}, 100)) == 32


def test_what_has_no_vector_is_not_found(database: Database) -> None:
    save(database, Spot(spot_id="without"), Spot(spot_id="with", vector=NORTH))
    assert found(database) == ["with"]
    database.commit([change("with", vector=None), change("without", vector=EAST)])
    assert found(database) == ["without"]


def test_every_change_is_seen_by_the_next_search(database: Database) -> None:
    assert found(database) == []
    save(database, Spot(spot_id="a", vector=NORTH), Spot(spot_id="b", vector=at(45)))
    assert found(database) == ["b", "a"]
    database.commit([put(Spot(spot_id="a", vector=EAST))])
    assert found(database) == ["a", "b"]
    database.commit([change("b", vector=at(1), kind="k"), change("a", vector=WEST)])
    assert found(database) == ["b", "a"]
    database.commit([change("b", scope="b")])
    assert (found(database), found(database, scope="b")) == (["a"], ["b"])
    database.commit([Write("delete", Spot, "a")])
    assert found(database) == []
    database.commit([change("b", scope="a"), put(Spot(spot_id="a", vector=EAST))])
    assert (found(database), found(database, scope="b")) == (["a", "b"], [])


def test_what_another_process_changed_is_seen_too(open_database: OPENED) -> None:
    ours, theirs = open_database(), open_database()
    save(ours, Spot(spot_id="a", vector=EAST))
    assert found(ours) == found(theirs) == ["a"]
    save(theirs, Spot(spot_id="b", vector=at(5)))
    assert found(ours) == ["a", "b"]
    ours.commit([Write("delete", Spot, "a")])
    assert found(theirs) == ["b"]


@pytest.mark.parametrize("seed", range(4))
def test_it_agrees_with_the_definition(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    spots: dict[str, Spot] = {}
    for step in range(6):
        names = [f"s{chance.randrange(40)}" for _ in range(15)]
        for name in dict.fromkeys(names):
            scope = chance.choice("ab")
            vector = tuple(chance.gauss(0, 1) for _ in range(8))
            spots[name] = Spot(spot_id=name, scope=scope, vector=vector if chance.random() < 0.8 else None)
            database.commit([put(spots[name])])
            if chance.random() < 0.2:
                del spots[name]
                database.commit([Write("delete", Spot, name)])
        asked = tuple(chance.gauss(0, 1) for _ in range(8))
        for scope in "ab":
            within = [one for one in spots.values() if one.scope == scope and one.vector]
            expected = sorted(((cosine(asked, one.vector or ()), one.spot_id) for one in within), reverse=True)[:7]
            answers = database.nearest(AROUND, asked, {"scope": scope}, 7)
            assert [stored.document_id for stored, _ in answers] == [name for _, name in expected], step
            assert [similarity for _, similarity in answers] == pytest.approx([one for one, _ in expected], abs=1e-5)


def cosine(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True)) / math.hypot(*one) / math.hypot(*other)


def test_sqlite_reads_only_what_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes: list[int] = []
    read = Connections.read

    def counted(connections: Connections, sql: Sql) -> list[tuple[Any, ...]]:
        rows = read(connections, sql)
        if "changes.seq" in sql.text:
            changes.append(len(rows))
        return rows

    monkeypatch.setattr(Connections, "read", counted)
    database = Sqlite(Settings(adapters="local", data=tmp_path))
    save(database, *(Spot(spot_id=f"{n}", vector=at(n)) for n in range(20)), Spot(spot_id="b", scope="b", vector=EAST))
    assert (len(found(database)), len(found(database, limit=5)), found(database, scope="b")) == (10, 5, ["b"])
    database.commit([change("3", vector=EAST), change("b", vector=NORTH)])
    assert (found(database)[0], found(database, scope="b")) == ("0", ["b"])
    found(database)
    assert changes == [20, 0, 1, 1, 1, 0]
    database.close()


def test_sqlite_forgets_what_was_searched_least_recently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_vectors, "MOST_VECTORS", 3)
    database = Sqlite(Settings(adapters="local", data=tmp_path))
    save(database, *(Spot(spot_id=f"{scope}{n}", scope=scope, vector=at(n)) for scope in "abc" for n in range(2)))
    for scope in "abcacb":
        assert found(database, scope=scope) == [f"{scope}0", f"{scope}1"]
        kept = sum(len(one.ids) for one in database._vectors._scopes.values())
        assert kept <= 3
    database.close()


def test_a_unit_of_work_bills_one_read_a_document_and_guards_what_it_found(database: Database) -> None:
    save(database, Spot(spot_id="a", vector=EAST), Spot(spot_id="b", vector=NORTH))
    unit = UnitOfWork(database)
    documents = unit.nearest(AROUND, EAST, {"scope": "a"}, limit=10)
    assert [document.spot_id for document, _ in documents] == ["a", "b"]
    assert unit.billed.reads == 2
    unit.verify(documents[0][0])
    assert unit.get(Spot, "a") == documents[0][0]
    assert unit.billed.reads == 2
    assert unit.nearest(AROUND, EAST, {"scope": "none"}, limit=10) == []
    assert unit.billed.reads == 3


@pytest.mark.parametrize(("where", "limit"), [({}, 1), ({"scope": "a", "kind": "k"}, 1)])
def test_a_search_is_given_its_filters_and_no_others(database: Database, where: dict[str, str], limit: int) -> None:
    with pytest.raises(TypeError, match="nearest"):
        UnitOfWork(database).nearest(AROUND, EAST, where, limit=limit)


@pytest.mark.parametrize("limit", [0, 101])
def test_a_search_finds_1_to_100(database: Database, limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        UnitOfWork(database).nearest(AROUND, EAST, {"scope": "a"}, limit=limit)


def test_only_vectors_can_be_searched() -> None:
    assert vector_fields(Spot) == {"vector", "at"}
    assert vector_fields(Item) == frozenset()
    with pytest.raises(TypeError, match="'scope' is no Vector"):
        Nearest(Spot, "scope")
    with pytest.raises(TypeError, match="no field 'nothing'"):
        Nearest(Spot, "vector", equal=("nothing",))


def test_a_vector_may_be_required_or_optional() -> None:
    class Place(Document, collection="places", key="place_id"):
        place_id: str
        one: Vector
        two: Vector | None = None
        three: tuple[float, ...] = ()

    assert vector_fields(Place) == {"one", "two"}


def test_only_a_search_loads_numpy() -> None:
    code = "import sys, common.adapters.local.sqlite, common.adapters.gcp.firestore; print('numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
