"""Leaderboards by week, of a course or of everybody: one stored document is what all look at.

A task rewrites it, at most once in SLOT, from the learners' own documents. So nobody's activity writes to a document
that others write to, and a look costs the same at any size.
"""

from datetime import UTC, datetime, timedelta

from common.domain.accounts.models import Account
from common.domain.courses.rights import rights_in
from common.domain.progress.local_days import date_at
from common.domain.progress.models import Standing
from common.domain.progress.standings import standing_of
from common.domain.rewards.bodies import Leaderboard, LeaderboardRow, Listing, OwnPlace
from common.domain.rewards.messages import RefreshTopList
from common.domain.rewards.models import (
    EVERYBODY,
    LearnerWeek,
    TopEntry,
    TopList,
    learner_week_id,
    top_list_id,
)
from common.domain.rewards.weeks import monday_of, week_of
from common.errors import InvalidContent, NotFound
from common.ports import Caller, Clock, Query, Queue, Store, StoreReader
from common.ports.store import Scalar

MOST_LISTED = 50
SLOT = timedelta(seconds=60)
GRACE = timedelta(seconds=30)
"""A refresh waits so long after its slot: an invocation that began in the slot has committed by then."""
WEEKS_SHOWN = 4
"""This week and the three before it."""
MOST_BOARDS = 120
"""A learner's places in the weeks that are shown: whoever leaves is taken from so many, the latest first."""
KEPT = timedelta(weeks=WEEKS_SHOWN + 2)

BEST = Query(LearnerWeek, equal=("board", "week", "is_listed"), order=("-points",))
ABOVE = Query(LearnerWeek, equal=("board", "week", "is_listed"), between=("points", ">"), order=("points",))
OWN = Query(LearnerWeek, equal=("user_id",), between=("week", ">="), order=("-week",))


class NoSuchWeek(InvalidContent):
    """There is no leaderboard of the week: it is to come, or too long ago."""

    code, title = "no_such_week", "There is a leaderboard of this week and of the three before it"


def show(caller: Caller, course_id: str | None, week: str | None, store: StoreReader, clock: Clock) -> Leaderboard:
    """The best of a board in a week, and the caller's place; NotFound for a course that is not theirs, NoSuchWeek.

    Costs three reads and one for each thousand learners above the caller; in a course, its rights besides.
    """
    if course_id is not None and not rights_in(caller, course_id, store).may_read:
        raise NotFound("There is no such course")
    standing = store.get(Standing, caller.user_id)
    week = _shown(week, standing, clock.now())
    board = course_id or EVERYBODY
    top = store.get(TopList, top_list_id(board, week))
    return Leaderboard(
        course_id=course_id,
        week=week,
        as_of=top.as_of if top else None,
        items=_rows(top, caller) if top else (),
        you=_own_place(board, week, caller, standing is None or standing.is_listed, store),
    )


def change_listing(
    caller: Caller, is_listed: bool, store: Store, refreshes: Queue[RefreshTopList], clock: Clock
) -> Listing:
    """Let others see the caller or not, at once. Costs three operations a board of theirs, MOST_BOARDS at most."""
    now = clock.now()
    standing = standing_of(caller.user_id, store)
    if standing is None:
        raise NotFound
    if standing.is_listed == is_listed:
        return Listing(is_listed=is_listed)
    store.put(standing.model_copy(update={"is_listed": is_listed}))
    since = week_of((now - timedelta(weeks=WEEKS_SHOWN)).date())
    for own in store.query(OWN, {"user_id": caller.user_id, "week": since}, limit=MOST_BOARDS):
        store.put(own.model_copy(update={"is_listed": is_listed}))
        take_off(own, store, now)
        _stage_refresh(own.board, own.week, refreshes, _slot(now))
    return Listing(is_listed=is_listed)


def take_off(own: LearnerWeek, store: Store, now: datetime) -> None:
    """Take a learner off the top of a board, whoever stands in it: so a refresh that looked before begins anew.

    Costs a read and a write; of a week that nobody is shown any more, a read alone where nothing is left of it.
    """
    is_over = monday_of(own.week) + KEPT <= now.date()
    if is_over and store.get(TopList, top_list_id(own.board, own.week)) is None:
        return
    top = _top(own.board, own.week, store, now)
    entries = tuple(one for one in top.entries if one.user_id != own.user_id)
    store.put(top.model_copy(update={"entries": entries, "departures": top.departures + 1}))


