"""What a turn comes to, and how the parts of an answer reach the learner."""

from collections.abc import Generator
from dataclasses import dataclass, field

from common.domain.tutoring.bodies import Delta
from common.domain.tutoring.models import Fallback, Route, ServedBy
from common.domain.tutoring.prompts import Prompt
from common.domain.tutoring.sources import NearestPage, Source
from common.ports.ai import Usage


@dataclass(frozen=True)
class Reply:
    """An answer before it is stored; `answer` is escaped."""

    route: Route
    answer: str
    served_by: ServedBy
    confidence: float = 1.0
    sources: tuple[Source, ...] = ()
    nearest: tuple[NearestPage, ...] = ()
    usage: Usage | None = None
    prompt: Prompt | None = None
    fallback: Fallback | None = None
    answer_id: str | None = None
    """Of the cache: where it came from, or where it is to be kept."""


Speech = Generator[Delta, None, Reply]
"""Sentences as they are ready, and the reply when all were said."""


@dataclass
class Said:
    """Collects the sentences of an answer, so that what was streamed and what is stored are the same."""

    sentences: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> Delta:
        """One more sentence; every delta but the first begins with the space that joins them."""
        self.sentences.append(sentence)
        return Delta(text=sentence if len(self.sentences) == 1 else f" {sentence}")

    @property
    def text(self) -> str:
        """All that was said."""
        return " ".join(self.sentences)
