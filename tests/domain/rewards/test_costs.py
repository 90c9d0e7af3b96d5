"""What it is billed to do something and to look at it, whoever has done how much before."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from common import logs
from common.domain.progress.models import Activity, Knowledge, Standing
from common.domain.rewards.models import LearnerWeek
from functions.activity.main import activity
from functions.badges.main import badges
from functions.flashcard_reviews.main import flashcard_reviews
from functions.flashcards.main import flashcards
from functions.leaderboard.main import leaderboard
from functions.profile.main import profile
from tests.domain.progress.classroom import Classroom, account
from tests.domain.progress.conftest import Cost
from tests.domain.rewards.test_leaderboard import week
from tests.triggers.world import START

Costing = Callable[[Callable[[], object]], Cost]


@pytest.fixture(params=[10, 10_000])
def history(request: pytest.FixtureRequest, classroom: Classroom) -> int:
    """Ada has done so much before, and so many others are on the board, above her and below."""
    count: int = request.param
    done = classroom.happened(kind="quiz_submitted", topics=({"topic": "loops", "correct": 1, "of": 2},))
    classroom.do(done.model_copy(update={"subject_id": "first", "course_id": "logic"}))
    classroom.write(
        *(
            Activity(
                activity_id=f"activity-{number:05}",
                user_id="ada",
                kind="card_reviewed",
                subject_id=f"card-{number}",
                at=START - timedelta(hours=number),
            )
            for number in range(count)
        ),
        *(week(f"learner-{number:05}", number % 7) for number in range(count)),
    )
    return count


def test_an_activity_costs_the_same_whatever_was_before(history: int, classroom: Classroom, cost: Costing):
    classroom.world.clock.advance(seconds=90)
    classroom.work()
    answers = ({"topic": "loops", "correct": 1, "of": 2}, {"topic": "lists", "correct": 1, "of": 2})
    first, second = (classroom.happened(subject=f"card-{one}") for one in ("a", "b"))
    quiz = classroom.happened(kind="quiz_submitted", topics=answers, course_id="logic")
    classroom.stage(first, second, quiz)
    # Message, standing, activity, week, top of the board; written but for the top, and a refresh if due.
    assert cost(lambda: classroom.deliver(first)) == (5, 5, 0)
    assert cost(lambda: classroom.deliver(second)) == (4, 4, 0)
    # And the course's week and its top, and the knowledge; for the risk of failing, a message.
    assert cost(lambda: classroom.deliver(quiz)) == (7, 8, 0)
    assert cost(lambda: classroom.deliver(first)) == (1, 0, 0)


def test_two_learners_who_ask_for_one_refresh_pay_a_refused_commit_between_them(classroom: Classroom, cost: Costing):
    classroom.do(classroom.happened(subject="a"))
    hers = classroom.happened("eve", subject="b")
    classroom.stage(hers)
    assert cost(lambda: classroom.deliver(hers)) == (6 + 6, 5, 0)  # each guard is looked at again


def test_the_first_activity_of_all_costs_the_account_and_a_refresh_besides(classroom: Classroom, cost: Costing):
    done = classroom.happened()
    classroom.stage(done)
    assert cost(lambda: classroom.deliver(done)) == (6, 6, 0)


def test_a_look_costs_the_same_whatever_was_before(history: int, classroom: Classroom, cost: Costing):
    classroom.world.clock.advance(seconds=90)
    classroom.work()

    def look(function: object, path: str) -> Cost:
        return cost(lambda: classroom.call(function, "GET", path))  # type: ignore[arg-type]

    assert look(profile, "/v1/me") == (2, 0, 0)
    assert look(badges, "/v1/badges") == (1, 0, 0)
    assert look(activity, "/v1/me/activity?page_size=5") == (6, 0, 0)
    above = sum(number % 7 > 5 for number in range(history))
    assert look(leaderboard, "/v1/leaderboard") == (3 + max(1, -(-above // 1000)), 0, 0)


def test_a_refresh_reads_the_best_and_their_accounts(classroom: Classroom, cost: Costing):
    names = [f"learner-{number:03}" for number in range(200)]
    classroom.write(*(account(name) for name in names), *(week(name, 7) for name in names))
    classroom.do(classroom.happened())
    classroom.world.clock.advance(seconds=90)
    assert cost(classroom.work) == (1 + 1 + 50 + 50, 2, 0)


def test_ten_reviews_of_a_card_cost_what_each_of_their_steps_costs(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
):
    """Where the reads of a review go, with all that follows from it; what comes at once is below."""
    seen = billed(monkeypatch)
    classroom.do(classroom.happened())
    classroom.world.clock.advance(seconds=90)
    classroom.work()
    seen.clear()
    card_id = classroom.call(flashcards, "POST", "/v1/flashcards", {"front": "Q", "back": "A"}).get_json()["card_id"]
    for _ in range(10):
        path = f"/v1/flashcards/{card_id}/reviews"
        assert classroom.call(flashcard_reviews, "POST", path, {"rating": "good"}).status_code == 201
        classroom.work()
    # The card; each review: card, desk, account; each activity: message, standing, activity, week, and once the top.
    assert seen == [(1, 2, 0), (3, 4, 0), (5, 5, 0), *[(3, 4, 0), (4, 4, 0)] * 9]


def test_ten_activities_of_a_learner_at_once_cost_no_more_than_their_refusals(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
):
    """A commit is refused because another one came about, so ten take at most 10 + 9 + ... + 1 tries."""
    classroom.do(classroom.happened())
    seen = billed(monkeypatch)
    happened = [classroom.happened(subject=f"card-{number}") for number in range(10)]
    classroom.stage(*happened)
    with ThreadPoolExecutor(10) as threads:
        assert set(threads.map(classroom.deliver, happened)) == {200}
    tries = 55
    # A try reads four or five documents, and looks again at those four or five that guard it when it is refused.
    assert sum(reads for reads, _, _ in seen) <= 10 * tries
    assert sum(writes for _, writes, _ in seen) <= 10 * 5


def billed(monkeypatch: pytest.MonkeyPatch) -> list[Cost]:
    """What every request and delivery is billed from now on."""
    seen: list[Cost] = []

    def note(event: str, **said: Any) -> None:
        if event == "request.done":
            seen.append((said["reads"], said["writes"], said["deletes"]))

    monkeypatch.setattr(logs, "info", note)
    return seen


def test_what_a_learner_has_stored_stays_small(classroom: Classroom):
    for number in range(60):
        classroom.do(classroom.happened(subject=str(number)))
        classroom.world.clock.advance(days=1)
    sizes = [len(one.model_dump_json()) for one in [classroom.world.stored(Standing, "ada")] if one]
    assert sizes and sizes[0] < 1_000
    assert classroom.world.stored(Knowledge, "ada") is None
    week_id = f"all.{'2026-W10'}.ada"
    found = classroom.world.stored(LearnerWeek, week_id)
    assert found is not None and len(found.model_dump_json()) < 1_000
