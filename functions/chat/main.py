"""POST /v1/chat"""

from common.domain.assessment.lock import open_questions
from common.domain.progress.messages import ActivityHappened
from common.domain.tutoring import chat as conversation
from common.domain.tutoring.bodies import Asked, ChatAnswer
from common.domain.tutoring.conversations import FreshLoginNeeded, SessionOver
from common.domain.tutoring.scopes import DocumentsNotReady
from common.domain.tutoring.turns import Ports
from common.errors import NotFound
from common.ports import (
    Budget,
    Caller,
    Client,
    Clock,
    Deployment,
    Embedder,
    Ids,
    Moderator,
    Queue,
    Store,
    TextModel,
)
from common.triggers import Stream, http


@http.post(
    "/v1/chat",
    role="learner",
    rate_limit="60/minute",
    timeout=120,
    memory="1Gi",
    raises=(NotFound, SessionOver, FreshLoginNeeded, DocumentsNotReady),
)
def chat(
    caller: Caller,
    client: Client,
    asked: Asked,
    store: Store,
    model: TextModel,
    embedder: Embedder,
    moderator: Moderator,
    budget: Budget,
    deployment: Deployment,
    activity: Queue[ActivityHappened],
    clock: Clock,
    ids: Ids,
) -> Stream[ChatAnswer]:
    """Ask the tutor. With `Accept: text/event-stream` the answer comes sentence by sentence."""
    ports = Ports(store, model, embedder, moderator, budget, deployment, activity, clock, ids)
    locked = open_questions(caller.user_id, store, clock.now())
    return Stream(conversation.begin(caller, client, asked, locked, ports))
