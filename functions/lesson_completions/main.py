"""POST /v1/lessons/{lesson_id}/completions"""

from common.domain.progress import lessons
from common.domain.progress.bodies import CompletionView, LessonDone
from common.domain.progress.messages import ActivityHappened
from common.errors import NotFound
from common.ports import Caller, Clock, Queue, Store
from common.triggers import Created, http


@http.post(
    "/v1/lessons/{lesson_id}/completions", role="learner", max_body=8192, rate_limit="120/minute", raises=(NotFound,)
)
def lesson_completions(
    caller: Caller, lesson_id: str, done: LessonDone, store: Store, activity: Queue[ActivityHappened], clock: Clock
) -> Created[CompletionView]:
    """Complete a lesson of a course; once, however often it is said."""
    return Created(lessons.complete(caller, lesson_id, done, store, activity, clock))
