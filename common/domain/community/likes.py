"""Likes: one of a learner for a post, and exactly counted.

A like is a document whose id is of both, made and counted in one batch. The count is incremented blindly, so that
those who like at once do not wait for each other; the like itself is guarded, so that one learner counts once.
"""

from common.domain.community import boards
from common.domain.community.models import PostCard, PostLike, like_id
from common.errors import Conflict
from common.ports import Caller, Clock, Increment, Store


class TextClosed(Conflict):
    """It is held, removed or deleted: nothing is added to it."""

    code, title = "text_closed", "This is not open any more"


def like(caller: Caller, post_id: str, store: Store, clock: Clock) -> None:
    """Like a post; again it stays liked. NotFound, TextClosed.

    Costs two reads, the rights on its board, and the first time two writes.
    """
    post, _ = boards.readable_post(caller, post_id, store)
    if post.status != "shown":
        raise TextClosed
    liked = like_id(post_id, caller.user_id)
    if store.get(PostLike, liked) is not None:
        return
    store.put(PostLike(like_id=liked, post_id=post_id, user_id=caller.user_id, liked_at=clock.now()))
    store.update(PostCard, post_id, {"likes": Increment(1)})


def unlike(caller: Caller, post_id: str, store: Store) -> None:
    """Like a post no more; nothing where it was not liked. NotFound.

    Costs two reads, the rights on its board, two writes (one marks the commit) and a delete.
    """
    boards.readable_post(caller, post_id, store)
    liked = like_id(post_id, caller.user_id)
    if store.get(PostLike, liked) is None:
        return
    store.delete(PostLike, liked)
    store.update(PostCard, post_id, {"likes": Increment(-1)})
