"""What follows when a text comes to be seen by others, or is seen no more: lists, counts, and its author's gain."""

from common.domain.community.models import Comment, Post, PostCard, TextStatus
from common.domain.progress.messages import ActivityHappened
from common.ports import Increment, Queue, Store


def listed_in(post: Post) -> str | None:
    """The board that lists a post; None where others do not see it."""
    return post.board if post.status == "shown" else None


def count(comment: Comment, by: int, store: Store) -> None:
    """Stage a comment on its post's card, where it is one that is shown: blindly, so that nobody waits."""
    if comment.status == "shown":
        store.update(PostCard, comment.post_id, {"comments": Increment(by)})


def announce(post: Post, activity: Queue[ActivityHappened]) -> Post:
    """Let a post that others see count for its author, once: the id derives from the post. The post as it is then."""
    if post.status != "shown" or post.has_counted or post.user_id is None:
        return post
    happened = ActivityHappened(
        user_id=post.user_id,
        kind="post_created",
        subject_id=post.post_id,
        at=post.created_at,
        course_id=post.course_id,
    )
    activity.stage(happened)
    return post.model_copy(update={"has_counted": True})


def change(text: Post | Comment, status: TextStatus, store: Store, activity: Queue[ActivityHappened]) -> Post | Comment:
    """Stage another status of a text that was read, with all that follows; the text as it is then.

    Costs two writes, and one more where a post counts for its author.
    """
    if text.status == status:
        return text
    if isinstance(text, Comment):
        count(text, -1, store)
        comment = text.model_copy(update={"status": status})
        store.put(comment)
        count(comment, 1, store)
        return comment
    post = announce(text.model_copy(update={"status": status}), activity)
    store.put(post)
    store.update(PostCard, post.post_id, {"listed_in": listed_in(post)})
    return post
