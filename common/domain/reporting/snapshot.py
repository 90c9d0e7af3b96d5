"""The admins' snapshot: what there is in all, and the last days, in one document that every look reads."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from pydantic import TypeAdapter

from common.domain.accounts.models import Account
from common.domain.courses.models import Course, CoursePlaces
from common.domain.engagement.experiment_bodies import ExperimentReport
from common.domain.engagement.experiment_reports import experiment_reports
from common.domain.engagement.models import CourseRisk
from common.domain.reporting.days import DAYS_SHOWN, open_since
from common.domain.reporting.models import ADMIN, AdminSnapshot, DayOfUse
from common.domain.reporting.numbers import (
    CourseCount,
    DayNumbers,
    DeadLetters,
    QueueHealth,
    RecentUser,
    RiskCounts,
    UsersByRole,
)
from common.domain.tutoring.models import ChatSession
from common.ports import Aggregate, Query, Span, Store, StoreReader
from common.ports.queue import DUE, MessageRecord
from common.ports.store import Scalar

MOST_COURSES, MOST_NEWEST, MOST_DEAD = 20, 10, 50
LATE = timedelta(minutes=1)
"""After its time a message counts as overdue."""
REPORTS = TypeAdapter(tuple[ExperimentReport, ...])

COURSES = Aggregate(Course)
COURSES_BY_STATUS = Aggregate(Course, equal=("status",))
USERS = Aggregate(Account, equal=("role",))
USERS_BY_ACTIVITY = Aggregate(Account, equal=("active",))
ACTIVE_SESSIONS = Aggregate(ChatSession, within="last_active_at")
RISKS = Aggregate(CourseRisk, equal=("band",))
PLACES = Aggregate(CoursePlaces, sums=("taken",))
PAID_PLACES = Aggregate(CoursePlaces, sums=("paid",))
"""Apart from PLACES, so that each is answered from its field's own index."""
MESSAGES_BY_STATUS = Aggregate(MessageRecord, equal=("status",))
DEAD = Query(MessageRecord, equal=("status",), order=("due_at",))
LARGEST = Query(CoursePlaces, order=("-taken",))
NEWEST = Query(Account, equal=("active",), order=("-created_at",))


def take(until: datetime, store: Store) -> None:
    """Write the snapshot of a count, unless a later one is there; persons are as they were, see show_newest.

    Costs a write, a read for each day that is not counted for good, at most 40 for the largest courses and 50 for dead
    letters, and a read for each thousand of what is counted in all: with 100,000 learners in three courses each, 20,000
    of whom learn on a day, 463 in all.
    """
    kept = store.get(AdminSnapshot, ADMIN)
    if kept is not None and kept.as_of >= until:
        return
    days = _days(until, kept, store)
    last = store.get(DayOfUse, until.astimezone(UTC).date().isoformat())
    by_role = {role: store.aggregate(USERS, {"role": role}).count for role in UsersByRole.model_fields}
    store.put(
        AdminSnapshot(
            as_of=until,
            open_since=open_since(until).isoformat(),
            total_courses=store.aggregate(COURSES).count,
            published_courses=store.aggregate(COURSES_BY_STATUS, {"status": "published"}).count,
            users=UsersByRole.model_validate(by_role),
            inactive_users=store.aggregate(USERS_BY_ACTIVITY, {"active": False}).count,
            active_sessions_24h=store.aggregate(ACTIVE_SESSIONS, during=Span(until - timedelta(hours=24))).count,
            total_messages=last.total_messages if last else 0,
            enrollments=int(store.aggregate(PLACES).sums["taken"]),
            paid_enrollments=int(store.aggregate(PAID_PLACES).sums["paid"]),
            courses=largest(store),
            recent_users=kept.recent_users if kept else (),
            recent_user_ids=kept.recent_user_ids if kept else (),
            days=days,
            risks=risks(store),
            experiments=REPORTS.dump_json(experiment_reports(store, until)).decode(),
            queues=_queues(until, store),
        )
    )


def show_newest(store: Store) -> None:
    """Show the newest active accounts in the snapshot. Costs 11 reads, a write, and a check of each account.

    The batch rests on every account as it was read: whoever is being erased meanwhile is not written down again. It
    is a step of its own, so that what is done again when one of them logs in just then is little.
    """
    kept = store.get(AdminSnapshot, ADMIN)
    if kept is None:
        return
    accounts = store.query(NEWEST, {"active": True}, limit=MOST_NEWEST)
    shown = tuple(
        RecentUser(user_id=one.user_id, display_name=one.display_name, role=one.role, created_at=one.created_at)
        for one in accounts
    )
    if shown != kept.recent_users:
        for account in accounts:
            store.verify(account)
        ids = tuple(one.user_id for one in shown)
        store.put(kept.model_copy(update={"recent_users": shown, "recent_user_ids": ids}))


def largest(store: StoreReader) -> tuple[CourseCount, ...]:
    """The courses with the most learners. Costs two reads each."""
    places = store.query(LARGEST, limit=MOST_COURSES)
    return counted(places, store)


def risks(store: StoreReader) -> RiskCounts:
    """Risks of failing by band, of all courses."""
    return RiskCounts.model_validate(
        {band: store.aggregate(RISKS, {"band": band}).count for band in RiskCounts.model_fields}
    )


def counted(places: list[CoursePlaces], store: StoreReader) -> tuple[CourseCount, ...]:
    """Courses by their places, with their titles; one that is gone meanwhile is left out. Costs a read each."""
    found = {one.course_id: one for one in store.get_many(Course, [place.course_id for place in places])}
    return tuple(
        CourseCount(
            course_id=place.course_id,
            title=found[place.course_id].title,
            status=found[place.course_id].status,
            enrolled=place.taken,
            paid=place.paid,
        )
        for place in places
        if place.course_id in found
    )


def _days(until: datetime, kept: AdminSnapshot | None, store: StoreReader) -> tuple[DayNumbers, ...]:
    """The last days: those that the snapshot holds for good, and the others as they were counted just now."""
    today = until.astimezone(UTC).date()
    oldest = today - timedelta(days=DAYS_SHOWN - 1)
    since = max(oldest, date.fromisoformat(kept.open_since)) if kept else oldest
    known = [one for one in kept.days if oldest <= one.date < since] if kept else []
    anew = [(since + timedelta(days=count)).isoformat() for count in range((today - since).days + 1)]
    days = [*known, *(one.numbers for one in store.get_many(DayOfUse, anew))]
    began = next((at for at, one in enumerate(days) if one != DayNumbers(date=one.date)), len(days) - 1)
    return tuple(days[began:])


def _queues(until: datetime, store: StoreReader) -> QueueHealth:
    late: dict[str, Scalar] = {"status": "PENDING", "due_at": until - LATE}
    oldest = store.query(DUE, late, limit=1)
    dead = store.aggregate(MESSAGES_BY_STATUS, {"status": "DEAD"}).count
    looked_at = store.query(DEAD, {"status": "DEAD"}, limit=MOST_DEAD) if dead else []
    kinds = Counter(one.kind for one in looked_at)
    return QueueHealth(
        overdue=store.count(DUE, late) if oldest else 0,
        oldest_due_at=oldest[0].due_at if oldest else None,
        dead=dead,
        dead_kinds=tuple(DeadLetters(kind=kind, count=count) for kind, count in kinds.most_common()),
    )
