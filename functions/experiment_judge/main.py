"""Every night: look at the experiments, and stop what does harm."""

from common.domain.engagement import experiment_looks
from common.domain.engagement.experiment_messages import CountExperimentDay
from common.ports import Queue, Store, Tick
from common.triggers import schedule


@schedule("20 4 * * *")
def experiment_judge(tick: Tick, store: Store, counts: Queue[CountExperimentDay]) -> None:
    """Stage the first day that is to be counted, of each experiment that is followed."""
    experiment_looks.begin(tick, store, counts)
