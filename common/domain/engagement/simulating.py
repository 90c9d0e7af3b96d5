"""Simulations of nudges, for teachers of their learners and for admins: who, when, how many at once, at what cost."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from common.domain.accounts.models import Account
from common.domain.courses.models import Enrollment
from common.domain.courses.rights import rights_in
from common.domain.engagement import checks, simulation
from common.domain.engagement.checks import Seen
from common.domain.engagement.models import LearnerNudges, NudgeSettings
from common.domain.engagement.simulation import Played, Player, Policy, chance_of
from common.domain.engagement.simulation_bodies import (
    MOST_SHOWN,
    NewSimulation,
    SimulatedCost,
    SimulatedHour,
    SimulatedNudge,
    SimulatedPolicy,
    SimulationResult,
)
from common.domain.engagement.synthetic import Response, synthetic_learner
from common.domain.progress.models import Standing
from common.errors import InvalidContent, NotFound
from common.ports import Caller, Clock, Cursor, Query, StoreReader
from common.ports.store import D, Scalar

ANY_STANDING = Query(Standing)
ANY_OF_COURSE = Query(Enrollment, equal=("course_id",))
READS_PER_NUDGE, WRITES_PER_NUDGE = 12, 8
"""Of planning, deciding and sending one in the app; an e-mail takes more. A test sends one, and counts."""
READS_PER_EMAIL, WRITES_PER_EMAIL = 6, 5
"""Besides."""
READ_USD, WRITE_USD = 0.06 / 100_000, 0.18 / 100_000
"""Firestore's list price in a multi-region of the United States, 2026-11; a single region is cheaper."""


class CourseNeeded(InvalidContent):
    """A teacher may look at the learners of their courses, one course at a time."""

    code, title = "course_needed", "Name the course whose learners are to be played"


def simulate(caller: Caller, wished: NewSimulation, store: StoreReader, clock: Clock) -> SimulationResult:
    """Play a policy forward; CourseNeeded, NotFound for a course that is not the caller's to manage.

    Reads nothing for synthetic learners. For real ones it costs three reads each, the places of a course one more
    each, and three besides at most.
    """
    start = clock.now()
    end = start + timedelta(days=wished.days)
    policy = Policy(wished.policy.threshold, wished.policy.send_hour, wished.policy.holdout_percent)
    response = Response(wished.response.wins, wished.response.loses)
    if wished.population == "synthetic":
        asked, players = wished.size, list(_synthetic(wished, start))
    else:
        sampled = _sampled(caller, wished, store)
        asked, players = len(sampled), list(_real(sampled, wished, store, start))
    found: list[Played] = []
    for one in players:
        chance = chance_of(wished.seed, f"{one.standing.user_id} played")
        found += simulation.play(one, policy, response, start, end, chance)
    return _result(wished, start, end, (asked, len(players)), sorted(found, key=lambda one: (one.at, one.user_id)))


def _synthetic(wished: NewSimulation, start: datetime) -> Iterator[Player]:
    for count in range(wished.size):
        learner = synthetic_learner(wished.seed, count)
        chance = chance_of(wished.seed, learner.user_id)
        channel = wished.policy.channel or "email"
        yield simulation.synthetic_player(learner, _wishes(learner.user_id, wished.policy), channel, start, chance)


def _real(sampled: Sequence[str], wished: NewSimulation, store: StoreReader, start: datetime) -> Iterator[Player]:
    """Those of the sample who may be nudged and have learned before."""
    standings = store.get_many(Standing, sampled)
    accounts = {one.user_id: one for one in store.get_many(Account, sampled)}
    wishes = {one.user_id: one for one in store.get_many(LearnerNudges, sampled)}
    for standing in standings:
        user_id = standing.user_id
        own = wishes.get(user_id) or _wishes(user_id, wished.policy)
        seen = Seen(user_id, NudgeSettings(), accounts.get(user_id), standing, own, user_id in wishes)
        channel = seen.channel(wished.policy.channel)
        if checks.against(seen, None) is None and channel is not None:
            chance = chance_of(wished.seed, user_id)
            player = simulation.real_player(standing, own, seen.zone, channel, start, chance)
            if player is not None:
                yield player


