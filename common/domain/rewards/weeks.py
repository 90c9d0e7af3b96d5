"""A learner's weeks: what they did on a board, and the points that follow."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from common.domain.progress.messages import ActivityHappened
from common.domain.rewards.models import DayOfPoints, LearnerWeek, learner_week_id
from common.domain.rewards.rules import POINTS
from common.ports import Store

KEPT = timedelta(days=400)


def week_of(day: date) -> str:
    """The ISO week of a day, such as 2026-W10."""
    iso = day.isocalendar()
    return f"{iso.year}-W{iso.week:02d}"


def monday_of(week: str) -> date:
    """The first day of an ISO week; ValueError where there is no such week."""
    return datetime.strptime(f"{week}-1", "%G-W%V-%u").replace(tzinfo=UTC).date()


def learner_week(board: str, day: date, user_id: str, store: Store) -> LearnerWeek:
    """The learner's week on a board, new where nothing is known of it yet. Costs a read."""
    week = week_of(day)
    found = store.get(LearnerWeek, learner_week_id(board, week, user_id))
    if found is not None:
        return found
    ends = datetime.combine(monday_of(week) + KEPT, datetime.min.time(), UTC)
    return LearnerWeek(
        learner_week_id=learner_week_id(board, week, user_id),
        board=board,
        week=week,
        user_id=user_id,
        is_listed=True,
        expires_at=ends,
    )


def with_activity(known: LearnerWeek, happened: ActivityHappened, day: date) -> LearnerWeek:
    """The week when an activity of the local day `day` is known too."""
    tallies = {(one.day, one.kind): one for one in known.tallies}
    key = (day.isoweekday(), happened.kind)
    before = tallies.get(key, DayOfPoints(day=key[0], kind=key[1], count=0, worth=0))
    worth = before.worth + POINTS[happened.kind].worth(happened)
    tallies[key] = before.model_copy(update={"count": before.count + 1, "worth": worth})
    kept = tuple(tallies[each] for each in sorted(tallies))
    graded = happened.topics if happened.kind == "quiz_submitted" else ()
    latest = happened.at if known.last_active_at is None else max(known.last_active_at, happened.at)
    return known.model_copy(
        update={
            "tallies": kept,
            "days": tuple(sorted({one.day for one in kept})),
            "kinds": tuple(sorted({one.kind for one in kept})),
            "points": points_of(kept),
            "seconds": known.seconds + happened.seconds,
            "correct": known.correct + sum(one.correct for one in graded),
            "of": known.of + sum(one.of for one in graded),
            "last_active_at": latest,
        }
    )


def points_of(tallies: Iterable[DayOfPoints]) -> int:
    """The points of a week: each day's of each kind, up to the cap."""
    caps = {str(kind): rule.daily_cap for kind, rule in POINTS.items()}
    return sum(min(one.worth, caps.get(one.kind, 0)) for one in tallies)
