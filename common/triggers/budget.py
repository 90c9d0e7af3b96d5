"""What a key may spend on AI in a day: reserved before a call, settled after it."""

import hashlib
from datetime import UTC, datetime, time, timedelta

from common import logs
from common.ports import Clock, Increment
from common.ports.ai import Reservation
from common.ports.database import Database, DatabaseUnavailable, Write
from common.ports.records import BudgetDay
from common.triggers.unit_of_work import Billed

KEPT = timedelta(days=2)


class DailyBudget:
    """The Budget port: one document a key and day (UTC), and blind Increments whose totals decide.

    Whoever is told a total within the limit has reserved, and the total counts every earlier reservation: so calls at
    once cannot overshoot. What is over is taken back; until then it may keep out a smaller one that would still fit.
    Where an answer is lost, or the process dies before it settles, the day counts too much and never too little.
    """

    def __init__(self, database: Database, clock: Clock, billed: Billed) -> None:
        self._database, self._clock, self._billed = database, clock, billed

    def reserve(self, key: str, micros: int, limit_micros: int) -> Reservation | None:
        """Set `micros` aside; None when that is over the limit. Bills one write, and two more when it is over."""
        if micros < 0:
            raise ValueError(f"a reservation of {micros}")
        today = self._clock.now().astimezone(UTC).date()
        budget_id = hashlib.sha256(f"{key}\x1f{today}".encode()).hexdigest()[:40]
        # Applied twice, when an answer is lost, it only reserves too much: not worth the write that would tell.
        total = self._add(budget_id, micros, datetime.combine(today, time(), UTC) + KEPT, exact=False)
        if total <= limit_micros:
            return Reservation(budget_id, micros)
        self._give_back(budget_id, micros)
        return None

    def settle(self, reservation: Reservation, spent_micros: int) -> None:
        """Give back what was not spent, or add what was spent beyond; at most once each. Bills two writes."""
        self._give_back(reservation.key, reservation.micros - spent_micros)

    def _give_back(self, budget_id: str, micros: int) -> None:
        """Exactly once: twice would let the day overshoot. What fails here is only reserved until the day ends."""
        if micros:
            try:
                self._add(budget_id, -micros, None, exact=True)
            except DatabaseUnavailable:
                logs.warning("budget.not_settled", micros=micros)

    def _add(self, budget_id: str, micros: int, expires_at: datetime | None, *, exact: bool) -> int:
        fields = {"budget_id": budget_id, "micros": Increment(micros)}
        fields |= {"expires_at": expires_at} if expires_at else {}
        written = self._database.commit([Write("update", BudgetDay, budget_id, fields=fields)], exact=exact)
        self._billed.writes += 1 + written.extra_writes
        return int(written.totals[0]["micros"])
