"""What only the local database must do: live on one file with several processes, and die at any moment."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest

from common.adapters.local.sqlite import Sqlite
from common.adapters.local.sqlite_content import changed
from common.adapters.local.sqlite_queries import aids, select
from common.ports.database import At, DatabaseUnavailable, Exists, GuardFailed, Write
from common.ports.store import ArrayUnion, Cursor, Increment, Query, Scalar
from common.settings import Settings
from tests.adapters.items import (
    BY_RANK,
    BY_RANK_DOWN,
    FILTERED,
    MIXED,
    NOON,
    SINCE,
    TAGGED,
    Item,
    Other,
    create,
    minutes,
    put,
    read,
    save,
    stored,
    update,
)


def settings(folder: Path) -> Settings:
    return Settings(adapters="local", data=folder)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Sqlite]:
    database = Sqlite(settings(tmp_path))
    yield database
    database.close()


WRITER = """
import sys
from pathlib import Path
from common.adapters.local.sqlite import Sqlite
from common.ports.database import Write
from common.ports.store import Increment
from common.settings import Settings
from tests.adapters.items import Item, create, update
database, name, n = Sqlite(Settings(adapters="local", data=Path(sys.argv[1]))), sys.argv[2], 0
while True:
    database.commit([create(Item(item_id=f"{name}.{n}")), update(name, rank=Increment(1))])
    print(n, flush=True)
    n += 1
