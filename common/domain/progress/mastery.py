"""How well a learner masters a topic, told from answers that count less the older they are.

The evidence for a topic is a number of right answers `s` out of `n`, each worth half as much with every HALF_LIFE that
has passed, week by week. The level is s / (n + DOUBT): the mean of a Beta distribution that begins with DOUBT wrong
answers, and forgets at a constant rate (Josang and Ismail, The Beta Reputation System, 15th Bled Conference, 2002). So
it needs evidence to rise, and falls while there is none. It is not retention, which says how likely a fact is
remembered now and is the review's matter: ratings of flashcards are no evidence here.

Only sums by week are stored. They are the same in whatever order the answers became known, and exact.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from common.domain.progress.messages import ActivityHappened, TopicResult
from common.domain.progress.models import Knowledge, MasteredTopic, TopicEvidence, WeekOfEvidence
from common.ports import Caller, Clock, Store, StoreReader

HALF_LIFE = timedelta(days=30)
DOUBT = 2.0
"""Wrong answers that are taken for granted: eight right ones in a row make a topic mastered."""
MASTERED = 0.8
"""The level from which a topic counts as mastered."""
WEEKS_KEPT = 26
"""Half a year: what is older would count for less than a fiftieth."""
MOST_TRACKED = 500
"""Topics of a learner. Of those beyond, the ones with the least recent evidence are forgotten."""
MOST_MASTERED = 100

_ENOUGH = MASTERED - 1e-9
"""So that the rounding of eight tenths decides nothing."""
_MONDAY = datetime(2019, 12, 30, tzinfo=UTC)
_WEEK = timedelta(days=7)


class Mastery(BaseModel):
    """How well a topic is mastered at one moment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str = Field(max_length=100)
    level: float = Field(ge=0, le=1, description="0: nothing is known; from 0.8 on it is mastered")
    evidence: float = Field(ge=0, description="answers that the level rests on, old ones counted for less")
    is_mastered: bool


class MasteryList(BaseModel):
    """How well the caller masters every topic of which there is evidence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: tuple[Mastery, ...] = Field(description="the weakest first; 500 at most")


def own_mastery(caller: Caller, store: StoreReader, clock: Clock) -> MasteryList:
    """How well the caller masters each topic, the weakest first. Costs a read."""
    found = all_mastery_of(caller.user_id, store, clock.now())
    return MasteryList(items=tuple(sorted(found, key=lambda one: (one.level, one.topic))))


def mastery_of(user_id: str, topics: Iterable[str], store: StoreReader, now: datetime) -> dict[str, Mastery]:
    """How well somebody masters each of the topics; level 0 where nothing is known. Costs one read."""
    held = _known(user_id, store)
    return {topic: _judged(topic, held.get(topic, ()), now) for topic in topics}


def all_mastery_of(user_id: str, store: StoreReader, now: datetime) -> list[Mastery]:
    """How well somebody masters every topic of which there is evidence, by topic. Costs one read."""
    return [_judged(topic, weeks, now) for topic, weeks in _known(user_id, store).items()]


def learn(happened: ActivityHappened, store: Store) -> tuple[MasteredTopic, ...] | None:
    """Add an activity's answers to what is known; the topics mastered now, None where nothing is new.

    Costs a read and a write where there are answers.
    """
    results = () if happened.kind == "card_reviewed" else tuple(one for one in happened.topics if one.of)
    if not results:
        return None
    before = store.get(Knowledge, happened.user_id) or Knowledge(user_id=happened.user_id)
    after = with_answers(before, results, happened.at)
    store.put(after)
    return mastered(after)


def with_answers(knowledge: Knowledge, results: Sequence[TopicResult], at: datetime) -> Knowledge:
    """What is known when these answers, given at `at`, are known too."""
    week = _week(at)
    held = {one.topic: {each.week: each for each in one.weeks} for one in knowledge.topics}
    for result in results:
        weeks = held.setdefault(result.topic, {})
        known = weeks.get(week, WeekOfEvidence(week=week, correct=0, of=0))
        weeks[week] = WeekOfEvidence(week=week, correct=known.correct + result.correct, of=known.of + result.of)
    recent = sorted(held, key=lambda topic: (-max(held[topic]), topic))[:MOST_TRACKED]
    topics = (TopicEvidence(topic=topic, weeks=_kept(held[topic])) for topic in sorted(recent))
    return knowledge.model_copy(update={"topics": tuple(topics)})


def mastered(knowledge: Knowledge) -> tuple[MasteredTopic, ...]:
    """The topics that are mastered now or were once, each with the moment at which it ends; the longest first."""
    ends = ((one.topic, mastered_until(one.weeks)) for one in knowledge.topics)
    found = [MasteredTopic(topic=topic, until=until) for topic, until in ends if until is not None]
    return tuple(sorted(found, key=lambda one: (-one.until.timestamp(), one.topic))[:MOST_MASTERED])


def mastered_until(weeks: Sequence[WeekOfEvidence]) -> datetime | None:
    """When the level falls below MASTERED, if no answer follows; None where the last answers did not bring it there.

    All evidence decays alike: with s and n as of the last answers' week, and d = 2^(-(time since) / HALF_LIFE),
    s d / (n d + DOUBT) >= MASTERED as long as d >= MASTERED DOUBT / (s - MASTERED n).
    """
    last = weeks[-1].week
    right, answers = _decayed(weeks, last)
    surplus = right - _ENOUGH * answers
    if surplus < _ENOUGH * DOUBT:
        return None
    lasts = math.log2(surplus / (_ENOUGH * DOUBT)) * (HALF_LIFE / _WEEK)
    return _MONDAY + _WEEK * (last + math.floor(lasts) + 1)


def _known(user_id: str, store: StoreReader) -> Mapping[str, Sequence[WeekOfEvidence]]:
    knowledge = store.get(Knowledge, user_id)
    return {one.topic: one.weeks for one in knowledge.topics} if knowledge else {}


def _kept(weeks: Mapping[int, WeekOfEvidence]) -> tuple[WeekOfEvidence, ...]:
    newest = max(weeks)
    return tuple(weeks[week] for week in sorted(weeks) if newest - week < WEEKS_KEPT)


def _decayed(weeks: Sequence[WeekOfEvidence], week: int) -> tuple[float, float]:
    right = answers = 0.0
    for one in weeks:
        weight = 0.5 ** (max(week - one.week, 0) * _WEEK / HALF_LIFE)
        right, answers = right + weight * one.correct, answers + weight * one.of
    return right, answers


def _judged(topic: str, weeks: Sequence[WeekOfEvidence], now: datetime) -> Mastery:
    right, answers = _decayed(weeks, _week(now))
    level = right / (answers + DOUBT)
    return Mastery(topic=topic, level=level, evidence=answers, is_mastered=level >= _ENOUGH)


def _week(at: datetime) -> int:
    return (at - _MONDAY) // _WEEK
