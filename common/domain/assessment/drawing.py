"""Draws questions of a category at a cost that does not grow with the bank.

Every question has a random place from 0 to 1 for ever, and an index in that order. From a few starts, evenly apart
from a random one, the next questions behind each are read: twice as many as are needed, from which those that the
learner has not met are taken.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from common.domain.assessment.adapting import Aim
from common.domain.assessment.chance import place
from common.domain.assessment.content import DIFFICULTIES, Difficulty
from common.domain.assessment.issuing import unseen_first
from common.domain.assessment.models import LearnerRecord, Question
from common.ports import Query, StoreReader

STARTS = 3
"""Of one draw: neighbours by place would otherwise always come together."""
SPARE = 2
"""Questions read for one that is needed."""
FITTING_SHARE = 0.6
"""Of an adaptive quiz; the rest is one step easier and one step harder."""

BY_PLACE = Query(
    Question,
    equal=("category", "status"),
    optional=("topic", "difficulty"),
    between=("place", ">="),
    order=("place",),
)


@dataclass(frozen=True)
class Pool:
    """What is drawn from, and how many questions it holds as far as that is known."""

    category: str
    topic: str | None
    counts: dict[Difficulty, int]

    def size(self, difficulty: Difficulty | None) -> int:
        """Questions of one difficulty, or of all."""
        return sum(self.counts.values()) if difficulty is None else self.counts.get(difficulty, 0)


def draw(
    pool: Pool,
    count: int,
    difficulty: Difficulty | None,
    record: LearnerRecord,
    seed: str,
    store: StoreReader,
    aim: Aim | None = None,
) -> list[Question]:
    """`count` active questions, or all where there are fewer; the unmet first, and with an aim the weakest topics.

    Costs at most 2 * count + 6 reads, however large the pool; seldom as many again, where the starts lie so close to
    each other among the questions that too few are behind them together.
    """
    found = _candidates(pool, SPARE * count, difficulty, seed, store)
    ordered = unseen_first(list(found), record, seed, lambda one: aim.level(found[one].topic) if aim else 0.0)
    return [found[one] for one in ordered[:count]]


def draw_around(
    pool: Pool, count: int, aim: Aim, record: LearnerRecord, seed: str, store: StoreReader
) -> list[Question]:
    """Questions for an adaptive quiz: most of the difficulty aimed at, some beside it; the weakest topics first.

    Where a difficulty has too few, others fill up. Costs at most 4 * count + 30 reads, and seldom twice as many.
    """
    chosen: dict[str, Question] = {}
    for difficulty, share in _shares(aim.difficulty, count):
        for one in draw(pool, share, difficulty, record, f"{seed}{difficulty}", store, aim):
            chosen[one.question_id] = one
    if len(chosen) < count:
        for one in draw(pool, count, None, record, f"{seed}any", store, aim):
            if len(chosen) < count:
                chosen.setdefault(one.question_id, one)
    return list(chosen.values())


def _shares(target: Difficulty, count: int) -> list[tuple[Difficulty, int]]:
    at = DIFFICULTIES.index(target)
    beside = [DIFFICULTIES[to] for to in (at - 1, at + 1) if 0 <= to < len(DIFFICULTIES)]
    fitting = max(1, math.ceil(FITTING_SHARE * count))
    left = count - fitting
    shares: list[tuple[Difficulty, int]] = [(target, fitting)]
    for number, one in enumerate(beside):
        share = left // (len(beside) - number)
        left -= share
        shares += [(one, share)] if share else []
    return shares


def _candidates(
    pool: Pool, limit: int, difficulty: Difficulty | None, seed: str, store: StoreReader
) -> dict[str, Question]:
    starts = 1 if pool.size(difficulty) <= limit else STARTS
    first = place(seed)
    found: dict[str, Question] = {}
    for number in range(starts):
        wanted = math.ceil(limit / starts)
        for question in _behind(pool, (first + number / starts) % 1, wanted, difficulty, store):
            found[question.question_id] = question
    if starts > 1 and len(found) * SPARE < limit:  # they met the same ones: behind one start alone none comes twice
        for question in _behind(pool, first, limit, difficulty, store):
            found[question.question_id] = question
    return found


def _behind(
    pool: Pool, start: float, wanted: int, difficulty: Difficulty | None, store: StoreReader
) -> Sequence[Question]:
    """The next questions behind a place, going on from the beginning at the end."""
    where = {"category": pool.category, "status": "active", "topic": pool.topic, "difficulty": difficulty}
    found = store.query(BY_PLACE, where | {"place": start}, limit=wanted)
    if len(found) < wanted:
        found += store.query(BY_PLACE, where | {"place": 0.0}, limit=wanted - len(found))
    return found
