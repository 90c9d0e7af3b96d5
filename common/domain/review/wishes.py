"""How a learner wants to review: retention, exam, pace, the end of the day, holidays."""

from common.domain.review import desks
from common.domain.review.bodies import WishesView
from common.domain.review.models import Desk, Wishes
from common.domain.review.study_days import StudyCalendar
from common.ports import Caller, Clock, Store, StoreReader


def show(caller: Caller, store: StoreReader) -> WishesView:
    """The caller's wishes, or what holds for whoever has said none. Costs one read."""
    return WishesView.of(desks.desk_of(caller.user_id, store).wishes)


def replace(caller: Caller, wished: WishesView, store: Store, clock: Clock) -> WishesView:
    """Other wishes, for what is reviewed from now on; nothing is dated anew. Costs two reads and a write.

    Days of holidays that are over by today are folded into a number, so that today stays the study day that it is.
    """
    desk, now = desks.desk_of(caller.user_id, store), clock.now()
    today = StudyCalendar.of(desk, store).date_of(now)
    ahead = [holiday.stored() for holiday in wished.holidays if holiday.last >= today]
    holidays = sorted(
        (one.model_copy(update={"first": max(one.first, today)}) for one in ahead), key=lambda one: one.first
    )
    wishes = Wishes.model_validate(wished.model_dump(exclude={"holidays"}) | {"holidays": holidays})

    def changed(latest: Desk) -> Desk:
        over = sum(max(0, min(one.days, (today - one.first).days)) for one in latest.wishes.holidays)
        return latest.model_copy(update={"wishes": wishes, "days_off": latest.days_off + over})

    desks.change(caller.user_id, store, changed)
    return WishesView.of(wishes)
