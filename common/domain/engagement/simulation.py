"""What would be sent to whom under a policy, played forward learner by learner, without sending anything.

When a nudge is due, put off, or one too many is judged by the very functions that send them (due.py, timing.py). What
learners do meanwhile is played: they come back after exponential times, with a rate of their own, and may leave for
good after any day, as lapsing.py takes them to; and they respond to nudges as somebody assumes (synthetic.Response).
Of a real learner the rate, and whether they have left already, are drawn from what their days of learning tell of them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from common.domain.engagement import due, lapsing, timing
from common.domain.engagement.experiment_models import WINDOW, Channel
from common.domain.engagement.lapsing import DAYS_PRIOR, RETURNS_PRIOR
from common.domain.engagement.models import LearnerNudges
from common.domain.engagement.planning import MOST_LATE
from common.domain.engagement.synthetic import Response, SyntheticLearner, draws, gamma
from common.domain.progress.local_days import began, date_at, number
from common.domain.progress.models import Standing

HISTORY = timedelta(days=56)
"""Synthetic learners joined within so long before the simulation begins."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When and how learners are nudged."""

    threshold: float
    """The chance, 0 to 1, that they stay away for a week, at which a nudge is due."""
    send_hour: int | None
    """0 to 23, where the learner lives; None: as soon as it is due."""
    holdout_percent: int
    """Of the learners, who are sent nothing."""


@dataclass(frozen=True, slots=True)
class Player:
    """A learner at the beginning, with what is played of them."""

    standing: Standing
    wishes: LearnerNudges
    zone: ZoneInfo
    channel: Channel
    rate: float
    """Days of learning a day, as long as they stay."""
    leaves: float
    """0 to 1: the chance that a day of learning is the last."""
    next_at: datetime | None
    """When they would learn next if nobody wrote to them; None for somebody who has left."""


@dataclass(frozen=True, slots=True)
class Played:
    """A nudge as it would go out, or be held back."""

    user_id: str
    due_at: datetime
    at: datetime
    """When it is sent, later than due by quiet hours, the cap and the hour wished for; or would be, if held out."""
    channel: Channel
    held_out: bool
    came_back: bool
    """Within 72 hours of when all checks had passed."""
    would_have: bool
    """Whether they would have come back without it, which nobody can know of a real learner."""


def synthetic_player(
    learner: SyntheticLearner, wishes: LearnerNudges, channel: Channel, start: datetime, chance: Iterator[float]
) -> Player:
    """Somebody who joined within HISTORY before the start, and has learned since as they do."""
    at = start - HISTORY * next(chance)
    standing = Standing(user_id=learner.user_id, zones=began(at, learner.zone))
    next_at: datetime | None = at
    while next_at is not None and next_at <= start:
        standing = learned(standing, next_at)
        next_at = _after_learning(next_at, learner.rate, learner.leaves, chance)
    return Player(standing, wishes, ZoneInfo(learner.zone), channel, learner.rate, learner.leaves, next_at)


def real_player(
    standing: Standing,
    wishes: LearnerNudges,
    zone: ZoneInfo,
    channel: Channel,
    start: datetime,
    chance: Iterator[float],
) -> Player | None:
    """Somebody as they may be, given their days of learning and their silence since; None who has not learned yet."""
    known = due.habits_of(standing)
    if known is None:
        return None
    silent = max((start - known.last_active_at) / timedelta(days=1), 0.0)
    rate = gamma(int(RETURNS_PRIOR) + known.returns, DAYS_PRIOR + max(known.span_days, 0.0) + silent, chance)
    has_left = next(chance) < lapsing.gone(known, start)
    leaves = lapsing.gone(known, known.last_active_at)
    next_at = None if has_left else _later(start, rate, chance)
    return Player(standing, wishes, zone, channel, rate, leaves, next_at)


def play(
    player: Player, policy: Policy, response: Response, start: datetime, end: datetime, chance: Iterator[float]
) -> Iterator[Played]:
    """The learner's nudges from start to end: one a silence at most."""
    held_out = next(chance) * 100 < policy.holdout_percent
    while True:
        nudge = _next_nudge(player, policy, held_out, start, end)
        if nudge is not None:
            came, next_at = _answered(player, nudge, response, chance)
            yield replace(nudge, came_back=came)
            recent = timing.with_one(player.wishes.recent, nudge.at)
            player = replace(player, wishes=player.wishes.model_copy(update={"recent": recent}), next_at=next_at)
        if player.next_at is None or player.next_at >= end:
            return
        next_at = _after_learning(player.next_at, player.rate, player.leaves, chance)
        player = replace(player, standing=learned(player.standing, player.next_at), next_at=next_at)


def learned(standing: Standing, at: datetime) -> Standing:
    """The standing of somebody who learns once more."""
    days = standing.active_days | 1 << number(date_at(at, standing.zones))
    return standing.model_copy(update={"days": f"{days:x}", "last_active_at": at})


def _next_nudge(player: Player, policy: Policy, held_out: bool, start: datetime, end: datetime) -> Played | None:
    """The nudge of the present silence, unless the learner is back before it could go out."""
    known, standing = due.habits_of(player.standing), player.standing
    until = min(player.next_at or end, end)
    if known is None or standing.nudged_for == known.last_active_at or lapsing.score(known, until) < policy.threshold:
        return None
    due_at = due.due_at(known, policy.threshold)
    if due_at is None or due_at <= start - MOST_LATE:
        return None
    decided_at = timing.next_time(max(due_at, start), player.zone, player.wishes)
    free = player.wishes.model_copy(update={"recent": ()})
    at = timing.next_time(decided_at, player.zone, free, policy.send_hour)
    if at >= until:
        return None
    would = player.next_at is not None and player.next_at <= decided_at + WINDOW
    return Played(standing.user_id, due_at, at, player.channel, held_out, would, would)


def _answered(
    player: Player, nudge: Played, response: Response, chance: Iterator[float]
) -> tuple[bool, datetime | None]:
    """Whether the learner comes back within the window, and when they learn next."""
    drawn = next(chance)
    if nudge.held_out:
        return nudge.would_have, player.next_at
    if nudge.would_have and drawn < response.loses:
        return False, _later(nudge.at + WINDOW, player.rate, chance)
    if not nudge.would_have and drawn < response.wins:
        return True, nudge.at + WINDOW * next(chance) / 2
    return nudge.would_have, player.next_at


def _after_learning(at: datetime, rate: float, leaves: float, chance: Iterator[float]) -> datetime | None:
    return None if next(chance) < leaves else _later(at, rate, chance)


def _later(at: datetime, rate: float, chance: Iterator[float]) -> datetime | None:
    """After an exponential time; None where that is beyond any horizon."""
    days = -math.log(next(chance)) / rate
    return at + timedelta(days=days) if days < 10_000 else None


def chance_of(seed: int, name: str) -> Iterator[float]:
    """What is drawn for one learner in the simulation of this seed, whoever else takes part."""
    return draws(f"simulation {seed} {name}")
