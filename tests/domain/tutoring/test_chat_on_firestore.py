"""Turns over Firestore: many scopes, turns at once, and what becomes of cached answers when their document goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from common.adapters.gcp.firestore import Firestore
from common.adapters.local.files import FolderFiles
from common.domain.courses.models import Course, LearnerCourses
from common.domain.documents import removal
from common.domain.documents.models import Chunk, StoredDocument
from common.domain.tutoring.models import CachedAnswer
from common.ports import Query
from common.ports.ai import Embeddings, Kind, Usage
from common.settings import Settings
from functions.document_delete.main import document_delete
from functions.documents.main import documents
from tests.domain.documents.shelf import HandEmbedder, vector
from tests.domain.tutoring.killing import Stepped
from tests.domain.tutoring.lectern import PEDALS, Lectern
from tests.triggers.world import send

HOW_TIGHT = "How tight should the pedals be?"
LONG = "Please say how tight the left pedal of my bicycle should be"
"""Of twelve words."""
SAME = vector("model-a", "every text")


class Alike(HandEmbedder):
    """Takes all texts for the same: every chunk of every scope is as near as the others."""

    def embed(self, texts: Sequence[str], kind: Kind) -> Embeddings:
        usage = Usage(model=self.model, input_tokens=1, latency_ms=1, cost_micros=0)
        return Embeddings((SAME,) * len(texts), usage)


@pytest.fixture
def on_firestore(lectern: Lectern, firestore_project: str) -> Iterator[Lectern]:
    world = lectern.world
    world.database = Firestore(Settings(adapters="gcp", project=firestore_project, token_public_keys={"-": "unused"}))
    world.files = FolderFiles(world.settings)
    yield lectern
    world.database.close()


@pytest.fixture
def removals(on_firestore: Lectern, monkeypatch: pytest.MonkeyPatch) -> Stepped:
    return Stepped(on_firestore, document_delete, "RemovePieces", monkeypatch)


def test_forty_courses_and_a_long_question_are_one_answer_from_what_may_be_read(on_firestore: Lectern):
    lectern, embedder = on_firestore, Alike()
    lectern.world.embedder = embedder
    mine = tuple(f"c{number}" for number in range(40))
    lectern.put(LearnerCourses(user_id="ada", enrolled=mine, unpaid=("unpaid",)))
    for course in ("c7", "unpaid", "left"):
        lectern.put(course_named(course, lectern.world.clock.now()))
    scopes = {lectern.add(scope=f"course:{course}"): course for course in (*mine, "unpaid", "left")}
    scopes |= {lectern.add(scope=f"user:{name}"): name for name in ("ada", "eve")}
    unit = lectern.unit()
    for chunk in lectern.all(Query(Chunk)):
        unit.update(Chunk, chunk.chunk_id, {"vector": SAME, "embedding_model": embedder.model})
    unit.commit(lectern.world.patience())

    readable = {document for document, scope in scopes.items() if scope in (*mine, "ada")}
    answer = lectern.ask(LONG)
    assert (len(LONG.split()), answer["route"]) == (12, "grounded")
    assert {source["document_id"] for source in answer["sources"]} <= readable
    unknown = lectern.ask("Who was the emperor that crowned himself beside the pope in 1804?")
    assert {one["document_id"] for one in (*unknown["nearest"], *unknown["sources"])} <= readable
    own = lectern.ask(LONG, course_id="c7")
    assert {scopes[source["document_id"]] for source in own["sources"]} == {"c7"}
    for course in ("unpaid", "left"):
        assert lectern.call("POST", "/v1/chat", {"message": LONG, "course_id": course}).status_code == 404


def course_named(course_id: str, at: datetime) -> Course:
    return Course(
        course_id=course_id, teacher_id="toni", title=course_id, created_by="toni", created_at=at, updated_at=at
    )


def test_turns_at_once_begin_one_session_and_lose_no_message(on_firestore: Lectern):
    lectern = on_firestore
    one, other = lectern.begin("My name is Ada"), lectern.begin("Hi!")  # neither finds a session
    assert (next(one)[0], next(other)[0]) == ("delta", "delta")
    begun = {list(events)[-1][1]["session_id"] for events in (other, one)}
    assert len(begun) == 1
    more = [lectern.begin(f"My name is {name}", session_id=begun.copy().pop()) for name in ("Bob", "Cleo", "Dan")]
    assert [next(events)[0] for events in more] == ["delta"] * 3
    assert [list(events)[-1][0] for events in reversed(more)] == ["done"] * 3
    (session,) = lectern.sessions()
    assert (session.message_count, len(session.hot), len(lectern.messages())) == (10, 10, 10)
    roles = [message.role for message in session.hot]
    assert roles == ["user", "assistant"] * 5
    assert session.learner_name == "Bob"


# Deleting ----------------------------------------------------------------------------------------------------------


def cached_for(lectern: Lectern, document_id: str, number: int) -> CachedAnswer:
    """As a turn writes it that had read the document before it was deleted."""
    now = lectern.world.clock.now()
    return CachedAnswer(
        answer_id=f"late-{number}", user_id="ada", documents=(document_id,), route="grounded", answer=PEDALS,
        confidence=1.0, sources=(), nearest=(), created_at=now, expires_at=now.replace(year=2027),
    )  # fmt: skip


def deleted(lectern: Lectern, document_id: str) -> None:
    answer = send(documents, "DELETE", f"/v1/documents/{document_id}", headers={"Authorization": "Bearer ada"})
    assert answer.status_code == 204


def test_cached_answers_go_with_their_document_and_late_ones_too(on_firestore: Lectern, removals: Stepped):
    lectern = on_firestore
    going, staying = lectern.add(), lectern.add("Bells ring when their hammer strikes.", title="Bells")
    assert lectern.ask(HOW_TIGHT)["route"] == "grounded"
    assert lectern.ask("When do bells ring?")["route"] == "grounded"
    cited = {one.documents for one in lectern.cached()}
    assert cited == {(going,), (staying,)}

    deleted(lectern, going)
    assert lectern.ask(HOW_TIGHT)["route"] == "not_found"  # at once, though the answer is still kept
    removals.work()
    assert not [one for one in lectern.cached() if going in one.documents]
    assert lectern.world.stored(StoredDocument, going) is None

    lectern.put(cached_for(lectern, going, 1))
    lectern.world.clock.advance(minutes=11)
    removals.work()
    left = lectern.cached()
    assert not [one for one in left if going in one.documents]
    assert (staying,) in {one.documents for one in left}


def test_a_removal_that_is_killed_at_every_step_goes_on(
    on_firestore: Lectern, removals: Stepped, monkeypatch: pytest.MonkeyPatch
):
    lectern = on_firestore
    monkeypatch.setattr(removal, "PIECES", 3)
    going, staying = lectern.add("\n\n".join([PEDALS] * 40)), lectern.add()
    for number in range(4):
        lectern.put(cached_for(lectern, going, number))
    lectern.put(cached_for(lectern, staying, 9))
    assert len(lectern.all(Query(Chunk))) >= 3
    deleted(lectern, going)
    removals.work_killed()
    lectern.world.clock.advance(minutes=11)
    removals.work()

    records = removals.records()
    assert {one.status for one in records} == {"DONE"}
    assert len({one.payload for one in records}) == len(records) >= 4
    assert [one.documents for one in lectern.cached()] == [(staying,)]
    assert {one.document_id for one in lectern.all(Query(Chunk))} == {staying}
    assert lectern.world.stored(StoredDocument, going) is None
