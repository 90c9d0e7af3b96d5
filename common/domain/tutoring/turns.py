"""What a turn of a conversation consists of, before anything is answered."""

from dataclasses import dataclass, field
from datetime import datetime

from common.domain.language.terms import language_of
from common.domain.progress.messages import ActivityHappened
from common.domain.tutoring import follow_ups, ledger, small_talk
from common.domain.tutoring.bodies import Asked
from common.domain.tutoring.hints import OpenQuestion
from common.domain.tutoring.models import ChatSession
from common.domain.tutoring.prompts import Prompt
from common.domain.tutoring.small_talk import Heard
from common.ports import Budget, Caller, Clock, Deployment, Embedder, Ids, Moderator, Queue, Store, TextModel
from common.ports.ai import Usage

SPOKEN = ("en", "de", "es", "fr")
"""Languages in which the offline tutor has words of its own."""


@dataclass(frozen=True)
class Ports:
    """What a turn asks of the world."""

    store: Store
    model: TextModel
    embedder: Embedder
    moderator: Moderator
    budget: Budget
    deployment: Deployment
    activity: Queue[ActivityHappened]
    clock: Clock
    ids: Ids


@dataclass
class Turn:
    """A message, its session as it was read, and who may be answered from what."""

    caller: Caller
    asked: Asked
    session: ChatSession
    scopes: tuple[str, ...]
    open_questions: tuple[OpenQuestion, ...]
    ports: Ports
    began: datetime
    hinted: str | None = None
    """The open question that got a hint."""
    heard: Heard = field(init=False)

    def __post_init__(self) -> None:
        """Tell small talk from the question."""
        self.heard = small_talk.hear(self.asked.message)

    @property
    def course_id(self) -> str | None:
        """The course that it is about."""
        return self.asked.course_id or self.session.course_id

    @property
    def has_model(self) -> bool:
        """Whether there is a language model at all."""
        return self.ports.model.model is not None

    def language(self) -> str:
        """The language of the platform's own words: as asked for, this message's, an earlier one's, the learner's."""
        written = language_of(self.asked.message) or self.heard.language
        told = self.asked.language or written or follow_ups.language_before(self.session.hot) or self.session.language
        return spoken_language(told)

    def record(
        self,
        outcome: ledger.Outcome,
        *,
        usage: Usage | None = None,
        prompt: Prompt | None = None,
        purpose: str = "chat",
    ) -> None:
        """Stage the ledger's entry of one call to a model."""
        ledger.record(
            self.ports.store,
            self.ports.ids,
            self.ports.clock,
            user_id=self.caller.user_id,
            purpose=purpose,
            served_by="model" if usage else "offline",
            outcome=outcome,
            usage=usage,
            prompt=prompt,
        )


def spoken_language(told: str | None) -> str:
    """One of SPOKEN: the language of a BCP 47 tag, else English."""
    code = (told or "en").partition("-")[0]
    return code if code in SPOKEN else "en"
