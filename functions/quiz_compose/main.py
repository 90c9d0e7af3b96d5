"""Task: makes the questions of a quiz about a document, a course or a topic."""

from common.domain.assessment import composing
from common.domain.assessment.generation import Writer
from common.domain.assessment.messages import ComposeQuiz
from common.ports import Budget, Clock, Deployment, Embedder, Ids, Queue, Store, TextModel
from common.triggers import task


@task(max_attempts=8, max_dispatches_per_second=10, max_concurrent=8, memory="1Gi", timeout=180)
def quiz_compose(
    message: ComposeQuiz,
    store: Store,
    model: TextModel,
    embedder: Embedder,
    budget: Budget,
    deployment: Deployment,
    clock: Clock,
    ids: Ids,
    compositions: Queue[ComposeQuiz],
) -> None:
    """Compose the quiz by a model within the learner's budget, or by rules, and issue it; a course's by documents."""
    writer = Writer(model, budget, deployment, store, clock, ids, message.user_id)
    composing.compose(message, embedder, writer, compositions)