"""


def test_what_was_acknowledged_outlives_a_killed_process(tmp_path: Path) -> None:
    for round_ in range(3):
        names = [f"{round_}{one}" for one in "ab"]
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], stdout=subprocess.PIPE, text=True)
            for name in names
        ]
        said = {}
        for name, writer in zip(names, writers, strict=True):
            assert writer.stdout is not None
            said[name] = [int(next(writer.stdout)) for _ in range(40)]
        for name, writer in zip(names, writers, strict=True):
            writer.send_signal(signal.SIGKILL)
            writer.wait()
            assert writer.stdout is not None
            said[name] += [int(line) for line in writer.stdout if line.endswith("\n")]
            writer.stdout.close()
        database = Sqlite(settings(tmp_path))
        for name, acknowledged in said.items():
            assert len(acknowledged) >= 40
            assert all(database.get_many(Item, [f"{name}.{n}" for n in acknowledged]))
            _, _, count = str(stored(database, name).content).partition(":")
            written = int(count.rstrip("}"))
            assert len(acknowledged) <= written <= len(acknowledged) + 1
            assert database.get_many(Item, [f"{name}.{written}"]) == [None]
        database.close()


def test_a_full_disk_is_unavailable_and_writes_nothing(database: Sqlite) -> None:
    save(database, Item(item_id="a", text="x"))
    size = sum(file.stat().st_size for file in database.file.parent.iterdir())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        with pytest.raises(DatabaseUnavailable):
            database.commit([put(Item(item_id="a", text="y")), create(Item(item_id="b", text="x" * 10 * size))])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert read(database, "a") == Item(item_id="a", text="x")
    assert read(database, "b") is None
    save(database, Item(item_id="b"))
    assert read(database, "b") == Item(item_id="b")


def test_a_lock_that_is_not_given_up_is_unavailable(database: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.adapters.local.sqlite_connections.BUSY_SECONDS", 0.05)
    save(database, Item(item_id="a"))
    other = sqlite3.connect(database.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(DatabaseUnavailable, match="locked"):
            save(database, Item(item_id="b"))
        assert read(database, "a") is not None
    finally:
        other.execute("ROLLBACK")
        other.close()
    save(database, Item(item_id="b"))


def test_processes_wait_for_each_other_in_a_queue_and_not_by_polling(
    database: Sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.adapters.local.sqlite_connections.BUSY_SECONDS", 0.02)
    save(database, Item(item_id="a"))
    other = Sqlite(settings(tmp_path))
    held, never = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> bool:
        held.set()
        return never.wait(0.2)  # ten times as long as SQLite itself would wait

    with ThreadPoolExecutor(1) as threads:
        holding = threads.submit(other._open().write, hold)
        held.wait(10)
        database.commit([create(Item(item_id="b"))])
        assert holding.result() is False
    other.close()


@pytest.mark.parametrize(("durability", "synchronous"), [("process", 1), ("power", 2)])
def test_durability_is_a_setting(tmp_path: Path, durability: Literal["process", "power"], synchronous: int) -> None:
    database = Sqlite(Settings(adapters="local", data=tmp_path, durability=durability))
    found = database._open().write(lambda connection: connection.execute("PRAGMA synchronous").fetchone())
    database.close()
    assert found == (synchronous,)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    database = Sqlite(settings(tmp_path / "file" / "data"))
    with pytest.raises(DatabaseUnavailable):
        read(database, "a")
    (tmp_path / "scholium.sqlite3").mkdir()
    with pytest.raises(DatabaseUnavailable):
        read(Sqlite(settings(tmp_path)), "a")


def test_a_fault_in_one_batch_leaves_those_it_was_committed_with_alone(database: Sqlite) -> None:
    save(database, Item(item_id="a"))
    hold, held = threading.Event(), threading.Event()

    def wait(_: sqlite3.Connection) -> None:
        held.set()
        hold.wait(10)

    with ThreadPoolExecutor(8) as threads:
        threads.submit(database._open().write, wait)
        held.wait(10)
        good = [threads.submit(save, database, Item(item_id=f"{n}")) for n in range(3)]
        bad = threads.submit(database.commit, [create(Item(item_id="c")), put(Item(item_id="a"), At("no version"))])
        while len(database._open()._writer._waiting) < 4:
            pass
        hold.set()
        with pytest.raises(GuardFailed):
            bad.result()
        for one in good:
            one.result()
    assert [read(database, one) is not None for one in ("0", "1", "2", "c")] == [True, True, True, False]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_processes_that_fork_after_the_first_use_share_the_file(database: Sqlite) -> None:
    save(database, Item(item_id="parent"))
    children = []
    for n in range(3):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                for k in range(20):
                    database.commit([create(Item(item_id=f"{n}.{k}")), update("sum", rank=Increment(1))])
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    for k in range(20):
        database.commit([create(Item(item_id=f"parent.{k}")), update("sum", rank=Increment(1))])
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    assert database.commit([update("sum", rank=Increment(0))]).totals == ({"rank": 80},)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_amid_a_read_is_refused_in_the_child(database: Sqlite) -> None:
    save(database, Item(item_id="a"))
    read(database, "a")
    reader = database._open()._idle.pop()  # as a thread has it that reads just now
    child = os.fork()
    if child == 0:
        try:
            read(database, "a")
        except RuntimeError:
            os._exit(42)
        finally:
            os._exit(1)
    database._open()._idle.append(reader)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42
    assert read(database, "a") is not None


def test_the_log_does_not_grow_without_end(database: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.adapters.local.sqlite_connections.WRITES_A_CHECKPOINT", 20)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: database.commit([put(Item(item_id=f"{n % 7}", text="x" * 4_000))]), range(2_000)))
    log = database.file.with_name(database.file.name + "-wal")
    assert log.stat().st_size < 20 * 2**20
    database.close()
    assert not log.exists()
    assert read(database, "6") is not None


@pytest.mark.parametrize(
    ("query", "where", "after"),
    [
        (BY_RANK, {"owner": "ada"}, Cursor((5,), "x")),
        (BY_RANK_DOWN, {"owner": "ada"}, Cursor((5,), "x")),
        (MIXED, {"owner": "ada"}, Cursor((5, NOON), "x")),
        (FILTERED, {"owner": "ada"}, None),
        (FILTERED, {"owner": "ada", "kind": None, "done": True}, Cursor((NOON,), "x")),
        (SINCE, {"owner": "ada", "at": minutes(1)}, Cursor((NOON,), "x")),
        (Query(Item), {}, Cursor((), "x")),
    ],
)
def test_every_page_is_read_from_an_index_in_its_order(
    database: Sqlite, query: Query[Item], where: dict[str, Scalar], after: Cursor | None
) -> None:
    database.query(query, where, 5, after)
    sql = select(query, where, 5, after)
    with sqlite3.connect(database.file) as connection:
        plan = " | ".join(row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + sql.text, sql.parameters))
    connection.close()
    assert "SEARCH" in plan
    assert "SCAN items" not in plan
    assert "TEMP B-TREE" not in plan


def test_indexes_are_made_once_and_found_again(database: Sqlite, tmp_path: Path) -> None:
    for where in ({"owner": "ada"}, {"owner": "bob"}, {"owner": "ada", "kind": "x"}):
        database.query(FILTERED, where, 5, None)
    again = Sqlite(settings(tmp_path))
    again.query(FILTERED, {"owner": "ada"}, 5, None)
    with sqlite3.connect(database.file) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%INDEX%'")}
    connection.close()
    again.close()
    expected = [*aids(FILTERED, {"owner": "a"}), *aids(FILTERED, {"owner": "a", "kind": "x"})]
    assert names == {aid.name for aid in expected}


def test_arrays_that_were_there_before_the_first_query_are_found(database: Sqlite) -> None:
    save(database, *(Item(item_id=f"{n}", rank=n, tags=("all", f"of {n % 50}")) for n in range(500)))
    assert [one.document_id for one in database.query(TAGGED, {"owner": "ada", "tags": "of 7"}, 2, None)] == ["7", "57"]
    sql = select(TAGGED, {"owner": "ada", "tags": "of 7"}, 2, None)
    with sqlite3.connect(database.file) as connection:
        plan = " | ".join(row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + sql.text, sql.parameters))
    connection.close()
    assert "SEARCH items USING INDEX sqlite_autoindex_items_1 (id=?)" in plan
    assert "SEARCH items__tags USING PRIMARY KEY (value=?)" in plan


def test_a_set_names_its_document(database: Sqlite) -> None:
    with pytest.raises(TypeError, match="without a document"):
        database.commit([Write("set", Other, "a", Exists())])


def test_unions_tell_true_from_one(database: Sqlite) -> None:
    content, totals = changed('{"tags":[1,true,"1"]}', {"tags": ArrayUnion((1.0, True, False, "1", 2))}, NOON)
    assert content == '{"tags":[1,true,"1",false,2]}'
    assert totals == {}
