"""Where the community holds a learner's data.

Other people's threads keep their shape: a text stays in its place with neither its words nor its author, as one that
its author deleted. Who deactivates an account leaves what they wrote as it is.
"""

from datetime import datetime

from common.domain.community import standing
from common.domain.community.models import (
    Comment,
    ModerationCase,
    Post,
    PostCard,
    PostLike,
    StudyGroup,
    TextEdit,
    TextReport,
)
from common.domain.holdings.declaration import Holding
from common.ports import Increment, Store

UNNAMED = "Study group"
"""What a group is called whose founder was erased, for its name was theirs."""
NOBODY: dict[str, object] = {"user_id": None, "author_name": None}
WORDLESS: dict[str, object] = {"title": "", "tags": []}


def _silence(comment: Comment, user_id: str, store: Store, now: datetime) -> None:
    standing.count(comment, -1, store)
    gone = {**NOBODY, "body": "", "status": "deleted", "edits": 0}
    store.put(comment.model_copy(update=gone))


def _unlike(like: PostLike, user_id: str, store: Store, now: datetime) -> None:
    store.delete(PostLike, like.like_id)
    if store.get(PostCard, like.post_id) is not None:
        store.update(PostCard, like.post_id, {"likes": Increment(-1)})


def _leave(group: StudyGroup, user_id: str, store: Store, now: datetime) -> None:
    """As who leaves a group; the last takes it along, and the founder their words."""
    members = tuple(member for member in group.members if member.user_id != user_id)
    left: dict[str, object] = {"members": members, "member_ids": tuple(member.user_id for member in members)}
    if group.created_by == user_id:
        left |= {"created_by": None, "name": UNNAMED, "description": ""}
    if members:
        store.put(group.model_copy(update=left))
    else:
        store.delete(StudyGroup, group.group_id)


HOLDINGS = (
    Holding(TextEdit),
    Holding(ModerationCase, hidden=("decided_by",)),
    Holding(ModerationCase, by="decided_by", blanks={"decided_by": None}, hidden=("user_id",)),
    Holding(Post, blanks={**NOBODY, **WORDLESS, "body": "", "status": "deleted", "edits": 0}),
    Holding(PostCard, blanks={**NOBODY, **WORDLESS, "excerpt": "", "listed_in": None}),
    Holding(Comment, erase=_silence, writes=2),
    Holding(PostLike, erase=_unlike, writes=2),
    Holding(TextReport),
    Holding(
        StudyGroup,
        by="member_ids",
        many=True,
        erase=_leave,
        hidden=("members", "member_ids", "created_by", "name", "description"),  # others', and the founder's words
    ),
    Holding(StudyGroup, by="created_by", erase=_leave, hidden=("members", "member_ids")),
)
