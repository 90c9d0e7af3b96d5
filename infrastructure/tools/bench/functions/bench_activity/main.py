"""POST /v1/bench/activities"""

from common.domain.accounts.models import Account
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Queue, Store
from common.triggers import Created, http
from infrastructure.tools.bench.models import Activity, ActivityEntry, BenchHappened, LessonCount, Progress, Recorded


@http.post("/v1/bench/activities", role="learner")
def bench_activity(
    caller: Caller, activity: Activity, store: Store, chain: Queue[BenchHappened], clock: Clock, ids: Ids
) -> Created[Recorded]:
    """Two reads (account, progress) and five writes (entry, progress, account, lesson, message)."""
    now = clock.now()
    account = store.get(Account, caller.user_id)
    if account is None:
        raise NotFound
    progress_id = f"{caller.user_id}.{activity.lesson}"
    progress = store.get(Progress, progress_id)
    total = (progress.total_minutes if progress else 0) + activity.minutes
    entry = ActivityEntry(
        activity_id=ids.new(), user_id=caller.user_id, lesson=activity.lesson, minutes=activity.minutes, at=now
    )
    store.create(entry)
    store.put(Progress(progress_id=progress_id, user_id=caller.user_id, total_minutes=total, at=now))
    store.amend(Account, caller.user_id, lambda one: one.model_copy(update={"updated_at": now}))
    store.create(LessonCount(lesson_id=ids.new(), count=1))
    chain.stage(BenchHappened(user_id=caller.user_id, activity_id=entry.activity_id, at=now))
    return Created(Recorded(activity_id=entry.activity_id, total_minutes=total))
