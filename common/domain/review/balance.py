"""On which day a card is asked again: of the days that FSRS holds to be as good, the one with the least to do."""

from collections.abc import Mapping
from datetime import date, timedelta

from common.domain.review import schedule
from common.domain.review.study_days import StudyCalendar

LAST_WEEK = 7
"""Days before an exam over which that is spread which would be due later."""


def chosen(days: int, today: date, calendar: StudyCalendar, load: Mapping[str, int], exam: date | None) -> date:
    """The date for an interval of `days`: the day of least load in its range, of equals the nearest, then the earlier.

    With an exam ahead it is a day before the exam; on its eve nothing is left to choose, and the interval stands.
    """
    span = schedule.window(days)
    room = (exam - today).days - 1 if exam is not None else 0
    if room >= 1 and span.stop > room + 1:
        first = span.start if span.start <= room else max(1, room - LAST_WEEK + 1)
        span, days = range(first, room + 1), min(days, room)

    def burden(interval: int) -> tuple[int, int, int]:
        number = calendar.number(today + timedelta(days=interval))
        return load.get(str(number), 0), abs(interval - days), interval

    return today + timedelta(days=min(span, key=burden))
