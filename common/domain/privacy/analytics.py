"""Analytics: each week is counted once, when it is over everywhere, and only what may be said of it is kept.

Counting reads no learner but one for each value: the database counts (a read for 1,000 entries), and the values that
there are come from an index, each by a look behind the one before. So the cost grows with the number of values, at
most MOST_VALUES of each property, and hardly with the number of learners.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from common import logs
from common.domain.accounts.bodies import Level
from common.domain.accounts.models import Account
from common.domain.accounts.places import COUNTRIES
from common.domain.privacy.analytics_models import AnalyticsWeek, AnalyticsWeekView, Group
from common.domain.privacy.analytics_protection import Division, rounded, said_of
from common.domain.privacy.messages import CountLearners
from common.domain.progress.messages import ActivityKind
from common.domain.rewards.models import EVERYBODY, LearnerWeek
from common.domain.rewards.weeks import monday_of, week_of
from common.ports import Clock, Deployment, Page, Query, Queue, Store, StoreReader, read_page

MOST_VALUES = 300
"""Of one property. Countries are 250; languages are tags of the learners' own making, and garbage must not cost."""
LANGUAGES = 184
"""ISO 639-1."""
NOT_SAID = "not_said"
LEARNER: Mapping[str, Any] = {"role": "learner", "active": True}

ALL = Query(Account, equal=("role", "active"))
JOINED = Query(Account, equal=("role", "active"), between=("created_at", "<"), order=("created_at",))
NEXT_COUNTRY = Query(Account, equal=("role", "active"), between=("country", ">"), order=("country",))
NEXT_LANGUAGE = Query(Account, equal=("role", "active"), between=("language", ">"), order=("language",))
OF_COUNTRY = Query(Account, equal=("role", "active", "country"))
OF_LANGUAGE = Query(Account, equal=("role", "active", "language"))
OF_LEVEL = Query(Account, equal=("role", "active", "level"))
ACTIVE = Query(LearnerWeek, equal=("board", "week"))
USED = Query(LearnerWeek, equal=("board", "week"), contains="kinds")
WEEKS = Query(AnalyticsWeek, order=("-week",))


def plan(at: datetime, counts: Queue[CountLearners]) -> None:
    """Have the week before `at`'s counted. Costs a write."""
    counts.stage(CountLearners(week=week_of(at.date() - timedelta(days=7))))


def count(message: CountLearners, store: Store, deployment: Deployment, clock: Clock) -> None:
    """Count a week, and keep what may be said of it; nothing where that is done.

    Costs, beside a read for 1,000 entries of each count, two reads a value, and a write.
    """
    if store.get(AnalyticsWeek, message.week) is not None:
        return
    floor = deployment.analytics_floor
    begins = datetime.combine(monday_of(message.week), datetime.min.time(), UTC)
    total = store.count(ALL, LEARNER)
    joined = _joined_before(begins + timedelta(days=7), store) - _joined_before(begins, store)
    countries = _values(NEXT_COUNTRY, OF_COUNTRY, "country", store)
    languages: Counter[str] = Counter()
    for tag, learners in _values(NEXT_LANGUAGE, OF_LANGUAGE, "language", store).items():
        languages[tag.partition("-")[0]] += learners
    levels = {level: store.count(OF_LEVEL, {**LEARNER, "level": level}) for level in get_args(Level)}
    said = said_of(
        total,
        (
            Division(_with_rest(countries, total), len(COUNTRIES) + 1),
            Division(_with_rest(languages, total), LANGUAGES + 1),
            Division(_with_rest(levels, total), len(levels) + 1),
        ),
        floor,
    )
    active, features = _use(message.week, store, floor)
    store.create(
        AnalyticsWeek(
            week=message.week,
            floor=floor,
            as_of=clock.now(),
            learners=said.total,
            joined=_at_most(rounded(joined, floor), said.total),
            active=active,
            features=features,
            countries=_groups(said.divisions[0]),
            languages=_groups(said.divisions[1]),
            levels=_groups(said.divisions[2]),
        )
    )
    logs.info("analytics.counted", week=message.week)


def weeks(store: StoreReader, *, page_size: int, page_token: str | None) -> Page[AnalyticsWeekView]:
    """A page of the weeks that were counted, the latest first. Costs a read a week, and one more."""
    return read_page(store, WEEKS, {}, page_size=page_size, page_token=page_token, show=AnalyticsWeekView.of)


def _joined_before(at: datetime, store: StoreReader) -> int:
    return store.count(JOINED, {**LEARNER, "created_at": at})


def _values(following: Query[Account], of_value: Query[Account], field: str, store: StoreReader) -> dict[str, int]:
    """How many learners have each value of a field: its next value is that of the first account behind the last."""
    counts: dict[str, int] = {}
    last = ""
    while len(counts) < MOST_VALUES and (found := store.query(following, {**LEARNER, field: last}, limit=1)):
        last = str(getattr(found[0], field))
        counts[last] = store.count(of_value, {**LEARNER, field: last})
    return counts


def _with_rest(counts: Mapping[str, int], total: int) -> dict[str, int]:
    return {**counts, NOT_SAID: max(0, total - sum(counts.values()))}


def _use(week: str, store: StoreReader, floor: int) -> tuple[int | None, tuple[Group, ...]]:
    """Who was active in a week, and did what. One who did two things is in two groups: these divide nobody."""
    where: dict[str, Any] = {"board": EVERYBODY, "week": week}
    active = rounded(store.count(ACTIVE, where), floor)
    used = {kind: rounded(store.count(USED, {**where, "kinds": kind}), floor) for kind in get_args(ActivityKind)}
    return active, _groups({kind: learners for kind, learners in used.items() if learners is not None})


def _at_most(number: int | None, total: int | None) -> int | None:
    """A part of the population is not said to be more than the whole: that would say more of the whole."""
    return None if number is None or total is None else min(number, total)


def _groups(cells: Mapping[str, int]) -> tuple[Group, ...]:
    ordered = sorted(cells.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Group(value=value, learners=learners) for value, learners in ordered)
