"""Task: counts one day of an experiment."""

from common.domain.engagement import experiment_looks
from common.domain.engagement.experiment_messages import CountExperimentDay
from common.ports import Clock, Queue, Store
from common.triggers import task


@task(max_attempts=20, max_dispatches_per_second=5, max_concurrent=2)
def experiment_look(message: CountExperimentDay, store: Store, counts: Queue[CountExperimentDay], clock: Clock) -> None:
    """Count the day, stop arms that do harm, and go on with the next day if there is one."""
    experiment_looks.look(message, store, counts, clock)