def with_refresh(
    before: LearnerWeek, after: LearnerWeek, store: Store, refreshes: Queue[RefreshTopList], clock: Clock
) -> LearnerWeek:
    """The week `after` more was done, having staged a refresh of the board where that changes its top. Costs a read.

    A learner asks once a slot: to ask for what another has asked for costs a commit that is refused.
    """
    now = clock.now()
    slot, is_shown = _slot(now), monday_of(after.week) + KEPT > now.date()
    if not (after.is_listed and is_shown) or after.points == before.points or before.asked_slot == slot:
        return after
    top = store.get(TopList, top_list_id(after.board, after.week))
    if top is not None and len(top.entries) == MOST_LISTED and after.points < top.entries[-1].points:
        return after
    _stage_refresh(after.board, after.week, refreshes, slot)
    return after.model_copy(update={"asked_slot": slot})


def refresh(message: RefreshTopList, store: Store, clock: Clock) -> None:
    """Look up the best of a board. Costs a read, two for each of the best, and a write."""
    now = clock.now()
    top = _top(message.board, message.week, store, now)
    where: dict[str, Scalar] = {"board": message.board, "week": message.week, "is_listed": True}
    best = [one for one in store.query(BEST, where, limit=MOST_LISTED) if one.points]
    people = {one.user_id: one for one in store.get_many(Account, [each.user_id for each in best]) if one.active}
    entries = tuple(
        TopEntry(user_id=one.user_id, display_name=people[one.user_id].display_name, points=one.points)
        for one in best
        if one.user_id in people
    )
    store.put(top.model_copy(update={"entries": entries, "as_of": now}))


def _slot(now: datetime) -> int:
    return int(now.timestamp() // SLOT.total_seconds())


def _stage_refresh(board: str, week: str, refreshes: Queue[RefreshTopList], slot: int) -> None:
    due = datetime.fromtimestamp((slot + 1) * SLOT.total_seconds(), UTC) + GRACE
    refreshes.stage(RefreshTopList(board=board, week=week, slot=slot), at=due)


def _top(board: str, week: str, store: StoreReader, now: datetime) -> TopList:
    found = store.get(TopList, top_list_id(board, week))
    if found is not None:
        return found
    ends = datetime.combine(monday_of(week) + KEPT, datetime.min.time(), UTC)
    return TopList(top_list_id=top_list_id(board, week), board=board, week=week, as_of=now, expires_at=max(ends, now))


def _shown(week: str | None, standing: Standing | None, now: datetime) -> str:
    """The week asked for, or the caller's own present one."""
    today = date_at(now, standing.zones if standing else ())
    known = [week_of(today - timedelta(weeks=back)) for back in range(WEEKS_SHOWN)]
    if week is not None and week not in known:
        raise NoSuchWeek(errors=[{"parameter": "week", "detail": NoSuchWeek.title, "code": NoSuchWeek.code}])
    return week or known[0]


def _rows(top: TopList, caller: Caller) -> tuple[LeaderboardRow, ...]:
    ranks: dict[int, int] = {}
    for place, one in enumerate(top.entries, start=1):
        ranks.setdefault(one.points, place)
    return tuple(
        LeaderboardRow(
            rank=ranks[one.points],
            user_id=one.user_id,
            display_name=one.display_name,
            points=one.points,
            is_you=one.user_id == caller.user_id,
        )
        for one in top.entries
    )


def _own_place(board: str, week: str, caller: Caller, is_listed: bool, store: StoreReader) -> OwnPlace:
    own = store.get(LearnerWeek, learner_week_id(board, week, caller.user_id))
    if own is None or not own.points:
        return OwnPlace(rank=None, points=0, is_listed=is_listed)
    above = store.count(ABOVE, {"board": board, "week": week, "is_listed": True, "points": own.points})
    return OwnPlace(rank=above + 1, points=own.points, is_listed=is_listed)
