"""Firestore when answers are lost: nothing is done twice, and nobody is refused for their own success."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from common.adapters.gcp.firestore import Firestore
from common.ports.database import Absent, At, DatabaseUnavailable, Exists, GuardFailed, Version
from common.ports.store import Increment
from common.settings import Settings
from common.triggers.unit_of_work import parse
from tests.adapters.items import Item, create, delete, put, read, save, stored, update, verify
from tests.emulators.lossy import Fault, Lossy

Connect = Callable[..., tuple[Firestore, Lossy]]


@pytest.fixture
def settings(firestore_project: str) -> Settings:
    return Settings(adapters="gcp", project=firestore_project, token_public_keys={"k": "unused"})


@pytest.fixture
def direct(settings: Settings) -> Iterator[Firestore]:
    """A client with a good line: somebody else."""
    database = Firestore(settings)
    assert database.get_many(Item, ["warm"]) == [None]  # the client is made while the emulator's own address is set
    yield database
    database.close()


@pytest.fixture
def through(
    settings: Settings, direct: Firestore, firestore_emulator: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connect]:
    """Connects through a proxy that spoils commits."""
    with ExitStack() as closing:

        def connect(**how: Any) -> tuple[Firestore, Lossy]:
            proxy = closing.enter_context(Lossy(firestore_emulator, **how))
            monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", proxy.host)
            database = Firestore(settings)
            closing.callback(database.close)
            assert database.get_many(Item, ["warm"]) == [None]  # it finds the proxy by the environment of its making
            return database, proxy

        yield connect


@pytest.mark.parametrize("fault", ["unavailable", "twice", "before"])
def test_creates_are_never_refused_for_their_own_success(through: Connect, fault: Fault) -> None:
    database, proxy = through(every=2, fault=fault)
    for n in range(10):
        done = save(database, Item(item_id=f"{n}"), Item(item_id=f"{n} too"))
        assert done.versions[0] == stored(database, f"{n}").version
    assert proxy.lost >= 5
    with pytest.raises(GuardFailed):
        save(database, Item(item_id="3"))


@pytest.mark.parametrize("fault", ["unavailable", "twice", "before"])
def test_increments_stay_exact(through: Connect, fault: Fault) -> None:
    database, proxy = through(every=3, fault=fault)
    totals = [database.commit([update("sum", rank=Increment(1))]).totals[0]["rank"] for _ in range(20)]
    assert totals == list(range(1, 21))
    assert proxy.lost > 5
    counted = stored(database, "sum").content
    assert isinstance(counted, dict)
    assert counted["rank"] == 20


def test_increments_of_eight_threads_stay_exact(through: Connect) -> None:
    database, _ = through(every=3)

    def count(n: int) -> None:
        for k in range(8):
            database.commit([update("sum", rank=Increment(1)), create(Item(item_id=f"{n}.{k}"))])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(8)))
    content = stored(database, "sum").content
    assert isinstance(content, dict)
    assert content["rank"] == 64


def test_an_inexact_increment_counts_at_least_once(through: Connect) -> None:
    database, proxy = through(every=2)
    for _ in range(6):
        database.commit([update("sum", rank=Increment(1))], exact=False)
    content = stored(database, "sum").content
    assert isinstance(content, dict)
    assert content["rank"] == proxy.commits > 6


def test_a_chain_of_guarded_writes_survives_lost_answers(through: Connect) -> None:
    database, _ = through(every=2)
    version: Version = save(database, Item(item_id="a")).versions[0]
    for rank in range(1, 40):  # longer than the trail
        done = database.commit([put(Item(item_id="a", rank=rank), At(version)), update("sum", rank=Increment(1))])
        assert done.totals[1] == {"rank": rank}
        version = done.versions[0]
    for rank in range(40, 45):
        done = database.commit([update("a", At(version), rank=Increment(1))])
        assert done.totals[0] == {"rank": rank}
        version = done.versions[0]
    assert stored(database, "a").version == version
    assert read(database, "a") == Item(item_id="a", rank=44)


def test_a_guarded_deletion_succeeds_once_for_one(through: Connect, direct: Firestore) -> None:
    database, _ = through(every=1)
    version = save(direct, Item(item_id="token")).versions[0]
    assert database.commit([delete("token", At(version))]).versions == (None,)
    with pytest.raises(GuardFailed):
        database.commit([delete("token", At(version))])


def test_blind_replacements_and_verifications_are_repeated(through: Connect, direct: Firestore) -> None:
    database, proxy = through(every=2)
    version = save(direct, Item(item_id="seen")).versions[0]
    for rank in range(4):
        database.commit([put(Item(item_id="a", rank=rank)), delete("b"), verify("seen", At(version))])
    assert read(database, "a") == Item(item_id="a", rank=3)
    assert stored(database, "seen").version == version
    assert proxy.lost == 3


def test_others_may_write_the_document_before_the_loss_is_settled(through: Connect, direct: Firestore) -> None:
    def somebody_else() -> None:
        for _ in range(5):
            found = stored(direct, "shared")
            direct.commit([update("shared", At(found.version), rank=Increment(10))])

    database, _ = through(every=1, between=somebody_else)
    version = save(direct, Item(item_id="shared")).versions[0]
    done = database.commit([update("shared", At(version), rank=Increment(1))])
    assert done.versions == (None,)  # it is no more the one that we wrote
    assert read(direct, "shared") == Item(item_id="shared", rank=51)


def test_compare_and_set_of_many_loses_and_doubles_nothing(through: Connect, direct: Firestore) -> None:
    save(direct, Item(item_id="shared"))
    databases = [through(every=3)[0], through(every=2)[0], through(every=3, fault="twice")[0], through(every=4)[0]]

    def add(database: Firestore) -> None:
        done = 0
        while done < 8:
            found = stored(database, "shared")
            rank = parse(Item, found).rank + 1
            with suppress(GuardFailed):
                database.commit([update("shared", At(found.version), rank=rank)])
                done += 1

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, databases))
    assert read(direct, "shared") == Item(item_id="shared", rank=32)


def test_a_true_conflict_after_a_loss_is_a_conflict(through: Connect, direct: Firestore) -> None:
    def somebody_else() -> None:
        found = stored(direct, "shared")
        direct.commit([update("shared", At(found.version), rank=Increment(10))])

    database, proxy = through(every=2, fault="before", between=somebody_else)
    proxy.commits = 1
    save(direct, Item(item_id="shared"))
    version = stored(database, "shared").version
    with pytest.raises(GuardFailed):
        database.commit([update("shared", At(version), rank=Increment(1))])
    assert proxy.commits == 3
    assert read(direct, "shared") == Item(item_id="shared", rank=10)


def test_what_nobody_can_tell_is_not_called_a_conflict(through: Connect, direct: Firestore) -> None:
    def somebody_else() -> None:
        direct.commit([put(Item(item_id="shared", rank=100))])  # blind: it takes the trail with it

    database, proxy = through(every=2, between=somebody_else)
    proxy.commits = 1
    version = save(direct, Item(item_id="shared")).versions[0]
    with pytest.raises(DatabaseUnavailable):
        database.commit([update("shared", At(version), rank=Increment(1))])


def test_a_hanging_commit_is_given_up_and_settled(through: Connect) -> None:
    database, proxy = through(every=2, fault="hang")
    database.attempt_seconds = 0.5
    assert save(database, Item(item_id="a")).versions[0] == stored(database, "a").version
    assert save(database, Item(item_id="b")).versions[0] == stored(database, "b").version
    assert proxy.lost == 1


def test_a_database_that_is_away_is_unavailable(through: Connect) -> None:
    database, proxy = through(every=1, fault="before")
    database.patience_seconds = 0.3
    with pytest.raises(DatabaseUnavailable):
        save(database, Item(item_id="a"))
    proxy.__exit__()
    with pytest.raises(DatabaseUnavailable):
        read(database, "a")
    with pytest.raises(DatabaseUnavailable):
        save(database, Item(item_id="a"))


def test_errors_of_the_client_are_raised_as_they_are(direct: Firestore) -> None:
    with pytest.raises(Exception, match="400"):
        direct.commit([update("a", Exists(), by_name={"": 1}), verify("a", Absent())])
    with pytest.raises(TypeError, match="not a version"):
        direct.commit([put(Item(item_id="a"), At(7))])
