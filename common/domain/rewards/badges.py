"""Which badges a learner has earned, and how far they are from the next."""

from dataclasses import asdict

from common.domain.progress.models import Standing
from common.domain.progress.standings import streak_of
from common.domain.rewards.bodies import Badge, PointRuleView, Rewards, StreakView
from common.domain.rewards.rules import BADGES, LEVELS, POINTS, level_at
from common.ports import Caller, Clock, StoreReader


def reached(standing: Standing) -> dict[str, int]:
    """Every measure that a badge may count."""
    longest = streak_of(standing, standing.last_active_at).longest if standing.last_active_at else 0
    return {
        **{kind: standing.counts.get(kind, 0) for kind in POINTS},
        "perfect_quizzes": standing.perfect_quizzes,
        "longest_streak": longest,
        "active_days": standing.active_days.bit_count(),
        "total_points": standing.total_points,
    }


def earned(standing: Standing) -> tuple[str, ...]:
    """The badges of a standing, in the order in which they are declared; one that was awarded stays."""
    measures = reached(standing)
    return tuple(one.badge_id for one in BADGES if one.badge_id in standing.badges or measures[one.measure] >= one.goal)


def rewards(caller: Caller, store: StoreReader, clock: Clock) -> Rewards:
    """The rules of points, levels and badges, and how far the caller is. Costs a read."""
    standing = store.get(Standing, caller.user_id) or Standing(user_id=caller.user_id, zones=())
    measures, points = reached(standing), standing.total_points
    level = level_at(points)
    return Rewards(
        total_points=points,
        level=level,
        next_level_points=LEVELS[level] if level < len(LEVELS) else None,
        streak=StreakView.model_validate(asdict(streak_of(standing, clock.now()))),
        badges=tuple(
            Badge(
                badge_id=one.badge_id,
                title=one.title,
                description=one.description,
                goal=one.goal,
                reached=min(measures[one.measure], one.goal),
                is_earned=one.badge_id in standing.badges,
            )
            for one in BADGES
        ),
        points=tuple(
            PointRuleView(
                kind=kind,
                points=rule.points,
                for_score=rule.for_score,
                per_ten_minutes=rule.per_ten_minutes,
                daily_cap=rule.daily_cap,
            )
            for kind, rule in POINTS.items()
        ),
    )
