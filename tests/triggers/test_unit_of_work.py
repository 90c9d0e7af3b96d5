"""What stages come to: guards, merges, whose error is raised, what is applied anew, and what a batch may hold."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import pytest

from common.adapters.local.sqlite import Sqlite
from common.errors import NotFound, Unavailable
from common.ports import ArrayUnion, Document, Increment, Query, ServerTime
from common.ports.database import Committed, Database, DatabaseUnavailable, GuardFailed, Stored, Write
from common.ports.store import Scalar
from common.triggers.unit_of_work import MAX_WRITES, Stale, UnitOfWork, parse
from tests.triggers.bank import SlotTaken
from tests.triggers.world import Tries


class Note(Document, collection="notes", key="note_id"):
    note_id: str
    text: str = ""
    count: int = 0
    tags: tuple[str, ...] = ()


NOTES = Query(Note, equal=("text",))


@pytest.fixture(name="unit")
def _unit(database: Sqlite) -> UnitOfWork:
    return UnitOfWork(database)


def store(database: Sqlite, *notes: Note) -> None:
    database.commit([Write("set", Note, note.note_id, document=note) for note in notes])


def stored(database: Sqlite, note_id: str = "a") -> Note | None:
    found = database.get_many(Note, [note_id])[0]
    return parse(Note, found) if found else None


def test_a_document_is_read_once_and_billed_once(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a", text="first"))
    assert unit.get(Note, "a") == unit.get(Note, "a")
    store(database, Note(note_id="a", text="second"))
    assert unit.get_many(Note, ["a", "none", "a"]) == [Note(note_id="a", text="first")] * 2
    assert unit.billed.reads == 2


def test_what_is_staged_is_not_read(unit: UnitOfWork) -> None:
    unit.create(Note(note_id="a"))
    assert unit.get(Note, "a") is None


def test_nothing_is_committed_when_nothing_is_staged(unit: UnitOfWork) -> None:
    assert unit.commit(Tries()) is None
    assert (unit.billed.writes, unit.billed.deletes) == (0, 0)


def test_writes_and_deletes_are_billed_by_their_kind(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a"), Note(note_id="b"))
    unit.delete(Note, "a")
    unit.put(Note(note_id="b", text="new"))
    unit.create(Note(note_id="c"))
    unit.commit(Tries())
    assert (unit.billed.reads, unit.billed.writes, unit.billed.deletes) == (0, 2, 1)


# Guards ------------------------------------------------------------------------------------------------------------

Stages = Callable[[UnitOfWork, Note], None]


@pytest.mark.parametrize(
    "stage",
    [
        lambda unit, note: unit.put(note.model_copy(update={"text": "mine"})),
        lambda unit, note: unit.update(Note, "a", {"text": "mine"}),
        lambda unit, note: unit.delete(Note, "a"),
        lambda unit, note: unit.verify(note),
    ],
    ids=["put", "update", "delete", "verify"],
)
def test_a_decision_that_rests_on_what_has_changed_is_taken_anew(
    stage: Stages, database: Sqlite, unit: UnitOfWork
) -> None:
    store(database, Note(note_id="a"))
    note = unit.get(Note, "a")
    assert note is not None
    stage(unit, note)
    unit.create(Note(note_id="b"))
    store(database, Note(note_id="a", text="theirs"))
    with pytest.raises(Stale):
        unit.commit(Tries())
    assert stored(database) == Note(note_id="a", text="theirs")
    assert stored(database, "b") is None


def test_a_document_that_was_read_by_a_query_is_guarded_too(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a", text="x"))
    [note] = unit.query(NOTES, {"text": "x"}, limit=10)
    unit.put(note.model_copy(update={"count": 1}))
    store(database, Note(note_id="a", text="x", count=5))
    with pytest.raises(Stale):
        unit.commit(Tries())


def test_a_put_of_what_was_not_there_does_not_replace_what_came_since(database: Sqlite, unit: UnitOfWork) -> None:
    assert unit.get(Note, "a") is None
    unit.put(Note(note_id="a", text="mine"))
    store(database, Note(note_id="a", text="theirs"))
    with pytest.raises(Stale):
        unit.commit(Tries())


def test_a_put_of_what_was_not_read_is_blind(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a", text="theirs"))
    unit.put(Note(note_id="a", text="mine"))
    unit.commit(Tries())
    assert stored(database) == Note(note_id="a", text="mine")


def test_a_delete_of_what_was_found_missing_writes_nothing(database: Sqlite, unit: UnitOfWork) -> None:
    assert unit.get(Note, "a") is None
    unit.delete(Note, "a")
    store(database, Note(note_id="a", text="theirs"))
    assert unit.commit(Tries()) is None
    assert stored(database) is not None


def test_an_increment_is_not_disturbed_by_others(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a", count=1))
    unit.update(Note, "a", {"count": Increment(2)})
    store(database, Note(note_id="a", count=10, text="theirs"))
    unit.commit(Tries())
    assert stored(database) == Note(note_id="a", count=12, text="theirs")


def test_an_update_of_what_is_missing_is_not_found(unit: UnitOfWork) -> None:
    unit.update(Note, "a", {"count": Increment(2)})
    with pytest.raises(NotFound):
        unit.commit(Tries())


def test_the_error_of_the_first_violated_guard_is_raised(database: Sqlite, unit: UnitOfWork) -> None:
    unit.create(Note(note_id="free"))
    unit.create(Note(note_id="slot"), SlotTaken())
    unit.create(Note(note_id="other"))
    store(database, Note(note_id="slot"), Note(note_id="other"))
    with pytest.raises(SlotTaken):
        unit.commit(Tries())
    assert stored(database, "free") is None


def test_a_lost_fence_speaks_before_the_handlers_guards(database: Sqlite, unit: UnitOfWork) -> None:
    """Whoever took the work over has made what the handler finds taken."""
    fence = Note(note_id="fence")
    store(database, fence)
    before = database.get_many(Note, ["fence"])[0]
    assert before is not None
    unit.create(Note(note_id="slot"), SlotTaken())
    unit.fence(fence, before.version, Unavailable())
    store(database, fence, Note(note_id="slot"))
    with pytest.raises(Unavailable):
        unit.commit(Tries())


def test_a_verified_absence_refuses_with_its_error(database: Sqlite, unit: UnitOfWork) -> None:
    unit.verify_absent(Note, "slot", SlotTaken())
    unit.create(Note(note_id="a"))
    store(database, Note(note_id="slot"))
    with pytest.raises(SlotTaken):
        unit.commit(Tries())


def test_only_what_was_read_can_be_verified(database: Sqlite, unit: UnitOfWork) -> None:
    with pytest.raises(TypeError, match="not read"):
        unit.verify(Note(note_id="a"))


# Amendments --------------------------------------------------------------------------------------------------------


def adding(count: int) -> Callable[[Note], Note]:
    return lambda note: note.model_copy(update={"count": note.count + count})


def test_an_amendment_is_applied_anew_to_what_others_wrote(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a", count=1))
    unit.amend(Note, "a", adding(2))
    unit.amend(Note, "a", adding(4))
    unit.update(Note, "a", {"count": Increment(8), "tags": ArrayUnion(("x",))})
    store(database, Note(note_id="a", count=100, text="theirs"))
    unit.commit(Tries())
    assert stored(database) == Note(note_id="a", count=114, text="theirs", tags=("x",))


def test_an_amendment_of_what_is_gone_raises_its_error(database: Sqlite, unit: UnitOfWork) -> None:
    with pytest.raises(SlotTaken):
        unit.amend(Note, "a", adding(1), SlotTaken())
    store(database, Note(note_id="b"))
    unit.amend(Note, "b", adding(1), SlotTaken())
    database.commit([Write("delete", Note, "b")])
    with pytest.raises(SlotTaken):
        unit.commit(Tries())


def test_an_amendment_makes_what_is_missing_from_its_beginning(database: Sqlite, unit: UnitOfWork) -> None:
    unit.amend(Note, "a", adding(2), initial=Note(note_id="a", count=10))
    unit.amend(Note, "a", adding(4), initial=Note(note_id="a", count=99))
    unit.commit(Tries())
    assert stored(database) == Note(note_id="a", count=16)


def test_of_two_who_make_a_document_at_once_the_second_amends_the_firsts(database: Sqlite, unit: UnitOfWork) -> None:
    unit.amend(Note, "a", adding(2), initial=Note(note_id="a"))
    store(database, Note(note_id="a", count=100, text="theirs"))
    unit.commit(Tries())
    assert stored(database) == Note(note_id="a", count=102, text="theirs")


def test_an_amendment_with_a_beginning_brings_nothing_back_that_was_deleted(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a"))
    unit.amend(Note, "a", adding(1), SlotTaken(), initial=Note(note_id="a"))
    database.commit([Write("delete", Note, "a")])
    with pytest.raises(SlotTaken):
        unit.commit(Tries())


@pytest.mark.parametrize("verify_first", [True, False])
def test_what_was_verified_is_not_amended_on_another_footing(
    verify_first: bool, database: Sqlite, unit: UnitOfWork
) -> None:
    store(database, Note(note_id="a"))
    note = unit.get(Note, "a")
    assert note is not None
    if verify_first:
        unit.verify(note)
    unit.amend(Note, "a", adding(1))
    if not verify_first:
        unit.verify(note)
    store(database, Note(note_id="a", text="theirs"))
    with pytest.raises(Stale):
        unit.commit(Tries())


def test_a_put_over_an_amendment_is_decided_anew(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a"))
    unit.amend(Note, "a", adding(1))
    unit.put(Note(note_id="a", text="mine"))
    store(database, Note(note_id="a", text="theirs"))
    with pytest.raises(Stale):
        unit.commit(Tries())


# Merging -----------------------------------------------------------------------------------------------------------


def test_updates_of_one_document_are_one_write(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a", count=1, tags=("x",)))
    unit.update(Note, "a", {"count": Increment(1), "tags": ArrayUnion(("y",)), "text": "first"})
    unit.update(Note, "a", {"count": Increment(1), "tags": ArrayUnion(("z",)), "text": "second"})
    unit.commit(Tries())
    assert stored(database) == Note(note_id="a", count=3, tags=("x", "y", "z"), text="second")
    assert unit.billed.writes <= 2  # the second tells that the commit was applied


def test_a_change_is_merged_into_the_value_set_before(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a", count=1))
    unit.update(Note, "a", {"count": 10, "tags": ["x"]})
    unit.update(Note, "a", {"count": Increment(1), "tags": ArrayUnion(("x", "y"))})
    unit.commit(Tries())
    assert stored(database) == Note(note_id="a", count=11, tags=("x", "y"))


def test_a_change_is_merged_into_a_document_that_is_made(database: Sqlite, unit: UnitOfWork) -> None:
    unit.create(Note(note_id="a", tags=("x",)))
    unit.update(Note, "a", {"count": Increment(2), "tags": ArrayUnion(("x", "y")), "text": "new"})
    unit.commit(Tries())
    assert stored(database) == Note(note_id="a", count=2, tags=("x", "y"), text="new")


def test_a_change_that_cannot_be_merged_is_refused(unit: UnitOfWork) -> None:
    unit.create(Note(note_id="a"))
    with pytest.raises(TypeError, match="time"):
        unit.update(Note, "a", {"text": ServerTime()})
    unit.update(Note, "b", {"text": "x"})
    with pytest.raises(TypeError, match="does not merge"):
        unit.update(Note, "b", {"text": Increment(1)})
    with pytest.raises(TypeError, match="does not merge"):
        unit.create(Note(note_id="b"))


def test_a_put_over_a_creation_still_creates(database: Sqlite, unit: UnitOfWork) -> None:
    unit.create(Note(note_id="a"), SlotTaken())
    unit.put(Note(note_id="a", text="last"))
    store(database, Note(note_id="a", text="theirs"))
    with pytest.raises(SlotTaken):
        unit.commit(Tries())


def test_what_is_made_and_deleted_leaves_only_its_guard(database: Sqlite, unit: UnitOfWork) -> None:
    unit.create(Note(note_id="a"), SlotTaken())
    unit.delete(Note, "a")
    store(database, Note(note_id="a", text="theirs"))
    with pytest.raises(SlotTaken):
        unit.commit(Tries())
    assert stored(database) == Note(note_id="a", text="theirs")


def test_what_is_deleted_may_be_made_anew(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a", count=5))
    assert unit.get(Note, "a")
    unit.delete(Note, "a")
    unit.create(Note(note_id="a", text="new"))
    unit.commit(Tries())
    assert stored(database) == Note(note_id="a", text="new")


def test_a_blind_write_of_what_is_read_afterwards_becomes_guarded(database: Sqlite, unit: UnitOfWork) -> None:
    store(database, Note(note_id="a", count=5))
    unit.update(Note, "a", {"text": "x"})
    note = unit.get(Note, "a")
    assert note is not None
    unit.update(Note, "a", {"count": note.count + 1})
    store(database, Note(note_id="a", count=100))
    with pytest.raises(Stale):
        unit.commit(Tries())


def test_a_write_keeps_the_guard_that_was_verified(database: Sqlite, unit: UnitOfWork) -> None:
    unit.verify_absent(Note, "a", SlotTaken())
    unit.put(Note(note_id="a", text="mine"))
    store(database, Note(note_id="a", text="theirs"))
    with pytest.raises(SlotTaken):
        unit.commit(Tries())


def test_keys_and_unknown_fields_cannot_be_updated(unit: UnitOfWork) -> None:
    for name in ("note_id", "nothing"):
        with pytest.raises(TypeError, match="no field that can change"):
            unit.update(Note, "a", {name: "x"})


# Conflicts that are none, limits, a database that is down ----------------------------------------------------------


class Contended:
    """Refuses some commits though every guard holds, as a database under contention does."""

    def __init__(self, database: Sqlite, *, refusals: int) -> None:
        self._database, self._refusals = database, refusals

    def commit(self, writes: Sequence[Write], *, exact: bool = True) -> Committed:
        self._refusals -= 1
        if self._refusals >= 0:
            raise GuardFailed
        return self._database.commit(writes, exact=exact)

    def __getattr__(self, name: str) -> object:
        return getattr(self._database, name)


@pytest.mark.parametrize(("refusals", "succeeds"), [(3, True), (4, False)])
def test_contention_is_tried_again_for_a_while(refusals: int, succeeds: bool, database: Sqlite) -> None:
    unit = UnitOfWork(cast(Database, Contended(database, refusals=refusals)))
    unit.create(Note(note_id="a"))
    if succeeds:
        unit.commit(Tries(4))
    else:
        with pytest.raises(Unavailable) as refused:
            unit.commit(Tries(4))
        assert refused.value.retry_after
    assert (stored(database) is not None) == succeeds


class Down:
    """A database that answers its first commits, and no read."""

    def commit(self, writes: Sequence[Write], *, exact: bool = True) -> Committed:
        raise GuardFailed

    def get_many(self, model: type[Document], document_ids: Sequence[str]) -> list[Stored | None]:
        raise DatabaseUnavailable


def test_a_database_that_goes_down_while_a_conflict_is_settled_is_unavailable() -> None:
    unit = UnitOfWork(cast(Database, Down()))
    unit.create(Note(note_id="a"))
    with pytest.raises(Unavailable):
        unit.commit(Tries())


@pytest.mark.parametrize("text", ["x" * 900_000, "学" * 300_000], ids=["ascii", "three bytes each"])
def test_a_document_over_900_kb_is_refused(text: str, database: Sqlite, unit: UnitOfWork) -> None:
    unit.put(Note(note_id="a", text=text))
    with pytest.raises(ValueError, match="a document holds"):
        unit.commit(Tries())
    assert stored(database) is None


def test_a_batch_over_its_size_is_refused(database: Sqlite) -> None:
    large, many = UnitOfWork(database), UnitOfWork(database)
    for number in range(4):
        large.put(Note(note_id=f"n{number}", text="x" * 890_000))
    for number in range(MAX_WRITES + 1):
        many.put(Note(note_id=f"n{number}"))
    for unit in (large, many):
        with pytest.raises(ValueError, match="too large"):
            unit.commit(Tries())
    assert stored(database, "n0") is None


@pytest.mark.parametrize("limit", [0, 1001, -1])
def test_no_query_is_unbounded(limit: int, unit: UnitOfWork) -> None:
    with pytest.raises(ValueError, match="limit"):
        unit.query(NOTES, {"text": "x"}, limit=limit)


def test_a_query_takes_the_filters_of_its_shape_and_no_other(unit: UnitOfWork) -> None:
    wrong: list[Mapping[str, Scalar]] = [{}, {"text": "x", "count": 1}]
    for where in wrong:
        with pytest.raises(TypeError, match="was given"):
            unit.query(NOTES, where, limit=1)
        with pytest.raises(TypeError, match="was given"):
            unit.count(NOTES, where)


def test_an_empty_page_bills_one_read(unit: UnitOfWork) -> None:
    assert unit.query(NOTES, {"text": "x"}, limit=5) == []
    assert unit.count(NOTES, {"text": "x"}) == 0
    assert unit.billed.reads == 2
