"""Rules of their own: what a written answer means, which difficulty fits, what a hint may say, what a trend is."""

from __future__ import annotations

import string
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.assessment import adapting, chance, drawing, grading, ladder, results, short_text
from common.domain.assessment.content import DIFFICULTIES, Content, Difficulty
from common.domain.assessment.issuing import frozen
from common.domain.assessment.models import IssuedQuestion, LearnerRecord, TopicCount, TopicRecord
from common.domain.progress.mastery import Mastery, with_answers
from common.domain.progress.messages import TopicResult
from common.domain.progress.models import Knowledge
from common.ports.database import Write
from tests.domain.assessment.room import Room, content
from tests.triggers.world import START

SEEN = settings(max_examples=150, derandomize=True, database=None)

# Written answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_text", "accepted", "rule"),
    [
        ("Chlorophyll", "chlorophyll", "same"),
        ("  the  CHLOROPHYLL. ", "chlorophyll", "same"),
        ("Karl Landsteiner", "karl landsteiner", "same"),
        ("cafe", "café", "same"),
        ("ﬁrn", "firn", "same"),
        ("cable stayed bridge", "cable-stayed bridge", "same"),
        ("chlorophyl", "chlorophyll", "spelling"),
        ("chlorohpyll", "chlorophyll", "spelling"),
        ("suprachiasmtic nuclus", "suprachiasmatic nucleus", "spelling"),
        ("meiosis", "mitosis", "different"),
        ("firn", "fern", "different"),
        ("cat", "car", "different"),
        ("1214", "1215", "different"),
        ("12.15", "1215", "different"),
        ("-3", "3", "different"),
        ("30 minutes", "20 minutes", "different"),
        ("", "heart", "different"),
        ("...", "heart", "different"),
    ],
)
def test_spelling_may_slip_meaning_and_numbers_may_not(given_text: str, accepted: str, rule: str):
    assert short_text.judged(given_text, [accepted]) == rule


def test_an_exact_answer_forgives_no_slip():
    assert short_text.judged("chlorophyl", ["chlorophyll"], exact=True) == "different"
    assert short_text.judged("Chlorophyll!", ["chlorophyll"], exact=True) == "same"


words = st.text(string.ascii_lowercase, min_size=5, max_size=20)


@given(words, st.data())
@SEEN
def test_one_letter_more_less_or_other_is_a_slip_of_one(word: str, data: st.DataObject):
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    for slipped in (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]):
        assert short_text.distance(word, slipped) <= 1


@given(words, words, words)
@SEEN
def test_distance_is_symmetric_and_nothing_to_oneself(one: str, two: str, three: str):
    assert short_text.distance(one, one) == 0
    assert short_text.distance(one, two) == short_text.distance(two, one)
    assert abs(len(one) - len(three)) <= short_text.distance(one, three) <= max(len(one), len(three))


@given(st.text(max_size=200), st.text(min_size=1, max_size=100))
@SEEN
def test_whatever_is_written_is_judged(text: str, accepted: str):
    assert short_text.judged(text, [accepted]) in ("same", "spelling", "different")


# Grading ------------------------------------------------------------------------------------------------------------


def issued(number: int) -> IssuedQuestion:
    return frozen(f"q{number}", 1, content(number, topic=f"t{number % 3}"), "seed", counts=True)


@given(st.lists(st.booleans(), min_size=1, max_size=50))
@SEEN
def test_the_score_is_the_share_of_all_issued_questions(right: list[bool]):
    questions = [issued(number) for number in range(len(right))]
    answers = {q.question_id: q.correct_options for q, is_right in zip(questions, right, strict=True) if is_right}
    graded = grading.grade(answers, questions)
    assert graded.correct == sum(right) and graded.score == round(100 * sum(right) / len(right), 1)
    assert sum(one.of for one in graded.topics) == len(right)
    assert sum(one.correct for one in graded.topics) == sum(right)
    assert len(graded.wrong) == len(right) - sum(right)


