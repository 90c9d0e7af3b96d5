"""Moderation: learners report a text, the filter flags one, and a moderator decides whether it stands.

Moderators of everybody's board are the admins; of a course and its study groups, its teacher too: whose queue is one,
however many groups there are. They see how many
reported a text and why, and never who. Reports alone hide nothing: whoever gathers enough friends could.
"""

from common import logs
from common.domain.community import boards, filtering, standing
from common.domain.community.boards import BoardRights
from common.domain.community.bodies import CaseView, ModerationDecision, NewReport
from common.domain.community.models import Comment, ModerationCase, Post, TextReport, report_id
from common.domain.progress.messages import ActivityHappened
from common.errors import Conflict, Forbidden, NotFound
from common.ports import Caller, Clock, Page, Query, Queue, Store, StoreReader, read_page

WAITING = Query(ModerationCase, equal=("queue", "status"), optional=("board",), order=("opened_at",))


class OwnText(Conflict):
    """Nobody reports themselves."""

    code, title = "own_text", "You wrote this yourself"


class NothingToDecide(Conflict):
    """Its author deleted it."""

    code, title = "nothing_to_decide", "Its author deleted this"


def report(caller: Caller, post_id: str, wished: NewReport, store: Store, clock: Clock) -> None:
    """Ask moderators to look at a text; once a learner, again changes nothing. NotFound, OwnText.

    Costs three reads, the rights on the board, one read more for a comment, and two writes.
    """
    text, there = _text(caller, post_id, wished.comment_id, store)
    if text.status == "deleted":
        raise NotFound("There is no such text")
    if text.user_id == caller.user_id:
        raise OwnText
    reported, now = report_id(text.stored_id, caller.user_id), clock.now()
    if store.get(TextReport, reported) is not None:
        return
    store.put(
        TextReport(
            report_id=reported,
            text_id=text.stored_id,
            user_id=caller.user_id,
            reason=wished.reason,
            reported_at=now,
        )
    )
    filtering.add_reason(text, there, wished.reason, store, now)
    logs.info("community.reported", text_id=text.stored_id, reason=wished.reason)


def cases(
    caller: Caller,
    store: StoreReader,
    *,
    course_id: str | None,
    group_id: str | None,
    page_size: int,
    page_token: str | None,
) -> Page[CaseView]:
    """A page of what waits for a moderator, the oldest first; NotFound, Forbidden.

    On everybody's board, in a course with all its study groups, or in one group.

    Costs two reads a case (with its text), one more, and the rights on the board.
    """
    board = boards.board_of(course_id, group_id)
    there = boards.readable_board(caller, board, store)
    if not there.may_moderate:
        raise Forbidden("Its teacher and admins moderate a board")
    where = {"queue": there.queue, "status": "open", "board": board if group_id else None}
    page = read_page(store, WAITING, where, page_size=page_size, page_token=page_token, show=lambda case: case)
    posts = store.get_many(Post, [case.text_id for case in page.items if not case.is_comment])
    comments = store.get_many(Comment, [case.text_id for case in page.items if case.is_comment])
    texts: dict[str, Post | Comment] = {post.post_id: post for post in posts}
    texts |= {comment.comment_id: comment for comment in comments}
    shown = tuple(CaseView.of(case, texts[case.text_id]) for case in page.items if case.text_id in texts)
    return Page(items=shown, next_page_token=page.next_page_token)


def decide(
    caller: Caller,
    post_id: str,
    wished: ModerationDecision,
    store: Store,
    activity: Queue[ActivityHappened],
    clock: Clock,
) -> CaseView:
    """Let a text stand or take it off, reported or not; it may be decided anew. NotFound, Forbidden, NothingToDecide.

    Costs two reads, the rights on the board, one read more for a comment, and three writes; one more where a post
    that was held comes to count for its author.
    """
    text, there = _text(caller, post_id, wished.comment_id, store)
    if not there.may_moderate:
        raise Forbidden("Its teacher and admins moderate a board")
    if text.status == "deleted":
        raise NothingToDecide
    now, is_kept = clock.now(), wished.action == "keep"
    text = standing.change(text, "shown" if is_kept else "removed", store, activity)
    case = store.get(ModerationCase, text.stored_id) or filtering.new_case(text, there, now)
    decision = {"status": "kept" if is_kept else "removed", "decided_by": caller.user_id, "decided_at": now}
    case = case.model_copy(update=decision)
    store.put(case)
    logs.info("community.decided", text_id=text.stored_id, action=wished.action)
    return CaseView.of(case, text)


def _text(
    caller: Caller, post_id: str, comment_id: str | None, store: StoreReader
) -> tuple[Post | Comment, BoardRights]:
    """A post or one of its comments, and the caller's rights there; NotFound for what they do not see."""
    post, allowed = boards.readable_post(caller, post_id, store)
    if comment_id is None:
        return post, allowed
    return boards.readable_comment(caller, post, comment_id, allowed, store), allowed
