"""A learner's standing: found, begun, moved to another zone, and shown in the profile."""

from datetime import date, datetime

from common.domain.accounts.bodies import Totals
from common.domain.accounts.models import Account
from common.domain.progress.local_days import began, date_at, moved, number
from common.domain.progress.messages import ActivityHappened
from common.domain.progress.models import MasteredTopic, Standing
from common.domain.progress.streak import Streak, streak
from common.ports import Store, StoreReader


def standing_of(user_id: str, store: Store) -> Standing | None:
    """Where the learner stands; a beginner's where nothing is stored, None where there is no such account.

    Costs a read, and another one of the account for the first time: whether the zone is still theirs is then verified.
    """
    found = store.get(Standing, user_id)
    if found is not None:
        return found
    account = store.get(Account, user_id)
    if account is None:
        return None
    store.verify(account)
    return Standing(user_id=user_id, zones=began(account.created_at, account.time_zone))


def today_of(user_id: str, store: StoreReader, now: datetime) -> date:
    """The date where the learner is. Costs a read, and another one where nothing is known of them."""
    standing = store.get(Standing, user_id)
    if standing is not None:
        return date_at(now, standing.zones)
    account = store.get(Account, user_id)
    return date_at(now, began(now, account.time_zone if account else None))


def with_activity(
    standing: Standing, happened: ActivityHappened, mastered: tuple[MasteredTopic, ...] | None
) -> Standing:
    """The standing when an activity is known too: nothing in it tells which of two became known first."""
    day = number(date_at(happened.at, standing.zones))
    days = standing.active_days | (1 << day if day >= 0 else 0)
    counts = standing.counts | {happened.kind: standing.counts.get(happened.kind, 0) + 1}
    is_perfect = happened.kind == "quiz_submitted" and happened.score == 1
    latest = happened.at if standing.last_active_at is None else max(standing.last_active_at, happened.at)
    return standing.model_copy(
        update={
            "days": f"{days:x}",
            "counts": dict(sorted(counts.items())),
            "seconds": standing.seconds + happened.seconds,
            "perfect_quizzes": standing.perfect_quizzes + is_perfect,
            "last_active_at": latest,
            "mastered": standing.mastered if mastered is None else mastered,
        }
    )


def streak_of(standing: Standing, now: datetime) -> Streak:
    """The learner's streak, on the day that it is where they are."""
    return streak(standing.active_days, standing.excused_days, number(date_at(now, standing.zones)))


def move(user_id: str, before: str | None, zone: str | None, store: Store, now: datetime) -> None:
    """The learner lives in another zone from now on. Costs a read and a write.

    Where they have done nothing yet their standing begins here: what they did before the move may be told after it.
    """
    standing = store.get(Standing, user_id) or Standing(user_id=user_id, zones=began(now, before))
    zones, excused = moved(standing.zones, now, zone)
    excused |= standing.excused_days
    store.put(standing.model_copy(update={"zones": zones, "excused": f"{excused:x}"}))


def totals_of(user_id: str, store: StoreReader, now: datetime) -> Totals:
    """What the profile shows of what the learner did. Costs a read."""
    standing = store.get(Standing, user_id)
    if standing is None:
        return Totals()
    held = streak_of(standing, now)
    return Totals(
        total_points=standing.total_points,
        current_streak=held.current,
        longest_streak=held.longest,
        badges=standing.badges,
        mastered_topics=tuple(sorted(one.topic for one in standing.mastered if one.until > now)),
    )
