"""What answers tell of a question: counted once each, behind the submissions; what fails by enough is retired."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.assessment import bank, statistics
from common.domain.assessment.bodies import NewQuestion
from common.domain.assessment.discrimination import discrimination
from common.domain.assessment.models import Catalogue, Question, Statistics, Subject, Submission
from functions.question_count.main import question_count
from functions.question_statistics.main import question_statistics
from tests.domain.assessment.room import MESSAGES, Room, content
from tests.triggers.world import deliver, send


def run(room: Room) -> None:
    """One firing of the schedule, and all the work that follows."""
    room.world.clock.advance(minutes=15)
    at = room.world.clock.now().isoformat()
    assert send(question_statistics, "POST", "/", headers={"X-CloudScheduler-ScheduleTime": at}).status_code == 200
    for _ in range(50):
        waiting = [one for one in room.all(MESSAGES) if one.kind == "CountAnswers" and one.status == "PENDING"]
        if not waiting:
            return
        for message in waiting:
            assert deliver(question_count, message.message_id) == 200
    raise AssertionError("there is always more to count")


def question(room: Room, question_id: str) -> Question:
    found = room.world.stored(Question, question_id)
    assert found
    return found


def hand_in(room: Room, who: str, right: int | None = None) -> str:
    """A quiz of all ten questions, of which the first `right` are answered rightly and the others wrongly."""
    quiz_id = str(room.begin(who)["quiz_id"])
    answers = room.wrong(quiz_id) | room.right(quiz_id, right)
    assert room.hand_in(quiz_id, answers, who).status_code == 201
    return quiz_id


@pytest.fixture
def ten(room: Room) -> Room:
    room.fill(content(number) for number in range(10))
    return room


def test_answers_are_counted_once_however_often_it_is_run(ten: Room):
    for who in range(6):
        hand_in(ten, f"learner-{who}", 5)
    for _ in range(3):
        run(ten)
    found = [question(ten, f"numbers-{n}").statistics for n in range(10)]
    assert {one.answers for one in found} == {6}
    assert sum(one.right for one in found) == 30
    assert sum(one.rest for one in found) == pytest.approx(10 * 6 * 5 / 9 - 30 / 9)


def test_what_comes_later_is_counted_by_a_later_run(ten: Room):
    hand_in(ten, "ada")
    run(ten)
    hand_in(ten, "eve")
    ten.world.clock.advance(minutes=-14)  # too fresh for the next firing: others of its time may still come
    run(ten)
    assert question(ten, "numbers-0").statistics.answers == 1
    run(ten)
    assert question(ten, "numbers-0").statistics.answers == 2


def test_more_than_a_page_is_counted_in_steps(ten: Room, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(statistics, "SUBMISSIONS", 4)
    for who in range(10):
        hand_in(ten, f"learner-{who}")
    run(ten)
    assert question(ten, "numbers-3").statistics.answers == 10


def test_a_step_takes_no_more_questions_than_a_batch_holds(ten: Room, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(statistics, "MOST_QUESTIONS", 12)
    ten.fill((content(number) for number in range(10)), "Others")
    hand_in(ten, "ada")
    quiz = ten.begin("eve", category="Others")
    ten.hand_in(quiz["quiz_id"], ten.right(quiz["quiz_id"]), "eve")
    run(ten)
    assert (question(ten, "numbers-1").statistics.answers, question(ten, "others-1").statistics.answers) == (1, 1)


def test_steps_at_once_count_each_submission_once(ten: Room):
    for who in range(12):
        hand_in(ten, f"learner-{who}")
    ten.world.clock.advance(minutes=15)
    for minute in range(3):
        at = ten.world.clock.now().replace(second=minute).isoformat()
        send(question_statistics, "POST", "/", headers={"X-CloudScheduler-ScheduleTime": at})
    waiting = [one.message_id for one in ten.all(MESSAGES) if one.kind == "CountAnswers"]
    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(lambda one: deliver(question_count, one), waiting)) == {200}
    assert {question(ten, f"numbers-{n}").statistics.answers for n in range(10)} == {12}


def test_only_a_learner_s_first_answer_counts_and_none_that_was_left_out(ten: Room):
    for _ in range(3):
        hand_in(ten, "ada", 0)
    quiz_id = ten.begin("eve")["quiz_id"]
    ten.hand_in(quiz_id, ten.right(quiz_id, 4), "eve")
    run(ten)
    found = [question(ten, f"numbers-{n}").statistics for n in range(10)]
    assert sum(one.answers for one in found) == 10 + 4
    assert max(one.answers for one in found) == 2


def test_answers_to_an_earlier_version_tell_nothing_of_the_present_one(ten: Room):
    hand_in(ten, "ada")
    unit = ten.unit()
    bank.edit("numbers-0", NewQuestion(category="Numbers", content=content(77)), unit, ten.world.clock)
    unit.commit(ten.world.patience())
    run(ten)
    assert (question(ten, "numbers-0").statistics.answers, question(ten, "numbers-1").statistics.answers) == (0, 1)


def test_a_question_with_a_wrong_key_is_retired_with_the_reason_and_leaves_the_catalogue(ten: Room):
    unit = ten.unit()
    for who in range(60):  # everybody answers all but one rightly, and that one wrongly
        unit.create(submission(f"s{who}", ten, wrong=("numbers-4",)))
    unit.commit(ten.world.patience())
    run(ten)
    retired = question(ten, "numbers-4")
    assert retired.status == "retired" and "key may be wrong" in str(retired.retired_because)
    assert {question(ten, f"numbers-{n}").status for n in range(10) if n != 4} == {"active"}
    catalogue = ten.world.stored(Catalogue, "bank")
    assert catalogue and catalogue.counts == {"Numbers": {"medium": 9}}
    assert ten.begin()["question_count"] == 9


def submission(submission_id: str, room: Room, wrong: tuple[str, ...]) -> Submission:
    now = room.world.clock.now()
    return Submission(
        submission_id=submission_id, user_id=submission_id, title="Numbers", subject=Subject(category="Numbers"),
        answers="{}", telling=tuple(f"1:numbers-{n}" for n in range(10)), wrong=wrong, score=90.0,
        correct=10 - len(wrong), of=10, topics=(), seconds=1, issued_at=now, submitted_at=now,
    )  # fmt: skip


# The rules ----------------------------------------------------------------------------------------------------------


def sums(pairs: list[tuple[int, float]]) -> Statistics:
    return Statistics(
        answers=len(pairs),
        right=sum(x for x, _ in pairs),
        rest=sum(y for _, y in pairs),
        rest_squared=sum(y * y for _, y in pairs),
        rest_of_right=sum(x * y for x, y in pairs),
    )


def taken(count: int, share: float, leaning: float) -> list[tuple[int, float]]:
    """Answers by chance: `leaning` says how much those who know are likelier to be right here."""
    chance = random.Random(f"{count}{share}{leaning}")
    rests = [chance.random() for _ in range(count)]
    return [(int(chance.random() < share + leaning * (y - 0.5)), y) for y in rests]


def test_a_good_question_stays():
    assert statistics.fault_of(sums(taken(2000, 0.6, 0.6)), content(1)) is None


def test_one_that_does_not_tell_those_who_know_goes():
    assert "tell those who know" in str(statistics.fault_of(sums(taken(2000, 0.6, -0.3)), content(1)))


def test_one_that_everybody_knows_goes():
    assert "nothing any more" in str(statistics.fault_of(sums([(1, n % 10 / 10) for n in range(400)]), content(1)))


@pytest.mark.parametrize("share", [0.0, 0.01, 1.0])
def test_little_evidence_retires_nothing(share: float):
    for count in (1, 10, 49):
        pairs = [(int(n < share * count), n % 10 / 10) for n in range(count)]
        assert statistics.fault_of(sums(pairs), content(1)) is None


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), max_size=80))
@settings(max_examples=150, derandomize=True, database=None)
def test_discrimination_is_a_correlation_or_nothing(pairs: list[tuple[int, float]]):
    r = discrimination(sums(pairs))
    assert r is None or -1 <= r <= 1


def test_discrimination_agrees_with_the_definition():
    pairs = taken(500, 0.5, 0.5)
    n = len(pairs)
    means = [sum(one[k] for one in pairs) / n for k in (0, 1)]
    covariance = sum((x - means[0]) * (y - means[1]) for x, y in pairs)
    spreads = [sum((one[k] - means[k]) ** 2 for one in pairs) for k in (0, 1)]
    assert discrimination(sums(pairs)) == pytest.approx(covariance / (spreads[0] * spreads[1]) ** 0.5, abs=1e-4)


@given(st.integers(1, 500), st.integers(1, 500))
@settings(max_examples=100, derandomize=True, database=None)
def test_the_interval_holds_the_share_and_narrows_with_evidence(right: int, wrong: int):
    narrowing = [statistics.share_within(k * right, k * (right + wrong)) for k in (1, 4, 16)]
    assert all(low <= right / (right + wrong) <= high for low, high in narrowing)
    widths = [high - low for low, high in narrowing]
    assert all(wide > narrow for wide, narrow in pairwise(widths))
