"""How well a learner masters a topic, as far as their quizzes tell, and which difficulty follows from it.

An estimate m from 0 to 1 begins at START and moves towards each answer x (1 right, 0 wrong) by STEP times a weight: a
hard question that is answered rightly says much, an easy one little; of wrong answers it is the other way round.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from common.domain.assessment.content import Difficulty
from common.domain.assessment.models import TopicRecord

START, STEP = 0.5, 0.2
SAYS_WHEN_RIGHT: dict[Difficulty, float] = {"easy": 0.5, "medium": 1.0, "hard": 1.5}
SAYS_WHEN_WRONG: dict[Difficulty, float] = {"easy": 1.5, "medium": 1.0, "hard": 0.5}
EASY_BELOW, HARD_FROM = 0.4, 0.75
"""Of the mastery: what is asked is neither hopeless nor dull."""
MOST_TOPICS = 60

Answer = tuple[str, Difficulty, bool]
"""Topic, difficulty, and whether it was right."""


def after(mastery: float, difficulty: Difficulty, *, right: bool) -> float:
    """The estimate after one more answer: 0 to 1."""
    weight = (SAYS_WHEN_RIGHT if right else SAYS_WHEN_WRONG)[difficulty]
    return round(mastery + STEP * weight * (right - mastery), 4)


def updated(
    records: Sequence[TopicRecord], within: str, answers: Iterable[Answer], at: datetime
) -> tuple[TopicRecord, ...]:
    """The records with the answers of one quiz, the latest topics first; at most MOST_TOPICS."""
    known = {(one.within, one.topic): one for one in records}
    met: dict[tuple[str, str], TopicRecord] = {}
    for topic, difficulty, right in answers:
        key = (within, topic)
        before = met.get(key) or known.get(key)
        met[key] = TopicRecord(
            within=within,
            topic=topic,
            correct=(before.correct if before else 0) + right,
            of=(before.of if before else 0) + 1,
            mastery=after(before.mastery if before else START, difficulty, right=right),
            at=at,
        )
    others = (one for one in records if (one.within, one.topic) not in met)
    return (*met.values(), *others)[:MOST_TOPICS]


def of_subject(records: Iterable[TopicRecord], within: str, topic: str | None = None) -> float:
    """The mastery of a category, a document or one topic of it: the mean over topics, by their number of answers."""
    met = [one for one in records if one.within == within and topic in (None, one.topic)]
    answers = sum(one.of for one in met)
    return sum(one.mastery * one.of for one in met) / answers if answers else START


def fitting(mastery: float) -> Difficulty:
    """The difficulty that most questions of an adaptive quiz have."""
    if mastery < EASY_BELOW:
        return "easy"
    return "hard" if mastery >= HARD_FROM else "medium"
