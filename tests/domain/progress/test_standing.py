"""The profile shows what a learner reached, on the days of the place where they live."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from common.domain.accounts.models import Account
from common.domain.progress.local_days import number
from common.domain.progress.models import Standing
from common.ports.database import Database
from functions.profile.main import profile
from tests.domain.progress.classroom import Classroom, account

TOTALS = ("total_points", "current_streak", "longest_streak", "badges", "mastered_topics")


def me(classroom: Classroom, who: str = "ada") -> dict[str, Any]:
    shown: dict[str, Any] = classroom.call(profile, "GET", "/v1/me", who=who).get_json()
    return shown


def streaks(classroom: Classroom) -> tuple[int, int]:
    shown = me(classroom)
    return shown["current_streak"], shown["longest_streak"]


def live_in(classroom: Classroom, zone: str) -> None:
    answer = classroom.call(profile, "PATCH", "/v1/me", {"time_zone": zone})
    assert (answer.status_code, answer.get_json()["time_zone"]) == (200, zone)


def learn_at(classroom: Classroom, at: datetime) -> None:
    classroom.world.clock.time = at
    classroom.do(classroom.happened(subject=str(at)))


def test_who_did_nothing_has_reached_nothing(classroom: Classroom):
    assert [me(classroom)[name] for name in TOTALS] == [0, 0, 0, [], []]


def test_the_profile_shows_points_streaks_badges_and_mastered_topics(classroom: Classroom):
    answers = ({"topic": "loops", "correct": 8, "of": 8}, {"topic": "lists", "correct": 1, "of": 8})
    classroom.do(classroom.happened(kind="quiz_submitted", topics=answers, score=1.0))
    assert [me(classroom)[name] for name in TOTALS] == [30, 1, 1, ["first_quiz", "perfect_1"], ["loops"]]
    classroom.world.clock.advance(days=30)
    assert [me(classroom)[name] for name in TOTALS] == [30, 0, 1, ["first_quiz", "perfect_1"], []]


def test_a_streak_ends_when_a_day_is_over_where_the_learner_is(classroom: Classroom):
    live_in(classroom, "America/New_York")
    learn_at(classroom, datetime(2026, 3, 5, 4, 59, tzinfo=UTC))  # 23:59 on the fourth
    classroom.world.clock.time = datetime(2026, 3, 6, 4, 59, tzinfo=UTC)
    assert streaks(classroom) == (1, 1)
    classroom.world.clock.time = datetime(2026, 3, 6, 5, 0, tzinfo=UTC)
    assert streaks(classroom) == (0, 1)


def test_what_happened_yesterday_and_is_told_today_repairs_the_streak(classroom: Classroom):
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for days in (0, 1, 3):
        learn_at(classroom, start + timedelta(days=days))
    assert streaks(classroom) == (1, 2)
    classroom.do(classroom.happened(subject="late", at=start + timedelta(days=2)))
    assert streaks(classroom) == (4, 4)


def test_a_journey_over_the_date_line_breaks_no_streak(classroom: Classroom):
    live_in(classroom, "Pacific/Honolulu")
    learn_at(classroom, datetime(2026, 5, 3, 20, tzinfo=UTC))  # Sunday morning
    learn_at(classroom, datetime(2026, 5, 4, 20, tzinfo=UTC))  # Monday morning
    classroom.world.clock.time = datetime(2026, 5, 5, 6, tzinfo=UTC)  # Monday evening; Tuesday evening in Auckland
    live_in(classroom, "Pacific/Auckland")
    learn_at(classroom, datetime(2026, 5, 5, 20, tzinfo=UTC))  # Wednesday morning
    assert streaks(classroom) == (3, 3)
    stored = classroom.world.stored(Standing, "ada")
    assert stored is not None and [one.zone for one in stored.zones] == [None, "Pacific/Honolulu", "Pacific/Auckland"]


def test_what_is_told_late_counts_for_the_day_where_the_learner_was_then(classroom: Classroom):
    live_in(classroom, "Pacific/Honolulu")
    learn_at(classroom, datetime(2026, 5, 4, 20, tzinfo=UTC))
    late = classroom.happened(subject="late", at=datetime(2026, 5, 5, 5, tzinfo=UTC))  # the same Monday
    classroom.world.clock.time = datetime(2026, 5, 5, 6, tzinfo=UTC)
    live_in(classroom, "Pacific/Auckland")
    classroom.do(late)
    stored = classroom.world.stored(Standing, "ada")
    assert stored is not None and stored.active_days.bit_count() == 1


def test_the_first_activity_of_all_counts_where_it_happened_though_it_is_told_after_a_move(classroom: Classroom):
    live_in(classroom, "Pacific/Honolulu")
    first = classroom.happened(subject="first", at=datetime(2026, 5, 5, 5, tzinfo=UTC))  # Monday evening
    classroom.world.clock.time = datetime(2026, 5, 5, 6, tzinfo=UTC)
    live_in(classroom, "Pacific/Auckland")
    classroom.do(first)
    stored = classroom.world.stored(Standing, "ada")
    assert stored is not None and stored.active_days == 1 << number(date(2026, 5, 4))


def test_a_change_of_something_else_leaves_the_standing(classroom: Classroom):
    classroom.do(classroom.happened())
    before = classroom.world.stored(Standing, "ada")
    classroom.call(profile, "PATCH", "/v1/me", {"country": "DE", "time_zone": None})
    assert classroom.world.stored(Standing, "ada") == before


def test_a_first_activity_and_a_move_at_once_agree_on_the_zone(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    """The move comes when the activity has read the account, and before it commits."""
    done = classroom.happened()
    classroom.stage(done)
    commit = type(classroom.world.database).commit
    moved: list[bool] = []

    def moving(self: Database, writes: Any, **options: Any) -> Any:
        if not moved and any(write.model is Standing for write in writes):
            moved.append(True)
            live_in(classroom, "Asia/Tokyo")
        return commit(self, writes, **options)

    monkeypatch.setattr(type(classroom.world.database), "commit", moving)
    assert classroom.deliver(done) == 200
    stored, owner = classroom.world.stored(Standing, "ada"), classroom.world.stored(Account, "ada")
    assert stored is not None and owner is not None
    assert stored.zones[-1].zone == owner.time_zone == "Asia/Tokyo"


def test_another_s_totals_are_not_mine(classroom: Classroom):
    classroom.write(account("bob"))
    classroom.do(classroom.happened("bob", kind="post_created"))
    assert (me(classroom)["total_points"], me(classroom, "bob")["total_points"]) == (0, 5)
