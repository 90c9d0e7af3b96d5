"""Boards: where posts stand, and who may read, write and moderate there.

One board is everybody's; each course has one, and each study group.
"""

from dataclasses import dataclass

from common.domain.community.models import Comment, Post, StudyGroup
from common.domain.courses import rights
from common.errors import NotFound
from common.ports import Caller, StoreReader

EVERYBODY = "everybody"
_COURSE, _GROUP = "course:", "group:"


@dataclass(frozen=True, slots=True)
class BoardRights:
    """What the caller may do on one board, and where its moderators look."""

    board: str = ""
    queue: str = ""
    """The board whose moderators decide here: a study group's is its course's, so that a course has one queue."""
    may_read: bool = False
    """And write: whoever reads a board may write there."""
    may_moderate: bool = False
    """See what is held or removed, and decide: a course's teacher, and admins."""


def board_of(course_id: str | None, group_id: str | None) -> str:
    """The board of a study group, a course, or everybody."""
    if group_id is not None:
        return _GROUP + group_id
    return EVERYBODY if course_id is None else _COURSE + course_id


def group_of(board: str) -> str | None:
    """The study group whose board it is; None where it is no study group's."""
    return board.removeprefix(_GROUP) if board.startswith(_GROUP) else None


def rights_on(caller: Caller, board: str, store: StoreReader) -> BoardRights:
    """The caller's rights on a board; none where there is no such board.

    Costs nothing for everybody's, the course's rights (at most two reads) for a course's, and one read more for a
    study group's. A member of a group who left its course reads it no more.
    """
    if board == EVERYBODY:
        return BoardRights(board, board, may_read=True, may_moderate=caller.is_at_least("admin"))
    if board.startswith(_COURSE):
        in_course = rights.rights_in(caller, board.removeprefix(_COURSE), store)
        return BoardRights(board, board, may_read=in_course.may_contribute, may_moderate=in_course.may_manage)
    group = store.get(StudyGroup, board.removeprefix(_GROUP))
    if group is None:
        return BoardRights()
    in_course = rights.rights_in(caller, group.course_id, store)
    is_member = in_course.may_contribute and caller.user_id in group.member_ids
    may_read = is_member or in_course.may_manage
    return BoardRights(board, _COURSE + group.course_id, may_read=may_read, may_moderate=in_course.may_manage)


def readable_board(caller: Caller, board: str, store: StoreReader) -> BoardRights:
    """The caller's rights on a board that they may read; NotFound."""
    allowed = rights_on(caller, board, store)
    if not allowed.may_read:
        raise NotFound("There is no such board")
    return allowed


def readable_post(caller: Caller, post_id: str, store: StoreReader) -> tuple[Post, BoardRights]:
    """A post that the caller may read, and their rights where it stands; NotFound.

    What is held or removed is its author's and the moderators'; what was deleted is still read, for its thread, and
    says nothing. Costs one read, and the rights.
    """
    post = store.get(Post, post_id)
    if post is None:
        raise NotFound("There is no such post")
    allowed = rights_on(caller, post.board, store)
    if not allowed.may_read or not (post.status in ("shown", "deleted") or sees_hidden(caller, post.user_id, allowed)):
        raise NotFound("There is no such post")
    return post, allowed


def readable_comment(caller: Caller, post: Post, comment_id: str, allowed: BoardRights, store: StoreReader) -> Comment:
    """A comment of a post that the caller may read, deleted ones too; NotFound. Costs one read."""
    comment = store.get(Comment, comment_id)
    if comment is None or comment.post_id != post.post_id:
        raise NotFound("There is no such comment")
    is_hidden = comment.status in ("held", "removed")
    if is_hidden and not sees_hidden(caller, comment.user_id, allowed):
        raise NotFound("There is no such comment")
    return comment


def sees_hidden(caller: Caller, author_id: str | None, allowed: BoardRights) -> bool:
    """Whether the caller sees a text of this author though it is held or removed."""
    return caller.user_id == author_id or allowed.may_moderate
