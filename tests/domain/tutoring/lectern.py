"""The tutor through its own functions, over SQLite, with a clock, a model and a judge in the test's hands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Response

from common.domain.documents.chunking import chunks_of
from common.domain.documents.models import StoredDocument
from common.domain.tutoring.models import CachedAnswer, ChatMessage, ChatSession
from common.ports import Document, Query
from common.ports.ai import (
    Embeddings,
    Kind,
    ModelRefused,
    ModelUnavailable,
    S,
    StructuredReply,
    TextReply,
    TextRequest,
    Usage,
    Verdict,
)
from common.ports.store import D
from common.triggers.unit_of_work import UnitOfWork, parse
from functions.chat.main import chat
from functions.chat_sessions.main import chat_sessions
from tests.triggers.world import HandWorld, send

PEDALS = "Pedals are tightened to 40 newton metres. The left pedal has a left-hand thread."
WORDS = Usage(model="hand-1", input_tokens=100, output_tokens=20, latency_ms=5, cost_micros=30)


def quotes_the_first_passage(request: TextRequest) -> str:
    """What the model says unless a test says otherwise: the first sentence of the first passage, cited."""
    _, _, passage = request.turns[-1].text.partition("\n")[2].partition("\n")
    return f"{passage.partition('.')[0]}. [1]"


class HandModel:
    """Says what the test wants, in pieces of ten characters; `model` None is no model at all."""

    def __init__(self) -> None:
        self.model: str | None = None
        self.says: Callable[[TextRequest], str] = quotes_the_first_passage
        self.requests: list[TextRequest] = []
        self.is_down = False
        self.breaks_after: int | None = None
        """Pieces, after which it is not to be had any more."""
        self.cost_micros = 100
        self.before_reply: Callable[[], object] = lambda: None

    def reply(self, request: TextRequest) -> TextReply:
        raise NotImplementedError

    def parse(self, request: TextRequest, shape: type[S]) -> StructuredReply[S]:
        raise NotImplementedError

    def stream(self, request: TextRequest) -> Iterator[str | Usage]:
        self.requests.append(request)
        if self.is_down or self.model is None:
            raise ModelUnavailable
        text = self.says(request)
        if text.startswith("REFUSED"):
            raise ModelRefused
        for number, start in enumerate(range(0, len(text), 10)):
            if number == self.breaks_after:
                raise ModelUnavailable
            yield text[start : start + 10]
        self.before_reply()
        yield WORDS.model_copy(update={"model": "hand-small" if request.small else "hand-1"})

    def most_cost_micros(self, request: TextRequest) -> int:
        return self.cost_micros // 2 if request.small else self.cost_micros


class HandModerator:
    """Flags what holds a word of the test's choice."""

    def __init__(self) -> None:
        self.flags: dict[str, str] = {}
        self.is_down = False

    def check(self, text: str) -> Verdict:
        if self.is_down:
            raise ModelUnavailable
        found = tuple(category for word, category in self.flags.items() if word in text.lower())
        return Verdict(bool(found), found)


class NoEmbedder:
    """Words alone decide."""

    model = "none"

    def embed(self, texts: Sequence[str], kind: Kind) -> Embeddings:
        raise ModelUnavailable


class Lectern:
    """What a learner says to the tutor, and what is stored of it."""

    def __init__(self, world: HandWorld) -> None:
        self.world = world
        self.model, self.moderator = HandModel(), HandModerator()
        world.text_model, world.moderator, world.embedder = self.model, self.moderator, NoEmbedder()
        self.documents = 0

    def call(self, method: str, path: str, body: object = None, who: str = "ada", **headers: str) -> Response:
        function = chat if path == "/v1/chat" else chat_sessions
        return send(function, method, path, body, {"Authorization": f"Bearer {who}", **headers})

    def ask(self, message: str, who: str = "ada", **more: Any) -> Any:
        """The answer of a turn that succeeds; the clock goes on for a minute."""
        answer = self.call("POST", "/v1/chat", {"message": message, **more}, who)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self.world.clock.advance(minutes=1)
        return answer.get_json()

    def begin(self, message: str, who: str = "ada", **more: Any) -> Iterator[tuple[str, Any]]:
        """The events of a turn as they come."""
        headers = {"Accept": "text/event-stream"}
        response = self.call("POST", "/v1/chat", {"message": message, **more}, who, **headers)
        assert response.status_code == 200, response.get_data(as_text=True)
        try:
            for event in response.response:
                name, _, data = str(event).strip().partition("\n")
                yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))
        finally:
            response.close()

    def stream(self, message: str, who: str = "ada", **more: Any) -> list[tuple[str, Any]]:
        """All events of a turn."""
        return list(self.begin(message, who, **more))

    def get(self, path: str, who: str = "ada") -> Any:
        answer = self.call("GET", path, who=who)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def add(self, text: str = PEDALS, scope: str = "user:ada", title: str = "Bicycles", **more: Any) -> str:
        """A document of one page that is ready."""
        self.documents += 1
        at = self.world.clock.now()
        user_id = scope.removeprefix("user:")
        document = StoredDocument.model_validate(
            {
                "document_id": f"doc-{self.documents}", "user_id": user_id, "scope": scope, "filename": "a.txt",
                "title": title, "size": 1, "kind": "text", "content_type": "text/plain", "status": "ready",
                "created_at": at, "updated_at": at, **more,
            }
        )  # fmt: skip
        unit = self.unit()
        unit.create(document)
        for chunk in chunks_of(document, 1, text, 0):
            unit.create(chunk)
        unit.commit(self.world.patience())
        return document.document_id

    def messages(self) -> list[ChatMessage]:
        return sorted(self.all(Query(ChatMessage)), key=lambda one: one.at)

    def sessions(self) -> list[ChatSession]:
        return self.all(Query(ChatSession))

    def cached(self) -> list[CachedAnswer]:
        return self.all(Query(CachedAnswer))

    def all(self, query: Query[D]) -> list[D]:
        return [parse(query.model, stored) for stored in self.world.database.query(query, {}, 1000, None)]

    def put(self, document: Document) -> None:
        unit = self.unit()
        unit.put(document)
        unit.commit(self.world.patience())

    def unit(self) -> UnitOfWork:
        return UnitOfWork(self.world.database)
