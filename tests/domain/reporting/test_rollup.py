"""What the schedule counts agrees with a full recount, whenever it runs, however often, and wherever it dies."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from common.domain.accounts.models import Account
from common.domain.assessment.models import Submission
from common.domain.courses.models import Course, CoursePlaces, Enrollment
from common.domain.engagement.models import CourseRisk, Nudge
from common.domain.progress.local_days import number
from common.domain.progress.models import Activity, LearningSession, Standing
from common.domain.reporting import snapshot as taking
from common.domain.reporting.messages import CountPage
from common.domain.reporting.models import ADMIN, AdminSnapshot, DayOfUse
from common.domain.reporting.numbers import DayNumbers
from common.domain.tutoring.ledger import AiCall
from common.domain.tutoring.models import ChatMessage, ChatSession
from common.ports import Document, Query
from common.triggers.unit_of_work import UnitOfWork
from functions.stats_page.main import stats_page
from tests.domain.reporting.school import School
from tests.triggers.world import deliver

ALL: dict[type[Document], Query[Any]] = {
    model: Query(model)
    for model in (
        Account, Submission, Course, CoursePlaces, Enrollment, Activity, LearningSession, Standing, AiCall, ChatMessage,
        ChatSession, DayOfUse, Nudge, CourseRisk,
    )
}  # fmt: skip


def snapshot(school: School) -> AdminSnapshot:
    found = school.world.stored(AdminSnapshot, ADMIN)
    assert found is not None
    return found


def recounted(school: School, day: date) -> DayNumbers:
    """The numbers of a day, by reading every document there is."""

    def on(model: type[Document], field: str) -> int:
        return sum(getattr(one, field).astimezone(UTC).date() == day for one in school.all(ALL[model]))

    calls = [one for one in school.all(ALL[AiCall]) if one.at.date() == day]
    nudges = school.all(ALL[Nudge])
    purposes = Counter(one.purpose for one in calls)
    return DayNumbers.model_validate(
        {
            "date": day,
            "new_users": on(Account, "created_at"),
            "active_learners": sum(bool(one.active_days >> number(day) & 1) for one in school.all(ALL[Standing])),
            "sessions": on(ChatSession, "started_at"),
            "learning_sessions": on(LearningSession, "started_at"),
            "messages": on(ChatMessage, "at"),
            "activities": on(Activity, "at"),
            "submissions": on(Submission, "submitted_at"),
            "enrollments": on(Enrollment, "enrolled_at"),
            "nudges": {
                "sent": sum(one.sent_at is not None and one.sent_at.date() == day for one in nudges),
                "opened": sum(one.opened_at is not None and one.opened_at.date() == day for one in nudges),
                "acted": sum(one.acted_at is not None and one.acted_at.date() == day for one in nudges),
                "came_back": sum(
                    one.reached and one.came_back_at is not None and one.came_back_at.date() == day for one in nudges
                ),
            },
            "ai": {
                "calls": len(calls),
                "from_cache": sum(one.served_by == "cache" for one in calls),
                "offline": sum(one.served_by == "offline" for one in calls),
                "input_tokens": sum(one.input_tokens for one in calls),
                "output_tokens": sum(one.output_tokens for one in calls),
                "cost_micros": sum(one.cost_micros for one in calls),
            },
            "ai_purposes": [
                {
                    "purpose": purpose,
                    "calls": purposes[purpose],
                    "cost_micros": sum(one.cost_micros for one in calls if one.purpose == purpose),
                }
                for purpose in ("chat", "embed", "quiz", "nudge")
                if purposes[purpose]
            ],
        }
    )


def agrees_with_a_recount(school: School) -> None:
    kept = snapshot(school)
    for shown in kept.days:
        assert shown == recounted(school, shown.date)
    first = kept.days[0].date
    assert [one.date for one in kept.days] == [first + timedelta(days=at) for at in range(len(kept.days))]
    assert kept.days[-1].date == kept.as_of.date()
    accounts = school.all(ALL[Account])
    assert kept.users.model_dump() == {
        role: sum(one.role == role for one in accounts) for role in ("learner", "teacher", "admin")
    }
    assert kept.inactive_users == sum(not one.active for one in accounts)
    assert kept.total_messages == len(school.all(ALL[ChatMessage]))
    since = kept.as_of - timedelta(hours=24)
    assert kept.active_sessions_24h == sum(one.last_active_at >= since for one in school.all(ALL[ChatSession]))
    places = school.all(ALL[Enrollment])
    assert kept.enrollments == len(places)
    assert kept.paid_enrollments == sum(one.payment == "paid" for one in places)
    assert kept.total_courses == len(school.all(ALL[Course]))
    taken = Counter(one.course_id for one in places)
    assert {one.course_id: one.enrolled for one in kept.courses} == {
        one.course_id: taken[one.course_id] for one in school.all(ALL[Course])
    }
    bands = Counter(one.band for one in school.all(ALL[CourseRisk]))
    assert kept.risks.model_dump() == {band: bands[band] for band in ("too_early", "low", "raised", "high")}
    newest = sorted((one for one in accounts if one.active), key=lambda one: (one.created_at, one.user_id))[::-1][:10]
    assert list(kept.recent_user_ids) == [one.user_id for one in newest]
    assert [one.display_name for one in kept.recent_users] == [one.display_name for one in newest]


def a_day(school: School, at: int, *learners: str) -> None:
    """What some learners do on one day; a different amount on each."""
    for who in learners[: at % 3 + 1]:
        school.talk(who)
        school.take_quiz(who, right=at % 4)
    school.learn(learners[0])
    if at % 2:
        school.lectern.model.model = "hand-1"
        school.talk(learners[-1], "Can you explain pedals to me?")
        school.lectern.model.model = None


@pytest.fixture
def busy(school: School) -> School:
    """Six days of a school, of which nothing is counted yet."""
    learners = [school.join(name) for name in ("ada", "bob", "cyd")]
    course_id = school.open_course()
    school.open_course("Geometry")
    for at in range(6):
        if at < 3:
            school.done(learners[at], "POST", f"/v1/courses/{course_id}/enrollments")
        a_day(school, at, *learners)
        now = school.world.clock.now()
        school.nudge(learners[at % 3], now, opened_at=now + timedelta(hours=2), acted_at=now if at % 2 else None)
        school.nudge(learners[at % 2], now - timedelta(days=1), came_back_at=now)
        school.days_pass(1)
    school.nudge("dan", now, status="held_out", reached=False, sent_at=None, came_back_at=now)
    for who, score in zip(learners, (0.1, 0.3, 0.8), strict=True):
        school.risk(who, course_id, score)
    school.join("dan")
    return school


def test_the_first_count_agrees_with_a_full_recount(busy: School) -> None:
    busy.count()
    agrees_with_a_recount(busy)
    assert sum(one.messages for one in snapshot(busy).days) > 20
    assert snapshot(busy).users.total == 4


def test_a_count_after_each_half_hour_agrees_too_and_days_that_are_over_stand(busy: School) -> None:
    busy.count()
    before = {one.date: one for one in busy.all(ALL[DayOfUse])}
    learner = busy.join("eve")
    for at in range(4):
        busy.days_pass(0.4)
        a_day(busy, at, learner, "ada")
        busy.count()
        agrees_with_a_recount(busy)
    after = {one.date: one for one in busy.all(ALL[DayOfUse])}
    settled = [day for day in before if day < snapshot(busy).open_since and day != max(before)]
    assert settled and all(after[day] == before[day] for day in settled)


@pytest.mark.parametrize("missed", [1, 3])
def test_missed_days_are_caught_up(busy: School, missed: int) -> None:
    busy.count()
    for at in range(missed + 1):
        a_day(busy, at, "ada", "bob")
        busy.days_pass(1)
    busy.count()
    agrees_with_a_recount(busy)


def test_after_more_missed_days_than_are_shown_the_sum_is_still_whole(busy: School) -> None:
    busy.count()
    a_day(busy, 2, "ada", "bob", "cyd")
    busy.days_pass(40)
    a_day(busy, 1, "ada", "bob")
    busy.count()
    agrees_with_a_recount(busy)
    assert len(snapshot(busy).days) == 1  # nobody did anything for a month


def test_killed_after_any_step_and_delivered_again_it_ends_in_the_same_numbers(busy: School) -> None:
    busy.work()
    at = busy.fire()
    steps = 0
    while pending := busy.due("CountPage"):
        for message in pending:
            for _ in range(3):  # the answer was lost twice
                assert deliver(stats_page, message.message_id) == 200
            steps += 1
        assert busy.fire(at) == at  # and so did the schedule's
    assert steps >= 8
    agrees_with_a_recount(busy)


def test_two_counts_at_once_end_in_the_same_numbers(busy: School) -> None:
    busy.work()
    first = busy.fire()
    busy.world.clock.advance(minutes=30)
    second = busy.fire()
    while pending := busy.due("CountPage"):
        for message in reversed(pending):  # the later count overtakes the earlier one
            assert deliver(stats_page, message.message_id) == 200
    assert snapshot(busy).as_of == second > first
    agrees_with_a_recount(busy)


def test_an_earlier_count_that_ends_later_does_not_turn_the_clock_back(busy: School) -> None:
    early = CountPage(until=busy.world.clock.now(), part="snapshot")
    busy.days_pass(1)
    busy.count()
    later = snapshot(busy)
    unit = UnitOfWork(busy.world.database)
    taking.take(early.until, unit)
    assert unit.commit(busy.world.patience()) is None
    assert snapshot(busy) == later


def test_learners_count_on_the_day_where_they_live(school: School) -> None:
    """At 23 h UTC on Monday it is Tuesday in Auckland, and Monday in Honolulu until Tuesday 10 h UTC."""
    for name, zone in (("aki", "Pacific/Auckland"), ("hana", "Pacific/Honolulu")):
        school.write(
            Account(
                user_id=name, username=name, email=f"{name}@example.org", login_keys=(name,), password_hash="-",
                display_name=name, time_zone=zone, created_at=school.world.clock.now(),
                updated_at=school.world.clock.now(),
            )
        )  # fmt: skip
    school.world.clock.time = datetime(2026, 3, 2, 23, tzinfo=UTC)
    school.take_quiz("aki")
    school.world.clock.time = datetime(2026, 3, 3, 9, tzinfo=UTC)
    school.take_quiz("hana")
    school.count()
    by_day = {one.date.isoformat(): one.active_learners for one in snapshot(school).days}
    assert by_day == {"2026-03-02": 1, "2026-03-03": 1}
    agrees_with_a_recount(school)


def test_a_deployment_where_nothing_happened_counts_nothing(school: School) -> None:
    school.count()
    kept = snapshot(school)
    assert (kept.users.total, kept.total_messages, kept.days[-1]) == (0, 0, DayNumbers(date=kept.as_of.date()))
    agrees_with_a_recount(school)
