"""Task: counts some submissions into the statistics of their questions."""

from common.domain.assessment import statistics
from common.domain.assessment.messages import CountAnswers
from common.ports import Clock, Queue, Store
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=5, max_concurrent=1)
def question_count(message: CountAnswers, store: Store, counts: Queue[CountAnswers], clock: Clock) -> None:
    """Count the next submissions, and retire the questions that fail by them; the rest goes on as a chain."""
    statistics.count(message, store, counts, clock)
