"""A learner's cards in numbers: all from the desk, so that it costs two reads at any size."""

from common.domain.review import desks
from common.domain.review.bodies import CardStatistics, DueDay, MonthOfRecall
from common.domain.review.models import Recall, Today
from common.domain.review.study_days import StudyCalendar
from common.ports import Caller, Clock, StoreReader

FORECAST_DAYS = 30


def statistics(caller: Caller, store: StoreReader, clock: Clock) -> CardStatistics:
    """What is due in the next 30 days, and how well was remembered. Costs two reads."""
    desk = desks.desk_of(caller.user_id, store)
    calendar = StudyCalendar.of(desk, store)
    first = calendar.date_of(clock.now())
    done = desk.today if desk.today.day == first else Today()
    days = [first.fromordinal(first.toordinal() + ahead) for ahead in range(FORECAST_DAYS)]
    return CardStatistics(
        cards=desk.cards,
        new=desk.new,
        overdue=desk.due_until(calendar.number(first) - 1),
        forecast=tuple(
            DueDay(day=day, cards=0 if calendar.is_off(day) else desk.load.get(str(calendar.number(day)), 0))
            for day in days
        ),
        months=tuple(_month(month, recall) for month, recall in sorted(desk.months.items())),
        seconds_a_review=desk.seconds / desk.timed if desk.timed else None,
        today_new=done.new,
        today_reviews=done.reviews,
    )


def _month(month: str, recall: Recall) -> MonthOfRecall:
    return MonthOfRecall(
        month=month,
        reviews=recall.asked,
        retention=recall.known / recall.asked if recall.asked else None,
        expected=recall.expected / recall.asked if recall.asked else None,
    )