def test_several_are_right_only_together():
    made = Content.model_validate(
        {
            "kind": "multiple", "topic": "t", "difficulty": "easy", "bloom": "remember", "prompt": "Which two?",
            "options": [{"text": "a", "correct": True}, {"text": "b", "correct": True}, {"text": "c"}],
            "explanation": "Both are.",
        }
    )  # fmt: skip
    question = frozen("q", 1, made, "seed", counts=True)
    key, everything = question.correct_options, tuple(one.option_id for one in question.options)
    for given_options, right in ((key, True), (key[::-1], True), (key[:1], False), (everything, False), ((), False)):
        answers = grading.read({"q": given_options}, [question])
        assert grading.grade(answers, [question]).results[0].correct is right


def test_answers_are_the_same_in_any_order():
    questions = [issued(1), issued(2)]
    one = grading.read({"q1": ("a",), "q2": ("b",)}, questions)
    other = grading.read({"q2": ("b", "b"), "q1": ("a",)}, questions)
    assert grading.written(one) == grading.written(other)
    assert grading.parsed(grading.written(one)) == one


# Chance -------------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(), max_size=30), st.text(max_size=10))
@SEEN
def test_shuffling_loses_nothing_and_follows_from_the_seed(things: list[int], seed: str):
    assert sorted(chance.shuffled(things, seed)) == sorted(things)
    assert chance.shuffled(things, seed) == chance.shuffled(things, seed)
    assert 0 <= chance.place(seed) < 1


# Adapting -----------------------------------------------------------------------------------------------------------


def known(level: float, evidence: float) -> Mastery:
    return Mastery(topic="t", level=level, evidence=evidence, is_mastered=level >= 0.8)


def test_difficulty_follows_from_mastery_where_there_is_evidence():
    assert adapting.fitting([]) == adapting.fitting([known(0.0, 0.0)]) == "medium"
    assert adapting.fitting([known(0.1, 3)]) == "easy"
    assert adapting.fitting([known(0.5, 3)]) == "medium"
    assert adapting.fitting([known(0.9, 30)]) == "hard"
    assert adapting.fitting([known(0.9, 30), known(0.0, 1)]) == "hard", "much evidence weighs more"


def test_records_of_topics_are_added_up_and_bounded():
    records: tuple[TopicRecord, ...] = ()
    for turn in range(100):
        records = adapting.updated(records, "Numbers", [TopicCount(topic=f"topic {turn % 80}", correct=1, of=2)], START)
    assert len(records) == adapting.MOST_TOPICS
    assert (records[0].topic, records[0].correct, records[0].of) == ("topic 19", 1, 2)
    again = adapting.updated(records, "Numbers", [TopicCount(topic="topic 19", correct=2, of=2)], START)
    assert (again[0].correct, again[0].of, len(again)) == (3, 4, len(records))
    other = adapting.updated(again, "Others", [TopicCount(topic="topic 19", correct=0, of=1)], START)
    assert (other[0].of, other[1].of) == (1, 4)


@pytest.mark.parametrize(("size", "topic"), [(21, None), (30, None), (60, "even")])
def test_a_draw_has_as_many_questions_as_are_asked_for_while_there_are_so_many(
    room: Room, size: int, topic: str | None
):
    room.fill(content(n, topic="odd" if n % 2 else "even") for n in range(size))
    pool = drawing.Pool("Numbers", topic, {"medium": size})
    for seed in range(150):
        drawn = drawing.draw(pool, 10, None, LearnerRecord(user_id="ada"), f"seed-{seed}", room.unit())
        assert len({one.question_id for one in drawn}) == 10, seed


@pytest.mark.parametrize("target", DIFFICULTIES)
def test_an_adaptive_quiz_is_mostly_of_the_target_and_fills_up(room: Room, target: Difficulty):
    room.fill([content(n, DIFFICULTIES[n % 3]) for n in range(90)])
    pool = drawing.Pool("Numbers", None, {"easy": 30, "medium": 30, "hard": 30})
    drawn = drawing.draw_around(pool, 10, adapting.Aim(target), LearnerRecord(user_id="ada"), "seed", room.unit())
    assert len(drawn) == len({one.question_id for one in drawn}) == 10
    assert sum(one.difficulty == target for one in drawn) == 6
    room.fill([content(n, "hard") for n in range(5)], "Few")
    few = drawing.Pool("Few", None, {"hard": 5})
    assert len(drawing.draw_around(few, 10, adapting.Aim("easy"), LearnerRecord(user_id="ada"), "s", room.unit())) == 5


