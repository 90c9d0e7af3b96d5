"""A week is counted once, and what is kept of it names no small group; it costs by values, not by learners."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from common.domain.accounts.models import Account
from common.domain.privacy import analytics
from common.domain.privacy.analytics_models import AnalyticsWeek
from common.domain.rewards.models import LearnerWeek
from common.ports import Query
from common.ports.queue import MessageRecord
from functions.analytics_count.main import analytics_count
from functions.analytics_plan.main import analytics_plan
from tests.domain.privacy.office import Office, billed
from tests.domain.tutoring.killing import Stepped
from tests.triggers.world import START, deliver, send

WEEK = "2026-W09"
"""The one before the tests' clock, which stands on the Monday after it."""


def learner(number: int, **fields: Any) -> Account:
    name = f"learner-{number}"
    said = {
        "user_id": name, "username": name, "email": f"{name}@example.org", "login_keys": (name,),
        "password_hash": "-", "display_name": name, "created_at": START - timedelta(days=100),
        "updated_at": START, **fields,
    }  # fmt: skip
    return Account.model_validate(said)


def learned(number: int, *kinds: str, week: str = WEEK) -> LearnerWeek:
    return LearnerWeek(
        learner_week_id=f"all.{week}.learner-{number}", board="all", week=week, user_id=f"learner-{number}",
        is_listed=True, kinds=kinds, expires_at=START + timedelta(days=400),
    )  # fmt: skip


def school(office: Office) -> None:
    """45 learners: 24 from Germany, 12 from Brazil, 4 from Malta, 5 who do not say; a teacher, and one who is gone."""
    places = ["DE"] * 24 + ["BR"] * 12 + ["MT"] * 4 + [None] * 5
    tongues = ["de"] * 20 + ["pt-BR"] * 6 + ["pt"] * 6 + ["mt"] * 13
    new = START - timedelta(days=6)
    accounts = [
        learner(number, country=place, language=tongue, level="beginner" if number < 30 else None)
        for number, (place, tongue) in enumerate(zip(places, tongues, strict=True))
    ]
    accounts = [
        one.model_copy(update={"created_at": new}) if number < 11 else one for number, one in enumerate(accounts)
    ]
    others = [learner(98, role="teacher", country="FR"), learner(99, active=False, country="FR")]
    office.put([*accounts, *others])
    weeks = [learned(number, "quiz_submitted", *(["post_created"] if number < 9 else [])) for number in range(21)]
    office.put([*weeks, *[learned(number, "card_reviewed", week="2026-W08") for number in range(30)]])


@pytest.fixture
def counts(office: Office, monkeypatch: pytest.MonkeyPatch) -> Stepped:
    return Stepped(office, analytics_count, "CountLearners", monkeypatch)


def tuesday(office: Office) -> None:
    """The schedule fires, twice."""
    headers = {"X-CloudScheduler-ScheduleTime": (office.world.clock.now() + timedelta(days=1)).isoformat()}
    for _ in range(2):
        assert send(analytics_plan, "POST", "/", None, headers).status_code == 200


def groups(week: AnalyticsWeek, name: str) -> dict[str, int]:
    return {one.value: one.learners for one in getattr(week, name)}


def test_a_week_is_counted_once_and_small_groups_are_not_in_it(office: Office, counts: Stepped):
    school(office)
    tuesday(office)
    counts.work()
    (week,) = office.all(Query(AnalyticsWeek))
    assert (week.week, week.floor, week.learners, week.joined, week.active) == (WEEK, 10, 40, 10, 20)
    assert groups(week, "countries") == {"DE": 20, "BR": 10}
    assert groups(week, "languages") == {"de": 20, "pt": 10, "mt": 10}
    assert groups(week, "levels") == {"beginner": 30, "not_said": 10}
    assert groups(week, "features") == {"quiz_submitted": 20}
    assert "MT" not in week.model_dump_json()
    (record,) = office.all(Query(MessageRecord))
    office.put([learner(200 + number, country="MT") for number in range(20)])
    assert deliver(analytics_count, record.message_id) == 200  # a duplicate
    assert office.all(Query(AnalyticsWeek)) == [week]


def test_a_count_that_is_killed_at_every_call_ends_the_same(office: Office, counts: Stepped):
    school(office)
    tuesday(office)
    counts.work_killed()
    (week,) = office.all(Query(AnalyticsWeek))
    assert groups(week, "countries") == {"DE": 20, "BR": 10}
    assert {record.status for record in counts.records()} == {"DONE"}


def cost_of_count(office: Office, counts: Stepped) -> tuple[int, int, int]:
    tuesday(office)
    (record,) = counts.due()
    return billed(analytics_count, {}, {"message_id": record.message_id})[1]


def test_the_cost_grows_with_the_values_and_not_with_the_learners(office: Office, counts: Stepped):
    school(office)
    first = cost_of_count(office, counts)
    office.put([learner(300 + number, country="DE", language="de") for number in range(200)])
    office.world.clock.advance(days=7)
    assert cost_of_count(office, counts) == first
    office.put([learner(600, country="SE", language="de")])
    office.world.clock.advance(days=7)
    assert cost_of_count(office, counts) == (first[0] + 2, *first[1:])


def test_values_of_the_learners_own_making_cost_no_more_than_there_is_room_for(
    office: Office, counts: Stepped, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(analytics, "MOST_VALUES", 5)
    letters = "abcdefghij"
    office.put([learner(number, language=f"q{letter}") for number, letter in enumerate(letters)])
    reads, _, _ = cost_of_count(office, counts)
    office.put([learner(50 + number, language=f"r{letter}") for number, letter in enumerate(letters)])
    office.world.clock.advance(days=7)
    assert cost_of_count(office, counts)[0] == reads


def test_the_floor_is_the_deployments(office: Office, counts: Stepped):
    school(office)
    office.world.deployment = dataclasses.replace(office.world.deployment, analytics_floor=4)
    tuesday(office)
    counts.work()
    (week,) = office.all(Query(AnalyticsWeek))
    assert groups(week, "countries") == {"DE": 24, "BR": 12, "MT": 4, "not_said": 4}


def test_an_empty_school_is_a_week_without_numbers(office: Office, counts: Stepped):
    tuesday(office)
    counts.work()
    (week,) = office.all(Query(AnalyticsWeek))
    assert (week.learners, week.joined, week.active) == (None, None, None)
    assert week.features == week.countries == week.languages == week.levels == ()
