"""A learner's days: they end at an hour of the learner's own clock, and holidays are not counted.

A study day is the number of a day in a calendar without holidays: there everything that was due later moves by as many
days as a holiday has, and nothing has to be written. Memory knows no holidays: FSRS is told the real times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from common.domain.accounts.models import Account
from common.domain.review.models import Desk, Holiday
from common.ports import StoreReader


@dataclass(frozen=True)
class StudyCalendar:
    """The days of one learner."""

    zone: ZoneInfo
    rollover_hour: int
    """A day lasts until this hour of the next."""
    days_off: int = 0
    """Of holidays that are no longer in `holidays`."""
    holidays: tuple[Holiday, ...] = ()

    @classmethod
    def of(cls, desk: Desk, store: StoreReader) -> Self:
        """The calendar of a desk's learner, whose time zone is in the account (UTC where none is). Costs one read."""
        account = store.get(Account, desk.user_id)
        zone = ZoneInfo((account and account.time_zone) or "UTC")
        return cls(zone, desk.wishes.rollover_hour, desk.days_off, desk.wishes.holidays)

    def date_of(self, at: datetime) -> date:
        """The learner's date at an instant: before the rollover hour it is still yesterday's."""
        wall = at.astimezone(self.zone).replace(tzinfo=None)
        return (wall - timedelta(hours=self.rollover_hour)).date()

    def begins(self, day: date) -> datetime:
        """The instant at which a date begins."""
        return datetime.combine(day, time(self.rollover_hour), self.zone).astimezone(UTC)

    def is_off(self, day: date) -> bool:
        """Whether it is a holiday."""
        return any(holiday.first <= day <= holiday.last for holiday in self.holidays)

    def off_before(self, day: date) -> int:
        """How many days of `holidays` are before a date."""
        return sum(max(0, min(one.days, (day - one.first).days)) for one in self.holidays)

    def number(self, day: date) -> int:
        """The study day of a date; a holiday has that of the first day after it."""
        return day.toordinal() - self.days_off - self.off_before(day)

    def date_at(self, number: int) -> date:
        """The date of a study day that is not before the holidays which are over."""
        ordinal = number + self.days_off
        for holiday in self.holidays:
            if holiday.first.toordinal() <= ordinal:
                ordinal += holiday.days
        return date.fromordinal(ordinal)

    def today(self, at: datetime) -> int:
        """The study day at an instant."""
        return self.number(self.date_of(at))