def _sampled(caller: Caller, wished: NewSimulation, store: StoreReader) -> list[str]:
    """Learners from a random place on, in the order of their ids, which are random."""
    place = _random_id(wished.seed)
    if wished.course_id is None:
        if not caller.is_at_least("admin"):
            raise CourseNeeded(
                errors=[{"pointer": "/course_id", "detail": CourseNeeded.title, "code": CourseNeeded.code}]
            )
        return [one.user_id for one in _sample(store, ANY_STANDING, {}, place, wished.size)]
    if not rights_in(caller, wished.course_id, store).may_manage:
        raise NotFound("There is no such course")
    where: dict[str, Scalar] = {"course_id": wished.course_id}
    places = _sample(store, ANY_OF_COURSE, where, f"{wished.course_id}-{place}", wished.size)
    return [one.user_id for one in places if one.payment != "due"]


def _sample(store: StoreReader, query: Query[D], where: dict[str, Scalar], place: str, size: int) -> list[D]:
    """So many documents from a place on, and from the first one on where there are too few behind it."""
    found = store.query(query, where, limit=size, after=Cursor((), place))
    if len(found) < size:
        known = {one.stored_id for one in found}
        front = store.query(query, where, limit=size - len(found))
        found += [one for one in front if one.stored_id not in known]
    return found


def _random_id(seed: int) -> str:
    """A place among random identifiers."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"place {seed}".encode()).digest())[:20].decode()


def _wishes(user_id: str, policy: SimulatedPolicy) -> LearnerNudges:
    """Of somebody who has not chosen any."""
    return LearnerNudges(
        user_id=user_id,
        quiet_from=policy.quiet_from,
        quiet_until=policy.quiet_until,
        most_a_week=policy.most_a_week,
    )


def _result(
    wished: NewSimulation, start: datetime, end: datetime, learners: tuple[int, int], found: Sequence[Played]
) -> SimulationResult:
    asked, players = learners
    sent = [one for one in found if not one.held_out]
    hours = Counter(one.at.astimezone(UTC).hour for one in sent)
    days = Counter((one.at - start).days for one in sent)
    busiest = Counter(one.at.replace(minute=0, second=0, microsecond=0) for one in sent).most_common(1)
    shown = found[wished.skip : wished.skip + MOST_SHOWN]
    return SimulationResult(
        begins_at=start,
        ends_at=end,
        learners=players,
        unreachable=asked - players,
        nudges=len(sent),
        held_out=len(found) - len(sent),
        by_hour=tuple(hours[one] for one in range(24)),
        by_day=tuple(days[one] for one in range(wished.days)),
        busiest_hour=SimulatedHour(begins_at=busiest[0][0], nudges=busiest[0][1]) if busiest else None,
        cost=_cost(found),
        came_back=sum(one.came_back for one in sent),
        would_have=sum(one.would_have for one in sent),
        items=tuple(
            SimulatedNudge(
                user_id=one.user_id,
                due_at=one.due_at,
                at=one.at,
                channel=one.channel,
                held_out=one.held_out,
                came_back=one.came_back,
            )
            for one in shown
        ),
    )


def _cost(found: Sequence[Played]) -> SimulatedCost:
    """Who is held out costs the same decision, and no e-mail."""
    emails = sum(one.channel == "email" and not one.held_out for one in found)
    reads = len(found) * READS_PER_NUDGE + emails * READS_PER_EMAIL
    writes = len(found) * WRITES_PER_NUDGE + emails * WRITES_PER_EMAIL
    return SimulatedCost(
        reads=reads, writes=writes, database_usd=round(reads * READ_USD + writes * WRITE_USD, 6), emails=emails
    )
