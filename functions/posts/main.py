"""GET, POST /v1/posts · GET, PATCH, DELETE /v1/posts/{post_id}"""

from common.domain.community import posts as domain
from common.domain.community.authors import TooManyEdits
from common.domain.community.bodies import NewPost, PostCardView, PostEdit, PostTag, PostThread, PostView, Sort, TextId
from common.domain.community.likes import TextClosed
from common.domain.progress.messages import ActivityHappened
from common.errors import Forbidden, NotFound
from common.ports import Caller, Clock, Ids, Moderator, Page, PageSize, PageToken, Queue, Store, StoreReader
from common.triggers import Created, http

posts = http.resource("posts")


@posts.get("/v1/posts", role="learner", raises=(NotFound,))
def find(
    caller: Caller,
    store: StoreReader,
    sort: Sort = "new",
    tag: PostTag | None = None,
    author_id: TextId | None = None,
    course_id: TextId | None = None,
    group_id: TextId | None = None,
    page_size: PageSize = 20,
    page_token: PageToken | None = None,
) -> Page[PostCardView]:
    """Posts for everybody, of a course or of a study group: the newest first, or the most liked."""
    wanted = domain.Wanted(sort, tag, author_id, course_id, group_id)
    return domain.posts(caller, wanted, store, page_size=page_size, page_token=page_token)


@posts.post("/v1/posts", role="learner", rate_limit="10/minute", max_body=262_144, raises=(NotFound,))
def write(
    caller: Caller, wished: NewPost, store: Store, activity: Queue[ActivityHappened], moderator: Moderator,
    clock: Clock, ids: Ids,
) -> Created[PostView]:  # fmt: skip
    """Post something in Markdown."""
    return Created(domain.create(caller, wished, store, activity, moderator, clock, ids))


@posts.get("/v1/posts/{post_id}", role="learner", raises=(NotFound,))
def show(caller: Caller, post_id: str, store: Store, ids: Ids) -> PostThread:
    """A post with the first page of its comments."""
    return domain.thread(caller, post_id, store, ids)


@posts.patch(
    "/v1/posts/{post_id}", role="learner", rate_limit="20/minute", max_body=262_144,
    raises=(Forbidden, TextClosed, TooManyEdits, NotFound),
)  # fmt: skip
def edit(caller: Caller, post_id: str, wished: PostEdit, store: Store, moderator: Moderator, clock: Clock) -> PostView:
    """Let one's own post say something else; what it said is kept."""
    return domain.edit(caller, post_id, wished, store, moderator, clock)


@posts.delete("/v1/posts/{post_id}", role="learner", raises=(Forbidden, NotFound))
def delete(caller: Caller, post_id: str, store: Store) -> None:
    """Delete one's own post; the thread under it stays."""
    domain.delete(caller, post_id, store)
