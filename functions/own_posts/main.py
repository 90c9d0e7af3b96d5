"""GET /v1/me/posts"""

from common.domain.community import own_posts as domain
from common.domain.community.bodies import OwnPostCard
from common.ports import Caller, Page, PageSize, PageToken, StoreReader
from common.triggers import http


@http.get("/v1/me/posts", role="learner")
def own_posts(
    caller: Caller, store: StoreReader, page_size: PageSize = 20, page_token: PageToken | None = None
) -> Page[OwnPostCard]:
    """Your own posts on every board, with those that others do not see."""
    return domain.own(caller, store, page_size=page_size, page_token=page_token)
