"""Posts: written, found, shown with their threads, edited and deleted."""

from dataclasses import dataclass
from typing import Any

from common import logs
from common.domain.community import authors, boards, comments, filtering, markdown, standing, views
from common.domain.community.bodies import NewPost, PostCardView, PostEdit, PostThread, PostView, Sort
from common.domain.community.likes import TextClosed
from common.domain.community.models import ModerationCase, Post, PostCard, PostLike, like_id
from common.domain.progress.messages import ActivityHappened
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Moderator, Page, Query, Queue, Store, StoreReader, read_page

NEW = Query(PostCard, equal=("listed_in",), optional=("user_id",), order=("-created_at",))
TOP = Query(PostCard, equal=("listed_in",), optional=("user_id",), order=("-likes", "-created_at"))
NEW_TAGGED = Query(PostCard, equal=("listed_in",), optional=("user_id",), contains="tags", order=("-created_at",))
TOP_TAGGED = Query(
    PostCard, equal=("listed_in",), optional=("user_id",), contains="tags", order=("-likes", "-created_at")
)
COMMENTS_SHOWN = 20
"""With a post; the others are a list of their own."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posts are to be listed: those of a board, perhaps of a tag, of an author."""

    sort: Sort = "new"
    tag: str | None = None
    author_id: str | None = None
    course_id: str | None = None
    group_id: str | None = None


def create(
    caller: Caller,
    wished: NewPost,
    store: Store,
    activity: Queue[ActivityHappened],
    moderator: Moderator,
    clock: Clock,
    ids: Ids,
) -> PostView:
    """Post something; NotFound where the caller may not write there. What the filter flags is held for a moderator.

    Costs one read, the rights on the board, and three writes; one of each more where a moderator is asked.
    """
    board = boards.board_of(wished.course_id, wished.group_id)
    there = boards.readable_board(caller, board, store)
    name = authors.name_of(caller, store)
    judgement = filtering.judge(moderator, wished.title, wished.body, *wished.tags)
    post = Post(
        post_id=ids.new(),
        board=board,
        course_id=wished.course_id,
        group_id=wished.group_id,
        user_id=caller.user_id,
        author_name=name,
        title=wished.title,
        body=wished.body,
        tags=wished.tags,
        status=judgement.status,
        created_at=clock.now(),
    )
    post = standing.announce(post, activity)
    card = PostCard(post_id=post.post_id, created_at=post.created_at, **_carded(post))
    store.create(post)
    store.create(card)
    filtering.ask_moderators(post, there, judgement, store, post.created_at)
    logs.info("post.created", post_id=post.post_id, status=post.status)
    notice = filtering.notice(post.status, judgement.categories)
    return PostView.of(post, card, markdown.to_html(post.body), is_liked=False, is_own=True, notice=notice)


def posts(
    caller: Caller, wanted: Wanted, store: StoreReader, *, page_size: int, page_token: str | None
) -> Page[PostCardView]:
    """A page of a board's posts; NotFound where the caller may not read it.

    Costs a read a post, one more, and the rights on the board.

    By `new`, whatever is posted meanwhile stands before the first page, so pages neither repeat nor skip. By `top`, a
    post that is liked meanwhile may move past the reader, and be missed or seen twice.
    """
    board = boards.board_of(wanted.course_id, wanted.group_id)
    boards.readable_board(caller, board, store)
    where = {"listed_in": board, "user_id": wanted.author_id}
    query = NEW if wanted.sort == "new" else TOP
    if wanted.tag is not None:
        query, where = NEW_TAGGED if wanted.sort == "new" else TOP_TAGGED, where | {"tags": wanted.tag}
    return read_page(store, query, where, page_size=page_size, page_token=page_token, show=PostCardView.of)


def thread(caller: Caller, post_id: str, store: Store, ids: Ids) -> PostThread:
    """A post with the first of its comments; NotFound. Others' looks are counted, about.

    Costs three reads, one for each comment and one more, the rights on its board, and two writes one time in ten.
    """
    post, allowed = boards.readable_post(caller, post_id, store)
    if post.user_id != caller.user_id:
        views.look(post_id, store, ids)
    shown = comments.shown(caller, post, allowed, store, page_size=COMMENTS_SHOWN, page_token=None)
    return PostThread(post=_view(caller, post, store), comments=shown)


def edit(caller: Caller, post_id: str, wished: PostEdit, store: Store, moderator: Moderator, clock: Clock) -> PostView:
    """Let one's own post say something else; what it said is kept. NotFound, Forbidden, TextClosed, TooManyEdits.

    What is held stays held until a moderator decides. Costs three reads, the rights on its board, and three writes;
    one of each more where a moderator is asked.
    """
    post, there = boards.readable_post(caller, post_id, store)
    authors.must_be_theirs(caller, post)
    if post.status not in ("shown", "held"):
        raise TextClosed
    sent = {name: getattr(wished, name) for name in wished.model_fields_set}
    changes: dict[str, Any] = {name: value for name, value in sent.items() if value not in (None, getattr(post, name))}
    if not changes:
        return _view(caller, post, store)
    authors.keep_version(post, store)
    edited = post.model_copy(update=changes | {"edits": post.edits + 1, "edited_at": clock.now()})
    judgement = filtering.judge(moderator, edited.title, edited.body, *edited.tags)
    if judgement.status == "held":
        edited = edited.model_copy(update={"status": "held"})
    store.put(edited)
    store.update(PostCard, post_id, _carded(edited))
    filtering.ask_moderators(edited, there, judgement, store, clock.now())
    return _view(caller, edited, store, judgement.categories)


def delete(caller: Caller, post_id: str, store: Store) -> None:
    """Delete one's own post: what it said is gone, its thread stays. NotFound, Forbidden.

    Who may read its board no more still takes back what they wrote there. Costs one read, two writes, and deletes of
    its case and of each earlier version; to refuse, the rights on its board.
    """
    post = store.get(Post, post_id)
    if post is None or post.user_id != caller.user_id:
        post, _ = boards.readable_post(caller, post_id, store)
        if post.status == "deleted":
            raise NotFound("There is no such post")
        authors.must_be_theirs(caller, post)
    gone = post.model_copy(
        update={
            "user_id": None, "author_name": None, "title": "", "body": "", "tags": (), "status": "deleted", "edits": 0,
        }
    )  # fmt: skip
    store.put(gone)
    store.update(PostCard, post_id, _carded(gone))
    store.delete(ModerationCase, post_id)
    authors.forget_versions(post, store)
    logs.info("post.deleted", post_id=post_id)


def _carded(post: Post) -> dict[str, Any]:
    """What of a post its card tells."""
    told = {name: getattr(post, name) for name in ("user_id", "author_name", "title", "tags")}
    return told | {"listed_in": standing.listed_in(post), "excerpt": markdown.excerpt(post.body)}


def _view(caller: Caller, post: Post, store: StoreReader, categories: tuple[str, ...] = ()) -> PostView:
    card = store.get(PostCard, post.post_id)
    if card is None:
        raise NotFound("There is no such post")
    is_own = post.user_id == caller.user_id
    is_liked = store.get(PostLike, like_id(post.post_id, caller.user_id)) is not None
    notice = filtering.notice(post.status, categories) if is_own else None
    return PostView.of(post, card, markdown.to_html(post.body), is_liked=is_liked, is_own=is_own, notice=notice)
