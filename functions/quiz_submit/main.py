"""POST /v1/quizzes/{quiz_id}/submissions"""

from common.domain.assessment import submission
from common.domain.assessment.bodies import Answers, SubmissionResult
from common.domain.progress.messages import ActivityHappened
from common.errors import NotFound
from common.ports import Caller, Clock, Queue, Store
from common.triggers import Created, http


@http.post(
    "/v1/quizzes/{quiz_id}/submissions",
    role="learner",
    rate_limit="30/minute",
    raises=(NotFound, submission.QuizNotReady, submission.QuizExpired, submission.AlreadySubmitted),
)
def quiz_submit(
    caller: Caller, quiz_id: str, answers: Answers, store: Store, activity: Queue[ActivityHappened], clock: Clock
) -> Created[SubmissionResult]:
    """Hand in a quiz: graded over all its questions, once. The same answers again get the same result."""
    return Created(submission.submit(caller, quiz_id, answers, store, activity, clock))
