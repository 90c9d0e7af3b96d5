"""Comments: threads under a post, read from the first word to the last, a page at a time.

A comment sorts by its `place` (see models), so a page of a thread is one query, in whatever depth its comments stand;
what is written meanwhile falls into its place, and moves nothing that a reader has passed or has before them.
"""

from datetime import datetime

from common import logs
from common.domain.community import authors, boards, filtering, markdown, standing
from common.domain.community.boards import BoardRights
from common.domain.community.bodies import CommentEdit, CommentMade, CommentView, NewComment
from common.domain.community.likes import TextClosed
from common.domain.community.models import Comment, ModerationCase, Post
from common.errors import Conflict, NotFound
from common.ports import Caller, Clock, Ids, Moderator, Page, Query, Store, StoreReader, read_page

MOST_DEPTH = 6
"""Levels of a thread: a comment on the post is the first."""
THREAD = Query(Comment, equal=("post_id",), order=("place",))


class ThreadTooDeep(Conflict):
    """An answer would stand deeper than threads go."""

    code, title = "thread_too_deep", "Answers go no deeper: answer the comment above"


def add(
    caller: Caller, post_id: str, wished: NewComment, store: Store, moderator: Moderator, clock: Clock, ids: Ids
) -> CommentMade:
    """Comment on a post, or answer a comment; NotFound, TextClosed, ThreadTooDeep.

    Costs two reads, one more for an answer, the rights on the post's board, and two writes; what is held counts
    nowhere yet, and asks a moderator instead.
    """
    post, there = boards.readable_post(caller, post_id, store)
    if post.status != "shown":
        raise TextClosed
    parent = None if wished.parent_id is None else _open_parent(post_id, wished.parent_id, store)
    judgement = filtering.judge(moderator, wished.body)
    now, comment_id = clock.now(), ids.new()
    comment = Comment(
        comment_id=comment_id,
        post_id=post_id,
        parent_id=wished.parent_id,
        depth=0 if parent is None else parent.depth + 1,
        place=("" if parent is None else parent.place) + _step(now, comment_id),
        user_id=caller.user_id,
        author_name=authors.name_of(caller, store),
        body=wished.body,
        status=judgement.status,
        created_at=now,
    )
    store.create(comment)
    standing.count(comment, 1, store)
    filtering.ask_moderators(comment, there, judgement, store, now)
    logs.info("comment.created", post_id=post_id, comment_id=comment_id, status=comment.status)
    return _made(comment, judgement.categories)


def _open_parent(post_id: str, parent_id: str, store: StoreReader) -> Comment:
    parent = store.get(Comment, parent_id)
    if parent is None or parent.post_id != post_id:
        raise NotFound("There is no such comment")
    if parent.status != "shown":
        raise TextClosed
    if parent.depth + 1 >= MOST_DEPTH:
        raise ThreadTooDeep
    return parent


def _step(now: datetime, comment_id: str) -> str:
    """One step of a place: microseconds since 1970 in 14 hexadecimal digits, and the id, so that no two are one."""
    return f"{int(now.timestamp() * 1_000_000):014x}{comment_id}"


def comments(
    caller: Caller, post_id: str, store: StoreReader, *, page_size: int, page_token: str | None
) -> Page[CommentView]:
    """A page of a post's thread; NotFound. Costs a read a comment, two more, and the rights on the post's board."""
    post, allowed = boards.readable_post(caller, post_id, store)
    return shown(caller, post, allowed, store, page_size=page_size, page_token=page_token)


def shown(
    caller: Caller, post: Post, allowed: BoardRights, store: StoreReader, *, page_size: int, page_token: str | None
) -> Page[CommentView]:
    """A page of the thread of a post that may be read. Costs a read a comment, and one more."""

    def show(comment: Comment) -> CommentView:
        is_hidden = comment.status in ("held", "removed")
        is_seen = not is_hidden or boards.sees_hidden(caller, comment.user_id, allowed)
        html = markdown.to_html(comment.body) if is_seen else ""
        return CommentView.of(comment, html, is_seen=is_seen, is_own=comment.user_id == caller.user_id)

    where = {"post_id": post.post_id}
    return read_page(store, THREAD, where, page_size=page_size, page_token=page_token, show=show)


def edit(
    caller: Caller, post_id: str, comment_id: str, wished: CommentEdit, store: Store, moderator: Moderator, clock: Clock
) -> CommentMade:
    """Let one's own comment say something else; what it said is kept. NotFound, Forbidden, TextClosed, TooManyEdits.

    Costs two reads, the rights on the post's board, and two writes; more where the filter flags it.
    """
    comment, there = own(caller, post_id, comment_id, store)
    if comment.status not in ("shown", "held"):
        raise TextClosed
    if comment.body == wished.body:
        return _made(comment)
    authors.keep_version(comment, store)
    judgement = filtering.judge(moderator, wished.body)
    changes = {"body": wished.body, "edits": comment.edits + 1, "edited_at": clock.now()}
    edited = comment.model_copy(update=changes)
    if judgement.status == "held":
        standing.count(comment, -1, store)
        edited = edited.model_copy(update={"status": "held"})
    store.put(edited)
    filtering.ask_moderators(edited, there, judgement, store, clock.now())
    return _made(edited, judgement.categories)


def delete(caller: Caller, post_id: str, comment_id: str, store: Store) -> None:
    """Delete one's own comment: what it said is gone, its place and its answers stay. NotFound, Forbidden.

    Who may read the post no more, or whose post a moderator took off, still takes back their comment. Costs one read,
    two writes, and deletes of its case and each earlier version; to refuse, a read and the rights on the post's board.
    """
    comment = store.get(Comment, comment_id)
    if comment is None or comment.post_id != post_id or comment.user_id != caller.user_id:
        comment, _ = own(caller, post_id, comment_id, store)
    gone = {"user_id": None, "author_name": None, "body": "", "status": "deleted", "edits": 0}
    store.put(comment.model_copy(update=gone))
    standing.count(comment, -1, store)
    store.delete(ModerationCase, comment_id)
    authors.forget_versions(comment, store)
    logs.info("comment.deleted", post_id=post_id, comment_id=comment_id)


def own(caller: Caller, post_id: str, comment_id: str, store: StoreReader) -> tuple[Comment, BoardRights]:
    """The caller's comment, and their rights where it stands; NotFound, Forbidden.

    Costs two reads, and the rights on the board.
    """
    post, allowed = boards.readable_post(caller, post_id, store)
    comment = boards.readable_comment(caller, post, comment_id, allowed, store)
    if comment.status == "deleted":
        raise NotFound("There is no such comment")
    authors.must_be_theirs(caller, comment)
    return comment, allowed


def _made(comment: Comment, categories: tuple[str, ...] = ()) -> CommentMade:
    view = CommentView.of(comment, markdown.to_html(comment.body), is_seen=True, is_own=True)
    return CommentMade(comment=view, notice=filtering.notice(comment.status, categories))
