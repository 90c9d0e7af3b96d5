"""A day's budget, on both databases: what is reserved at once by many never comes to more than the limit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from common.ports.ai import Reservation
from common.ports.database import Committed, Database, DatabaseUnavailable, Write
from common.ports.records import BudgetDay
from common.triggers.budget import DailyBudget
from common.triggers.unit_of_work import Billed, parse

LATE = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)


class Hand:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = LATE

    def now(self) -> datetime:
        return self.time


def budget(database: Database) -> DailyBudget:
    return DailyBudget(database, Hand(), Billed())


def spent(database: Database, reservation: Reservation) -> int:
    found = database.get_many(BudgetDay, [reservation.key])[0]
    assert found is not None
    return parse(BudgetDay, found).micros


def taken(reservation: Reservation | None) -> Reservation:
    assert reservation is not None
    return reservation


def test_of_fifty_at_once_on_a_budget_of_ten_ten_are_let_through(open_database: Callable[[], Database]) -> None:
    databases = [open_database(), open_database()]

    def reserve(number: int) -> Reservation | None:
        return budget(databases[number % 2]).reserve("ada", 100, 1_000)

    with ThreadPoolExecutor(16) as threads:
        reservations = [one for one in threads.map(reserve, range(50)) if one is not None]
    assert len(reservations) == 10
    assert spent(databases[0], reservations[0]) == 1_000
    assert budget(databases[0]).reserve("ada", 1, 1_000) is None


def test_of_calls_of_different_sizes_at_once_never_more_is_reserved(open_database: Callable[[], Database]) -> None:
    database = open_database()

    def call(number: int) -> int:
        own = budget(database)
        reservation = own.reserve("ada", 10 + 7 * (number % 9), 300)
        if reservation is None:
            return 0
        own.settle(reservation, reservation.micros // 2)
        return reservation.micros // 2

    with ThreadPoolExecutor(8) as threads:
        really = sum(threads.map(call, range(60)))
    assert 0 < really <= 300
    assert spent(database, taken(budget(database).reserve("ada", 0, 300))) == really


def test_what_is_not_spent_is_given_back_and_what_is_spent_beyond_is_counted(database: Database) -> None:
    own = budget(database)
    reservation = taken(own.reserve("ada", 600, 1_000))
    assert own.reserve("ada", 600, 1_000) is None
    own.settle(reservation, 300)
    assert spent(database, reservation) == 300
    more = taken(own.reserve("ada", 600, 1_000))
    own.settle(more, 900)
    assert spent(database, more) == 1_200
    assert own.reserve("ada", 0, 1_000) is None


def test_each_key_and_each_day_has_its_own(database: Database) -> None:
    clock = Hand()
    own = DailyBudget(database, clock, Billed())
    late = taken(own.reserve("ada", 1_000, 1_000))
    assert own.reserve("ada", 1, 1_000) is None
    assert own.reserve("bob", 1_000, 1_000)
    clock.time += timedelta(minutes=2)
    taken(own.reserve("ada", 900, 1_000))
    own.settle(late, 0)  # belongs to the day on which it was made
    assert own.reserve("ada", 200, 1_000) is None
    assert spent(database, late) == 0


def test_a_reservation_bills_one_write_and_its_settlement_two(database: Database) -> None:
    billed = Billed()
    own = DailyBudget(database, Hand(), billed)
    reservation = taken(own.reserve("ada", 100, 1_000))
    assert (billed.reads, billed.writes) == (0, 1)
    own.settle(reservation, 40)
    assert (billed.reads, billed.writes) == (0, 3)
    own.settle(taken(own.reserve("ada", 100, 1_000)), 100)
    assert billed.writes == 4


def test_less_than_nothing_cannot_be_reserved(database: Database) -> None:
    with pytest.raises(ValueError, match="-1"):
        budget(database).reserve("ada", -1, 1_000)


def test_a_settlement_that_fails_leaves_too_much_reserved_and_disturbs_nobody(database: Database) -> None:
    own = budget(database)
    reservation = taken(own.reserve("ada", 100, 1_000))

    class Away:
        def commit(self, writes: list[Write], *, exact: bool = True) -> Committed:
            raise DatabaseUnavailable

    DailyBudget(Away(), Hand(), Billed()).settle(reservation, 10)  # type: ignore[arg-type]
    assert spent(database, reservation) == 100


def test_only_what_is_given_back_must_be_applied_exactly_once(database: Database) -> None:
    """Twice given back would let the day overshoot; twice reserved only reserves too much."""
    said: list[bool] = []

    class Listening:
        def commit(self, writes: list[Write], *, exact: bool = True) -> Committed:
            said.append(exact)
            return database.commit(writes, exact=exact)

    own = DailyBudget(Listening(), Hand(), Billed())  # type: ignore[arg-type]
    own.settle(taken(own.reserve("ada", 100, 150)), 60)
    own.reserve("ada", 100, 150)
    assert said == [False, True, False, True]
