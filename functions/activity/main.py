"""GET /v1/me/activity"""

from common.domain.progress import feed
from common.domain.progress.bodies import ActivityView
from common.ports import Caller, Page, PageSize, PageToken, StoreReader
from common.triggers import http


@http.get("/v1/me/activity", role="learner")
def activity(
    caller: Caller, store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[ActivityView]:
    """What the caller did, latest first."""
    return feed.own(caller, store, page_size=page_size, page_token=page_token)
