"""GET /v1/posts/{post_id}/edits"""

from common.domain.community import history
from common.domain.community.bodies import CommentsPageSize, TextEditView, TextId
from common.errors import Forbidden, NotFound
from common.ports import Caller, Page, PageToken, StoreReader
from common.triggers import http


@http.get("/v1/posts/{post_id}/edits", role="learner", raises=(Forbidden, NotFound))
def text_edits(
    caller: Caller,
    post_id: str,
    store: StoreReader,
    comment_id: TextId | None = None,
    page_size: CommentsPageSize = 20,
    page_token: PageToken | None = None,
) -> Page[TextEditView]:
    """What one's own post, or a comment of it, said before; moderators see everybody's."""
    return history.versions(caller, post_id, comment_id, store, page_size=page_size, page_token=page_token)
