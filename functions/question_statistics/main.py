"""Schedule: counts, every quarter of an hour, what answers tell of the questions of the bank."""

from common.domain.assessment import statistics
from common.domain.assessment.messages import CountAnswers
from common.ports import Queue, Tick
from common.triggers import schedule


@schedule("*/15 * * * *")
def question_statistics(tick: Tick, counts: Queue[CountAnswers]) -> None:
    """Stage the first step of a run; what an earlier run has not come to is counted by this one."""
    statistics.begin(tick.scheduled_at, counts)
