"""GET /v1/leaderboard · PUT /v1/leaderboard/listing"""

from typing import Annotated

from pydantic import Field

from common.domain.rewards import leaderboard as domain
from common.domain.rewards.bodies import Leaderboard, Listing, ListingChange, Week
from common.domain.rewards.messages import RefreshTopList
from common.errors import NotFound
from common.ports import Caller, Clock, Queue, Store, StoreReader
from common.triggers import http

leaderboard = http.resource("leaderboard")


@leaderboard.get("/v1/leaderboard", role="learner", raises=(NotFound, domain.NoSuchWeek))
def show(
    caller: Caller,
    store: StoreReader,
    clock: Clock,
    course_id: Annotated[str, Field(max_length=128)] | None = None,
    week: Week | None = None,
) -> Leaderboard:
    """The best of a week, in a course or of all, and the caller's own place; this week unless another is named."""
    return domain.show(caller, course_id, week, store, clock)


@leaderboard.put("/v1/leaderboard/listing", role="learner", max_body=8192, rate_limit="10/minute", raises=(NotFound,))
def change_listing(
    caller: Caller, wished: ListingChange, store: Store, refreshes: Queue[RefreshTopList], clock: Clock
) -> Listing:
    """Leave all leaderboards, or join them again; others see it at once."""
    return domain.change_listing(caller, wished.is_listed, store, refreshes, clock)
