"""POST /v1/quizzes"""

from common.domain.assessment import issuing, quizzes
from common.domain.assessment.bodies import NewQuiz, QuizView
from common.domain.assessment.messages import ComposeQuiz
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Queue, Store
from common.triggers import Accepted, Created, http


@http.post(
    "/v1/quizzes",
    role="learner",
    rate_limit="30/minute",
    max_body=8192,
    raises=(NotFound, quizzes.NoQuestions, quizzes.DocumentNotReady, issuing.TooManyOpenQuizzes),
)
def quiz_generate(
    caller: Caller, wished: NewQuiz, store: Store, compositions: Queue[ComposeQuiz], clock: Clock, ids: Ids
) -> Created[QuizView] | Accepted[QuizView]:
    """A quiz from a category of the bank, a document, a course or a topic.

    202 with status `composing` where its questions are made first: ask for it by its quiz_id.
    """
    made = quizzes.begin(caller, wished, store, compositions, clock, ids)
    return Accepted(made) if made.status == "composing" else Created(made)
