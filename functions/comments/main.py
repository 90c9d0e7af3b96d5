"""GET, POST /v1/posts/{post_id}/comments · PATCH, DELETE /v1/posts/{post_id}/comments/{comment_id}"""

from common.domain.community import comments as domain
from common.domain.community.authors import TooManyEdits
from common.domain.community.bodies import CommentEdit, CommentMade, CommentsPageSize, CommentView, NewComment
from common.domain.community.likes import TextClosed
from common.errors import Forbidden, NotFound
from common.ports import Caller, Clock, Ids, Moderator, Page, PageToken, Store, StoreReader
from common.triggers import Created, http

comments = http.resource("comments")


@comments.get("/v1/posts/{post_id}/comments", role="learner", raises=(NotFound,))
def find(
    caller: Caller,
    post_id: str,
    store: StoreReader,
    page_size: CommentsPageSize = 20,
    page_token: PageToken | None = None,
) -> Page[CommentView]:
    """A post's comments as a thread is read: each followed by its answers."""
    return domain.comments(caller, post_id, store, page_size=page_size, page_token=page_token)


@comments.post(
    "/v1/posts/{post_id}/comments", role="learner", rate_limit="30/minute", max_body=65_536,
    raises=(TextClosed, domain.ThreadTooDeep, NotFound),
)  # fmt: skip
def write(
    caller: Caller, post_id: str, wished: NewComment, store: Store, moderator: Moderator, clock: Clock, ids: Ids
) -> Created[CommentMade]:
    """Comment on a post, or answer one of its comments, in Markdown."""
    return Created(domain.add(caller, post_id, wished, store, moderator, clock, ids))


@comments.patch(
    "/v1/posts/{post_id}/comments/{comment_id}", role="learner", rate_limit="30/minute", max_body=65_536,
    raises=(Forbidden, TextClosed, TooManyEdits, NotFound),
)  # fmt: skip
def edit(
    caller: Caller, post_id: str, comment_id: str, wished: CommentEdit, store: Store, moderator: Moderator, clock: Clock
) -> CommentMade:
    """Let one's own comment say something else; what it said is kept."""
    return domain.edit(caller, post_id, comment_id, wished, store, moderator, clock)


@comments.delete("/v1/posts/{post_id}/comments/{comment_id}", role="learner", raises=(Forbidden, NotFound))
def delete(caller: Caller, post_id: str, comment_id: str, store: Store) -> None:
    """Delete one's own comment; its answers stay."""
    domain.delete(caller, post_id, comment_id, store)
