"""A document that is ready, as its processing leaves it, and a model in the test's hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from common.domain.assessment.model_questions import WrittenQuestion, WrittenQuestions
from common.domain.documents import chunking
from common.domain.documents.models import Chunk, StoredDocument
from common.ports.ai import (
    ModelRefused,
    ModelUnavailable,
    S,
    StructuredReply,
    TextReply,
    TextRequest,
    Usage,
)
from tests.triggers.world import START, HandWorld

TEXT = """\
# How glaciers shape the land

A glacier is a body of ice on land that is thick enough to move under its own weight. Buried snow is pressed into \
grains, and old grainy snow of this kind is called firn.

A bowl carved at the head of a valley by moving ice is a cirque. Debris that the ice sets down is called a moraine. \
A valley that was widened by ice and then drowned by the sea is called a fjord.

Sognefjord in Norway is about 205 kilometres long. The Aletsch glacier in Switzerland is about 20 kilometres long. \
Louis Agassiz proposed in 1837 that ice had once covered much of Europe.
"""

FILM = """\
# How a film camera works

A lens is a piece of curved glass that gathers light and draws a small picture of the world. The blades that open and \
close in front of the film are called a shutter. The bath in which the picture appears is called a developer. A stand \
with three legs that keeps the camera still is a tripod.

George Eastman founded his company in Rochester in 1892. A roll of that kind held 100 pictures, and each of them was \
about 64 millimetres wide.
"""


def chunks_of(text: str, document_id: str = "glaciers", user_id: str = "ada") -> list[Chunk]:
    """The chunks of a text, as one page of a document."""
    return chunking.chunks_of(document(document_id, user_id), 1, text, 0)


def document(document_id: str = "glaciers", user_id: str = "ada", **more: object) -> StoredDocument:
    made = StoredDocument(
        document_id=document_id, user_id=user_id, scope=f"user:{user_id}", filename="g.md", title="Glaciers",
        content_type="text/markdown", size=1, kind="markdown", generation=7, status="ready", created_at=START,
        updated_at=START,
    )  # fmt: skip
    return made.model_copy(update=more)


def take_in(world: HandWorld, text: str = TEXT, **more: object) -> str:
    """Store a document with its chunks; its id."""
    from common.triggers.unit_of_work import UnitOfWork

    made = document(**more)  # type: ignore[arg-type]
    chunks = chunking.chunks_of(made, 1, text, 0)
    unit = UnitOfWork(world.database)
    unit.create(made.model_copy(update={"chunks": len(chunks)}))
    for chunk in chunks:
        unit.create(chunk)
    unit.commit(world.patience())
    return made.document_id


class HandModel:
    """Writes the questions that a test says, down or refusing where it says so."""

    model: str | None = "hand"

    def __init__(self) -> None:
        self.writes: Callable[[TextRequest], list[WrittenQuestion]] = lambda _: []
        self.is_down = self.refuses = False
        self.asked: list[TextRequest] = []

    def parse(self, request: TextRequest, shape: type[S]) -> StructuredReply[S]:
        self.asked.append(request)
        if self.is_down:
            raise ModelUnavailable
        if self.refuses:
            raise ModelRefused
        usage = Usage(model="hand", input_tokens=100, output_tokens=100, latency_ms=5, cost_micros=70)
        return StructuredReply(
            shape.model_validate(WrittenQuestions(questions=tuple(self.writes(request))).model_dump()), usage
        )

    def most_cost_micros(self, request: TextRequest) -> int:
        return 100

    def reply(self, request: TextRequest) -> TextReply:
        raise ModelUnavailable

    def stream(self, request: TextRequest) -> Iterator[str | Usage]:
        raise ModelUnavailable


def written(
    prompt: str, answer: str, quote: str, *wrong: str, kind: str = "single", passage: int = 1
) -> WrittenQuestion:
    """A question as a model writes it."""
    return WrittenQuestion.model_validate(
        {
            "kind": kind,
            "prompt": prompt,
            "answer": answer,
            "wrong_options": wrong,
            "passage": passage,
            "quote": quote,
            "difficulty": "medium",
            "bloom": "remember",
        }
    )
