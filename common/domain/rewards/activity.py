"""Everything that follows from something that a learner did: what is known of them, and what they earn.

An activity changes sums, sets and maxima only, and whatever is decided follows from those. So the same activities end
in the same documents in whatever order they come, and those of one learner that come at once are taken one by one:
each write is guarded by what was read, and the edge runs the handler again on a conflict.
"""

from datetime import timedelta

from common.domain.engagement import due, returning
from common.domain.engagement.messages import GradedWork
from common.domain.progress import feed, mastery, standings
from common.domain.progress.local_days import date_at
from common.domain.progress.messages import ActivityHappened
from common.domain.rewards import badges, leaderboard, weeks
from common.domain.rewards.messages import RefreshTopList
from common.domain.rewards.models import EVERYBODY
from common.ports import Clock, Queue, Store

CLOCKS_DIFFER = timedelta(hours=1)
"""At most."""


def record(
    happened: ActivityHappened,
    store: Store,
    refreshes: Queue[RefreshTopList],
    graded: Queue[GradedWork],
    clock: Clock,
) -> None:
    """Let everything come about that follows from it; nothing where it was known, or where there is no such learner.

    Costs four reads (the activity, the standing, the week, the top of the board) and three writes; two reads and a
    write more in a course, and one of each with answers; a write where it asks for a refresh, and one for a quiz of a
    course. The first time of all the account is read too; see engagement.returning for who was nudged of late.
    ValueError, and so a dead letter, for what is said to happen in the future: the set of a learner's days would grow
    to it.
    """
    if happened.at > clock.now() + CLOCKS_DIFFER:
        raise ValueError(f"{happened.kind} is said to have happened at {happened.at}, which is to come")
    standing = standings.standing_of(happened.user_id, store)
    if standing is None or not feed.append(happened, store):
        return
    day = date_at(happened.at, standing.zones)
    gained = 0
    for board in (EVERYBODY, *([happened.course_id] if happened.course_id else [])):
        before = weeks.learner_week(board, day, happened.user_id, store)
        after = weeks.with_activity(before, happened, day).model_copy(update={"is_listed": standing.is_listed})
        store.put(leaderboard.with_refresh(before, after, store, refreshes, clock))
        gained += after.points - before.points if board == EVERYBODY else 0
    known = standings.with_activity(standing, happened, mastery.learn(happened, store))
    known = known.model_copy(update={"total_points": known.total_points + gained})
    known = known.model_copy(update={"badges": badges.earned(known)})
    store.put(due.with_due(returning.settle(known, happened, store, clock.now())))
    if happened.kind == "quiz_submitted" and happened.course_id and happened.topics:
        graded.stage(GradedWork.of(happened, happened.course_id))
