"""What happened on each day: counted by ranges of time, so that a day costs what happened on it and no more.

A day stays open until it is over for everybody who lives on it, and what they did has arrived: until then each count
writes it anew. What is counted follows from the stored documents and the date alone, so a count that is repeated, or
that comes days late, or runs twice at once, ends in the same numbers.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from common.domain.accounts.models import Account
from common.domain.assessment.models import Submission
from common.domain.courses.models import Enrollment
from common.domain.engagement.models import Nudge
from common.domain.progress.models import Activity, LearningSession
from common.domain.reporting.models import ADMIN, AdminSnapshot, DayOfUse
from common.domain.reporting.numbers import AiUse, DayNumbers, NudgeCounts, PurposeUse
from common.domain.rewards.models import EVERYBODY, LearnerWeek
from common.domain.rewards.weeks import week_of
from common.domain.tutoring.ledger import AiCall
from common.domain.tutoring.models import ChatMessage, ChatSession
from common.ports import Aggregate, Query, Span, Store, StoreReader
from common.ports.store import Scalar

DAYS_SHOWN = 31
"""Of the dashboard; what a schedule has missed is counted so far back."""
SETTLES_AFTER = timedelta(hours=13)
"""From the end of a day (UTC): it has ended everywhere west of Greenwich, and an hour is left for what is under way."""
PURPOSES = ("chat", "embed", "quiz", "nudge")

FIRST_USER = Query(Account, order=("created_at",))
NEW_USERS = Aggregate(Account, within="created_at")
ACTIVE_LEARNERS = Aggregate(LearnerWeek, equal=("board", "week"), contains="days")
SESSIONS = Aggregate(ChatSession, within="started_at")
LEARNING_SESSIONS = Aggregate(LearningSession, within="started_at")
MESSAGES = Aggregate(ChatMessage, within="at")
ACTIVITIES = Aggregate(Activity, within="at")
SUBMISSIONS = Aggregate(Submission, within="submitted_at")
ENROLLMENTS = Aggregate(Enrollment, within="enrolled_at")
SENT = Aggregate(Nudge, within="sent_at")
OPENED = Aggregate(Nudge, within="opened_at")
ACTED = Aggregate(Nudge, within="acted_at")
CAME_BACK = Aggregate(Nudge, equal=("reached",), within="came_back_at")
AI_CALLS = Aggregate(AiCall, equal=("served_by",), within="at", sums=("cost_micros", "input_tokens", "output_tokens"))
AI_PURPOSES = Aggregate(AiCall, equal=("purpose",), within="at", sums=("cost_micros",))


def open_since(until: datetime) -> date:
    """The first day that is not counted for good by a count at `until`."""
    return (until - SETTLES_AFTER).astimezone(UTC).date()


def first_to_count(until: datetime, store: StoreReader) -> date:
    """The first day that a count at `until` begins with: the last count's first open one, DAYS_SHOWN back at most.

    For the first count, the day on which the first account was made. Costs a read, and for the first count another.
    """
    today = until.astimezone(UTC).date()
    kept = store.get(AdminSnapshot, ADMIN)
    if kept is not None:
        begins = date.fromisoformat(kept.open_since)
    else:
        first = store.query(FIRST_USER, limit=1)
        begins = min(first[0].created_at.date(), today) if first else today
    return max(today - timedelta(days=DAYS_SHOWN - 1), begins)


def count(day: date, store: Store) -> None:
    """Write down what happened on a day, and how many messages there were until its end.

    Costs three reads and a write, and a read for each thousand of what is counted, one at least of each of the 19
    numbers: with 100,000 learners of whom 20,000 learn on a day (30 activities, 10 messages, 5 AI calls each) 1,070
    reads. Where the day before was never counted, what there was until then is counted once.
    """
    kept, before = store.get(DayOfUse, day.isoformat()), store.get(DayOfUse, (day - timedelta(days=1)).isoformat())
    numbers = _numbers(day, store)
    earlier = before.total_messages if before else store.aggregate(MESSAGES, during=Span(end=start_of(day))).count
    counted = DayOfUse(date=day.isoformat(), numbers=numbers, total_messages=earlier + numbers.messages)
    if counted != kept:
        store.put(counted)


def start_of(day: date) -> datetime:
    """The instant at which a day begins (UTC)."""
    return datetime.combine(day, time(), UTC)


def _numbers(day: date, store: StoreReader) -> DayNumbers:
    during = Span(start_of(day), start_of(day + timedelta(days=1)))
    week: dict[str, Scalar] = {"board": EVERYBODY, "week": week_of(day), "days": day.isoweekday()}
    return DayNumbers(
        date=day,
        new_users=store.aggregate(NEW_USERS, during=during).count,
        active_learners=store.aggregate(ACTIVE_LEARNERS, week).count,
        sessions=store.aggregate(SESSIONS, during=during).count,
        learning_sessions=store.aggregate(LEARNING_SESSIONS, during=during).count,
        messages=store.aggregate(MESSAGES, during=during).count,
        activities=store.aggregate(ACTIVITIES, during=during).count,
        submissions=store.aggregate(SUBMISSIONS, during=during).count,
        enrollments=store.aggregate(ENROLLMENTS, during=during).count,
        nudges=NudgeCounts(
            sent=store.aggregate(SENT, during=during).count,
            opened=store.aggregate(OPENED, during=during).count,
            acted=store.aggregate(ACTED, during=during).count,
            came_back=store.aggregate(CAME_BACK, {"reached": True}, during=during).count,
        ),
        ai=sum(_ai(during, store), AiUse()),
        ai_purposes=tuple(_purposes(during, store)),
    )


def _ai(during: Span, store: StoreReader) -> Iterator[AiUse]:
    for served_by, field in (("model", None), ("cache", "from_cache"), ("offline", "offline")):
        found = store.aggregate(AI_CALLS, {"served_by": served_by}, during=during)
        sums = {name: int(found.sums[name]) for name in AI_CALLS.sums}
        yield AiUse.model_validate({"calls": found.count, **sums} | ({field: found.count} if field else {}))


def _purposes(during: Span, store: StoreReader) -> Iterator[PurposeUse]:
    for purpose in PURPOSES:
        found = store.aggregate(AI_PURPOSES, {"purpose": purpose}, during=during)
        if found.count:
            yield PurposeUse(purpose=purpose, calls=found.count, cost_micros=int(found.sums["cost_micros"]))
