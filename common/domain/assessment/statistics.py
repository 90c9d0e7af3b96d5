"""What answers tell of questions: counted behind the submissions, a page at a time, by one chain.

A submission writes nothing of it, so that a question that thousands answer at once is no hot document. The chain goes
through the submissions in their order of time. Up to where it came stands in one document, which changes in the batch
that counts: so each submission counts once, however many steps run at once, and whichever of them die.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from common import logs
from common.domain.assessment import bank
from common.domain.assessment.content import Content
from common.domain.assessment.discrimination import discrimination
from common.domain.assessment.messages import CountAnswers
from common.domain.assessment.models import Question, Statistics, StatisticsCursor, Submission
from common.ports import Clock, Cursor, Query, Queue, Store

LATE = timedelta(minutes=10)
"""How long after its time a submission may come to be stored."""
SUBMISSIONS = 40
"""Of one step."""
MOST_QUESTIONS = 200
"""Of one step; each bills a read and a write."""
FEWEST_BESIDE = 3
"""Questions beside one in its quiz: fewer tell too little of how the learner does otherwise."""

FEWEST_ANSWERS, FEWEST_TO_DISCRIMINATE, FEWEST_TO_BE_EASY = 50, 100, 200
"""Evidence under which no rule is applied."""
OF_GUESSING = 0.6
"""Share of what guessing would get, under which a key is probably wrong."""
LEAST_WRITTEN = 0.03
"""The same for what cannot be guessed."""
LEAST_DISCRIMINATION = 0.05
"""Under 0.1 an item is usually revised (Ebel and Frisbie, Essentials of Educational Measurement, 1991)."""
TOO_EASY, EASY = 0.98, 0.95
"""Share of right answers that tells nothing any more; and from which on a low discrimination is no fault."""
Z = 1.96
"""Of a 95 % interval, on both sides."""

BY_TIME = Query(Submission, between=("submitted_at", "<="), order=("submitted_at",))
CURSOR = "submissions"


def begin(scheduled_at: datetime, counts: Queue[CountAnswers]) -> None:
    """Stage the first step of a run."""
    counts.stage(CountAnswers(until=scheduled_at - LATE))


def count(message: CountAnswers, store: Store, counts: Queue[CountAnswers], clock: Clock) -> None:
    """Count the next submissions, retire the questions that fail by them, and stage the next step."""
    cursor = store.get(StatisticsCursor, CURSOR)
    after = Cursor((cursor.submitted_at,), cursor.submission_id) if cursor else None
    page = store.query(BY_TIME, {"submitted_at": message.until}, limit=SUBMISSIONS, after=after)
    taken = _taken(page)
    if not taken:
        return
    _count(taken, store, clock.now())
    store.put(StatisticsCursor(submitted_at=taken[-1].submitted_at, submission_id=taken[-1].submission_id))
    if len(page) == SUBMISSIONS or len(taken) < len(page):
        counts.stage(message.model_copy(update={"step": message.step + 1}))


def _taken(page: Sequence[Submission]) -> Sequence[Submission]:
    """The first submissions, with at most MOST_QUESTIONS questions between them."""
    met: set[str] = set()
    for at, one in enumerate(page):
        met |= set(one.telling)
        if len(met) > MOST_QUESTIONS:
            return page[:at]
    return page


def _count(submissions: Iterable[Submission], store: Store, now: datetime) -> None:
    sums: dict[str, Statistics] = {}
    for submission in submissions:
        for telling in submission.telling if submission.of > FEWEST_BESIDE else ():
            sums[telling] = _plus(sums.get(telling, Statistics()), _answer(submission, telling.partition(":")[2]))
    questions = store.get_many(Question, list({telling.partition(":")[2] for telling in sums}))
    retired: list[Question] = []
    for question in questions:
        told = sums.get(f"{question.version}:{question.question_id}")
        if told is None or question.status == "retired":
            continue  # the answers were to an earlier version
        counted = question.model_copy(update={"statistics": _plus(question.statistics, told)})
        reason = fault_of(counted.statistics, question.content)
        if reason:
            counted = bank.withdrawn(counted, reason, now)
            retired.append(counted)
            logs.info("question.retired", question_id=question.question_id, answers=counted.statistics.answers)
        store.put(counted)
    if retired:
        bank.count_out(retired, store)


def _answer(submission: Submission, question_id: str) -> Statistics:
    right = int(question_id not in submission.wrong)
    rest = (submission.correct - right) / (submission.of - 1)
    return Statistics(answers=1, right=right, rest=rest, rest_squared=rest**2, rest_of_right=rest * right)


def _plus(one: Statistics, other: Statistics) -> Statistics:
    return Statistics(**{name: getattr(one, name) + getattr(other, name) for name in Statistics.model_fields})


def fault_of(sums: Statistics, content: Content) -> str | None:
    """Why a question is not to be asked any more, for teachers to read; None while the evidence is not against it."""
    if sums.answers < FEWEST_ANSWERS:
        return None
    low, high = share_within(sums.right, sums.answers)
    if high < _least_share(content):
        return f"Of {sums.answers} answers {sums.right} were right, fewer than by guessing: its key may be wrong."
    r = discrimination(sums)
    is_told = sums.answers >= FEWEST_TO_DISCRIMINATE and sums.right <= EASY * sums.answers
    if is_told and r is not None and _highest(r, sums.answers) < LEAST_DISCRIMINATION:
        return f"Over {sums.answers} answers it does not tell those who know from those who do not (r = {r:.2f})."
    if sums.answers >= FEWEST_TO_BE_EASY and low > TOO_EASY:
        return f"Of {sums.answers} answers {sums.right} were right: it tells nothing any more."
    return None


def _least_share(content: Content) -> float:
    if not content.options or content.kind == "multiple":
        return LEAST_WRITTEN
    return OF_GUESSING / len(content.options)


def share_within(right: int, answers: int) -> tuple[float, float]:
    """Where the true share of right answers lies, with 95 % confidence: Wilson's score interval (JASA 22, 1927)."""
    p, z = right / answers, Z**2 / answers
    middle = (p + z / 2) / (1 + z)
    reach = math.sqrt(z * (p * (1 - p) + z / 4)) / (1 + z)
    return middle - reach, middle + reach


def _highest(r: float, answers: int) -> float:
    """The upper end of the correlation's 95 % interval, by Fisher's transformation (Biometrika 10, 1915)."""
    return math.tanh(math.atanh(max(-0.999, min(0.999, r))) + Z / math.sqrt(answers - 3))
