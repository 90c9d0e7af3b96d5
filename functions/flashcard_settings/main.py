"""GET, PUT /v1/flashcards/settings · GET /v1/flashcards/statistics"""

from common.domain.review import statistics as numbers
from common.domain.review import wishes
from common.domain.review.bodies import CardStatistics, WishesView
from common.ports import Caller, Clock, Store, StoreReader
from common.triggers import http

flashcard_settings = http.resource("flashcard_settings")


@flashcard_settings.get("/v1/flashcards/settings", role="learner")
def show(caller: Caller, store: StoreReader) -> WishesView:
    """How the caller wants to review."""
    return wishes.show(caller, store)


@flashcard_settings.put("/v1/flashcards/settings", role="learner")
def replace(caller: Caller, wished: WishesView, store: Store, clock: Clock) -> WishesView:
    """Retention, exam date, pace, the hour at which days end, holidays: for what is reviewed from now on."""
    return wishes.replace(caller, wished, store, clock)


@flashcard_settings.get("/v1/flashcards/statistics", role="learner")
def statistics(caller: Caller, store: StoreReader, clock: Clock) -> CardStatistics:
    """What is due in the next 30 days, and how well was remembered."""
    return numbers.statistics(caller, store, clock)
