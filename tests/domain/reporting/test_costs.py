"""What counting and looking bills: the same for one learner and for a hundred thousand, but for a read a thousand."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from common.domain.accounts.models import Account
from common.domain.assessment.models import Submission
from common.domain.courses.models import Enrollment
from common.domain.engagement.models import CourseRisk
from common.domain.progress.models import Activity
from common.domain.reporting import days, snapshot
from common.domain.reporting.models import AdminSnapshot, DayOfUse
from common.domain.reporting.numbers import DayNumbers, QueueHealth, UsersByRole
from common.domain.rewards.models import LearnerWeek
from common.domain.tutoring.ledger import AiCall
from common.domain.tutoring.models import ChatMessage, ChatSession
from common.ports import Aggregate, Document
from common.ports.database import Database
from common.ports.store import Aggregated, Scalar, Span
from common.triggers.unit_of_work import Billed, UnitOfWork
from tests.domain.reporting.school import School

LEARNERS, ON_A_DAY = 100_000, 20_000
A_DAY: Mapping[type[Document], int] = {
    LearnerWeek: ON_A_DAY,
    Activity: 30 * ON_A_DAY,
    ChatMessage: 10 * ON_A_DAY,
    ChatSession: ON_A_DAY,
    Submission: ON_A_DAY,
    AiCall: 5 * ON_A_DAY,
}
"""Documents of one day of a hundred thousand learners."""
IN_ALL: Mapping[type[Document], int] = {Account: LEARNERS, Enrollment: 3 * LEARNERS, CourseRisk: 3 * LEARNERS}
SHARES: Mapping[Scalar, float] = {
    "teacher": 0.01, "admin": 0.0001, False: 0.01, "too_early": 0.2, "low": 0.6, "raised": 0.15, "high": 0.05,
    "model": 0.7, "cache": 0.2, "offline": 0.1, "chat": 0.6, "embed": 0.3, "quiz": 0.1, "nudge": 0.01,
}  # fmt: skip
"""Of what a filter on such a value finds."""


class Crowd:
    """A database that holds nothing, and counts as if a hundred thousand learned in it."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def aggregate(self, aggregate: Aggregate[Any], where: Mapping[str, Scalar], during: Span) -> Aggregated:
        found = self._inner.aggregate(aggregate, where, during)
        number = IN_ALL.get(aggregate.model, 0) if aggregate.within is None else 0
        number = number or A_DAY.get(aggregate.model, 0)
        for value in where.values():
            number = round(number * SHARES.get(value, 1)) if number else 0
        return Aggregated(number or found.count, found.sums)


@pytest.fixture
def crowd(school: School) -> UnitOfWork:
    return UnitOfWork(Crowd(school.world.database), Billed())


def test_a_day_of_a_hundred_thousand_learners_is_counted_in_about_a_thousand_reads(
    crowd: UnitOfWork, school: School
) -> None:
    day = school.world.clock.now().date()
    school.write(
        DayOfUse(
            date=(day - timedelta(days=1)).isoformat(), numbers=DayNumbers(date=day), total_messages=10**9
        )
    )  # fmt: skip
    days.count(day, crowd)
    assert crowd.billed.reads == 1070
    crowd.commit(school.world.patience())
    assert crowd.billed.writes == 1


def test_the_snapshot_of_a_hundred_thousand_learners_bills_a_read_for_each_thousand(
    crowd: UnitOfWork, school: School
) -> None:
    snapshot.take(school.world.clock.now(), crowd)
    assert crowd.billed.reads == 463
    crowd.commit(school.world.patience())
    assert crowd.billed.writes == 1


def test_a_count_where_nothing_happens_bills_little(school: School) -> None:
    school.count()
    unit = UnitOfWork(school.world.database, Billed())
    days.count(school.world.clock.now().date(), unit)
    days.count(school.world.clock.now().date() - timedelta(days=1), unit)
    school.days_pass(0.02)
    snapshot.take(school.world.clock.now(), unit)
    assert unit.billed.reads <= 80


def kept(school: School, courses: int) -> AdminSnapshot:
    """A snapshot as large as one becomes."""
    now = school.world.clock.now()
    return AdminSnapshot(
        as_of=now, open_since=now.date().isoformat(), total_courses=courses, published_courses=courses,
        users=UsersByRole(learner=LEARNERS), inactive_users=0, active_sessions_24h=0, total_messages=10**9,
        enrollments=0, paid_enrollments=0, courses=(), queues=QueueHealth(),
        days=tuple(DayNumbers(date=date(2026, 1, 1) + timedelta(days=at), messages=at) for at in range(31)),
    )  # fmt: skip


def test_an_admin_reads_one_document_at_any_scale(school: School) -> None:
    school.write(kept(school, 10_000))
    reply = school.call("root", "GET", "/v1/dashboard/admin")
    assert (reply.status, reply.cost) == (200, (1, 0, 0))
    assert reply.json["total_users"] == LEARNERS and len(reply.json["days"]) == 31


def test_a_learners_dashboard_is_bounded(school: School) -> None:
    ada = school.join("ada")
    course_id = school.open_course(lessons=3)
    school.done(ada, "POST", f"/v1/courses/{course_id}/enrollments")
    costs = []
    for _ in range(15):
        school.take_quiz(ada)
        school.talk(ada)
        school.done(ada, "POST", "/v1/lessons/m1t0/completions", {"course_id": course_id})
        school.learn(ada)
        school.work()
        school.days_pass(1)
        costs.append(school.call(ada, "GET", "/v1/dashboard").cost)
    assert max(costs) == costs[-1] == (20, 0, 0)


def test_a_courses_dashboard_is_counted_once_in_a_quarter_of_an_hour(school: School) -> None:
    course_id = school.open_course(lessons=2)
    path = f"/v1/dashboard/courses/{course_id}"
    first, second = school.call("toni", "GET", path), school.call("toni", "GET", path)
    assert first.cost == (15, 1, 0)
    assert second.cost == (4, 0, 0)
    assert first.json == second.json
    for at in range(40):
        school.risk(f"learner-{at}", course_id, 0.5 + at / 100)
    assert school.call("toni", "GET", path).cost == (43, 0, 0)
