"""Mastery needs evidence, falls with time, and does not depend on the order in which answers became known."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.progress import mastery
from common.domain.progress.mastery import Mastery, all_mastery_of, mastered, mastery_of, with_answers
from common.domain.progress.messages import TopicResult
from common.domain.progress.models import Knowledge
from common.triggers.unit_of_work import Billed, UnitOfWork
from functions.mastery.main import mastery as own
from tests.domain.progress.classroom import Classroom

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ANSWERS = st.tuples(st.sampled_from(["loops", "lists"]), st.integers(0, 400), st.integers(0, 9), st.integers(0, 9))


def known(*answers: tuple[str, int, int, int]) -> Knowledge:
    """Evidence of topic, days ago, right answers, and how many there were."""
    knowledge = Knowledge(user_id="ada")
    for topic, ago, right, of in answers:
        result = TopicResult(topic=topic, correct=min(right, of), of=of)
        knowledge = with_answers(knowledge, [result], NOW - timedelta(days=ago))
    return knowledge


def level(*answers: tuple[int, int, int], later: int = 0) -> float:
    topics = known(*(("loops", *one) for one in answers)).topics
    judged: Mastery = mastery._judged("loops", topics[0].weeks, NOW + timedelta(days=later))
    return judged.level


def test_the_level_needs_evidence():
    assert level((0, 1, 1)) == pytest.approx(1 / 3)
    assert level((0, 7, 7)) < mastery.MASTERED <= level((0, 8, 8)) < level((0, 80, 80)) < 1
    assert level((0, 0, 50)) == 0


def test_the_level_falls_with_time_and_an_old_mistake_weighs_less_than_a_new_one():
    falling = [level((0, 20, 20), later=days) for days in (0, 14, 60, 180, 900)]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] < 0.01
    assert level((60, 0, 10), (0, 10, 10)) > level((60, 10, 10), (0, 0, 10))


def test_half_a_topic_s_evidence_is_left_after_a_half_life():
    weeks = known(("loops", 0, 16, 16)).topics[0].weeks
    after = mastery._judged("loops", weeks, NOW + timedelta(days=210))
    assert after.evidence == pytest.approx(16 / 2**7)


@given(st.lists(ANSWERS, max_size=20), st.randoms(use_true_random=False))
@settings(max_examples=150, derandomize=True, deadline=None)
def test_the_order_of_answers_does_not_matter(answers: list[tuple[str, int, int, int]], order: random.Random):
    shuffled = order.sample(answers, len(answers))
    assert known(*answers) == known(*shuffled)
    assert mastered(known(*answers)) == mastered(known(*shuffled))


@given(st.lists(ANSWERS, min_size=1, max_size=12), st.integers(0, 500))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_a_topic_is_mastered_until_the_moment_that_was_foretold(answers: list[tuple[str, int, int, int]], later: int):
    knowledge = known(*answers)
    until = {one.topic: one.until for one in mastered(knowledge)}
    for topic in knowledge.topics:
        when = datetime(2019, 12, 30, tzinfo=UTC) + timedelta(weeks=topic.weeks[-1].week, days=later)
        is_mastered = topic.topic in until and when < until[topic.topic]
        assert mastery._judged(topic.topic, topic.weeks, when).is_mastered == is_mastered


def test_what_is_kept_stays_small():
    results = [TopicResult(topic=f"topic-{number:04}", correct=1, of=1) for number in range(540)]
    knowledge = with_answers(Knowledge(user_id="ada"), results, NOW)
    assert len(knowledge.topics) == mastery.MOST_TRACKED
    every_week = known(*(("loops", 7 * week, 1, 1) for week in range(100)))
    assert len(every_week.topics[0].weeks) == mastery.WEEKS_KEPT
    assert every_week == known(*(("loops", 7 * week, 1, 1) for week in reversed(range(100))))


def test_mastery_is_read_by_topic_in_one_read(classroom: Classroom):
    answers = ({"topic": "loops", "correct": 9, "of": 9}, {"topic": "lists", "correct": 0, "of": 3})
    classroom.do(classroom.happened(kind="quiz_submitted", topics=answers))
    billed = Billed()
    store = UnitOfWork(classroom.world.database, billed)
    found = mastery_of("ada", ["loops", "lists", "types"], store, classroom.world.clock.now())
    assert {topic: one.is_mastered for topic, one in found.items()} == {"loops": True, "lists": False, "types": False}
    assert (found["types"].level, found["types"].evidence, found["lists"].evidence) == (0, 0, 3)
    assert [one.topic for one in all_mastery_of("ada", store, classroom.world.clock.now())] == ["lists", "loops"]
    assert billed.reads == 1
    assert mastery_of("eve", ["loops"], store, classroom.world.clock.now())["loops"].level == 0


def test_flashcards_are_no_evidence_of_mastery(classroom: Classroom):
    classroom.do(classroom.happened(topics=({"topic": "loops", "correct": 9, "of": 9},)))
    assert classroom.world.stored(Knowledge, "ada") is None


def test_the_caller_sees_their_topics_the_weakest_first(classroom: Classroom):
    answers = ({"topic": "loops", "correct": 9, "of": 9}, {"topic": "lists", "correct": 0, "of": 3})
    classroom.do(classroom.happened(kind="quiz_submitted", topics=answers))
    items = classroom.call(own, "GET", "/v1/mastery").get_json()["items"]
    assert [(one["topic"], one["level"], one["is_mastered"]) for one in items] == [
        ("lists", 0, False), ("loops", pytest.approx(9 / 11), True),
    ]  # fmt: skip
    assert classroom.call(own, "GET", "/v1/mastery", who="eve").get_json() == {"items": []}
