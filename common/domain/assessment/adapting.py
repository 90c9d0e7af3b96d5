"""What fits a learner: from how well they master the topics that they met in a subject.

Mastery is the progress subject's to tell (0 to 1: evidence counts less with age). Under EASY_BELOW most questions are
easy, from HARD_FROM on most are hard, and between them most are of medium difficulty; so is what nothing is known of.
And of what can be asked, the topics that are mastered least come first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from common.domain.assessment.content import Difficulty
from common.domain.assessment.models import LearnerRecord, TopicCount, TopicRecord
from common.domain.progress.mastery import Mastery, mastery_of
from common.ports import StoreReader

EASY_BELOW, HARD_FROM = 0.35, 0.75
"""What is asked is neither hopeless nor dull."""
MOST_TOPICS = 60


UNKNOWN = 0.5
"""The level that a topic is taken for of which nothing is known."""


@dataclass(frozen=True)
class Aim:
    """What an adaptive quiz asks."""

    difficulty: Difficulty = "medium"
    """Of most questions."""
    levels: Mapping[str, float] = field(default_factory=dict)
    """How well each topic is mastered of which something is known: 0 to 1."""

    def level(self, topic: str) -> float:
        """How well a topic is mastered, as far as that is known."""
        return self.levels.get(topic, UNKNOWN)


def aim_in(record: LearnerRecord, within: str, topic: str | None, store: StoreReader, now: datetime) -> Aim:
    """What an adaptive quiz asks of the topics that the learner met in a subject. Costs one read."""
    met = [one.topic for one in record.topics if one.within == within and topic in (None, one.topic)]
    known = mastery_of(record.user_id, met, store, now).values() if met else ()
    return Aim(fitting(known), {one.topic: one.level for one in known if one.evidence > 0})


def fitting(known: Iterable[Mastery]) -> Difficulty:
    """The difficulty for the mean level of some topics, each weighing as much as there is evidence for it."""
    told = [one for one in known if one.evidence > 0]
    evidence = sum(one.evidence for one in told)
    if not evidence:
        return "medium"
    level = sum(one.level * one.evidence for one in told) / evidence
    if level < EASY_BELOW:
        return "easy"
    return "hard" if level >= HARD_FROM else "medium"


def updated(
    records: Sequence[TopicRecord], within: str, topics: Iterable[TopicCount], at: datetime
) -> tuple[TopicRecord, ...]:
    """The records with what one quiz told of them, the latest first; at most MOST_TOPICS."""
    seconds = int(at.timestamp())
    known = {one.topic: one for one in records if one.within == within}
    met: dict[str, TopicRecord] = {}
    for one in topics:
        topic, right, of = one.topic, one.correct, one.of
        before = known.get(topic)
        correct, answers = (before.correct, before.of) if before else (0, 0)
        met[topic] = TopicRecord(within=within, topic=topic, correct=correct + right, of=answers + of, at=seconds)
    others = (one for one in records if one.within != within or one.topic not in met)
    return (*met.values(), *others)[:MOST_TOPICS]