def test_an_adaptive_quiz_asks_more_of_what_is_mastered_least(room: Room):
    """A fifth of the bank is of each topic; by chance sixteen of eighty questions would be."""
    topics = ("known", "weak", "t", "u", "v")
    room.fill(content(n, DIFFICULTIES[n % 3], topics[n // 3 % 5]) for n in range(300))
    results = [TopicResult(topic="weak", correct=0, of=6), TopicResult(topic="known", correct=6, of=6)]
    knowledge = with_answers(Knowledge(user_id="ada"), results, room.world.clock.now())
    met = tuple(TopicRecord(within="Numbers", topic=one.topic, correct=one.correct, of=6, at=0) for one in results)
    kept = (knowledge, LearnerRecord(user_id="ada", topics=met))
    room.world.database.commit([Write("set", type(one), one.stored_id, document=one) for one in kept])
    asked: Counter[str] = Counter()
    for _ in range(8):
        quiz = room.begin(adaptive=True, question_count=10)
        asked.update(one["topic"] for one in quiz["questions"])
        room.world.clock.advance(days=1)  # it expires, and tells nothing
    assert asked["weak"] > 22 and asked["known"] < 8, asked


def test_an_adaptive_quiz_is_begun_and_costs_what_it_may(room: Room):
    room.fill([content(n, DIFFICULTIES[n % 3]) for n in range(300)])
    quiz = room.begin(adaptive=True, question_count=10)
    assert quiz["question_count"] == 10
    assert sum(one["difficulty"] == "medium" for one in quiz["questions"]) == 6


# Hints and trends ---------------------------------------------------------------------------------------------------


def test_no_hint_tells_an_answer():
    from infrastructure.samples import question_bank

    for sample in question_bank():
        question = frozen(sample.question_id, 1, sample.content, "seed", counts=True)
        entry = ladder.locked(question)
        assert entry.hints, sample.content.prompt
        assert not any(ladder.tells(hint, question) for hint in entry.hints)


def test_a_key_is_blanked_however_it_is_written():
    assert ladder.without("Such rocks are called\nMoraines, and a moraine is old.", ("moraine",)).count("…") == 2
    assert ladder.without("The ocean is old.", ("ice",)) == "The ocean is old."


@pytest.mark.parametrize(
    ("scores", "trend"),
    [((50, 60, 70, 80), 10.0), ((80, 70, 60, 50), -10.0), ((70, 70, 70, 70), 0.0), ((0, 100, 0, 100), 20.0)],
)
def test_a_slope_is_points_a_quiz(scores: tuple[float, ...], trend: float):
    assert results.slope_of(scores) == pytest.approx(trend)


def test_results_come_page_by_page_newest_first_with_performance_on_the_first(room: Room):
    room.fill(content(number, topic="even" if number % 2 == 0 else "odd") for number in range(10))
    handed_in = []
    for turn in range(7):
        quiz_id = room.begin()["quiz_id"]
        room.world.clock.advance(minutes=1)
        room.hand_in(quiz_id, room.right(quiz_id, turn))
        handed_in.append(quiz_id)
    first = room.results("?page_size=3")
    performance = first["performance"]
    assert performance["recent_scores"] == [10 * turn for turn in range(7)]
    assert (performance["attempts"], performance["mean_score"], performance["seconds"]) == (7, 30, 420)
    assert (performance["trend"], performance["slope"]) == ("rising", 10)
    assert {one["topic"]: one["of"] for one in performance["topics"]} == {"even": 35, "odd": 35}
    listed, page = [one["submission_id"] for one in first["items"]], first
    while page["next_page_token"]:
        page = room.results(f"?page_size=3&page_token={page['next_page_token']}")
        assert page["performance"] is None
        listed += [one["submission_id"] for one in page["items"]]
    assert listed == handed_in[::-1]
    assert room.results(who="eve")["performance"]["attempts"] == 0
