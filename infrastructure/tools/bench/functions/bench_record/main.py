"""Task: BenchHappened of the benchmark"""

from common.ports import Store
from common.triggers import task
from infrastructure.tools.bench.models import BenchHappened, DayCount


@task(max_dispatches_per_second=500, max_concurrent=10)
def bench_record(message: BenchHappened, store: Store) -> None:
    """Count the activity in its learner's day."""
    day_id = f"{message.user_id}.{message.at:%Y%m%d}"
    day = store.get(DayCount, day_id)
    store.put(DayCount(day_id=day_id, user_id=message.user_id, count=(day.count if day else 0) + 1))
