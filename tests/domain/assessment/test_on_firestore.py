"""A quiz's whole life over Firestore: drawn by place, handed in by many at once, listed, and counted."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.adapters.gcp.firestore import Firestore
from common.domain.assessment.content import DIFFICULTIES
from common.settings import Settings
from tests.domain.assessment.composer import ask, composed
from tests.domain.assessment.material import HandModel, take_in
from tests.domain.assessment.room import SUBMISSIONS, Room, content
from tests.domain.assessment.test_statistics import question, run
from tests.domain.documents.shelf import HandEmbedder
from tests.triggers.world import HandWorld

KEYS = {"key": "unused"}


@pytest.fixture
def room(world: HandWorld, firestore_project: str) -> Iterator[Room]:
    world.database = Firestore(Settings(adapters="gcp", project=firestore_project, token_public_keys=KEYS))
    yield Room(world)
    world.database.close()


def test_a_quiz_is_drawn_handed_in_once_listed_and_counted(room: Room):
    room.fill([content(n, DIFFICULTIES[n % 3], "even" if n % 2 else "odd") for n in range(30)])
    narrow = room.begin(question_count=5, difficulty="easy", topic="even")
    assert {(one["difficulty"], one["topic"]) for one in narrow["questions"]} == {("easy", "even")}
    quiz = room.begin(question_count=10)
    given = room.right(quiz["quiz_id"], 6)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: room.hand_in(quiz["quiz_id"], given), range(8)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.get_data(as_text=True) for one in answers}) == 1
    assert len(room.all(SUBMISSIONS)) == len(room.told()) == room.record().attempts == 1
    room.world.clock.advance(minutes=1)
    assert room.hand_in(narrow["quiz_id"], {}).get_json()["score"] == 0
    first = room.results("?page_size=1")
    second = room.results(f"?page_size=1&page_token={first['next_page_token']}")
    assert [page["items"][0]["score"] for page in (first, second)] == [0, 60]
    for _ in range(2):
        run(room)
    counted = [question(room, one).statistics.answers for one in given]
    assert counted == [1] * 6


def test_a_quiz_about_a_document_is_composed_kept_and_used_again(room: Room, world: HandWorld):
    model, embedder = HandModel(), HandEmbedder()
    model.model, embedder.is_down = None, True
    world.text_model, world.embedder = model, embedder
    document_id = take_in(world)
    quiz = composed(room, document_id=document_id, question_count=3)
    assert (quiz["status"], quiz["question_count"], quiz["made_by"]) == ("ready", 3, "offline")
    assert room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"])).get_json()["score"] == 100
    assert ask(room, document_id=document_id, question_count=3).status_code == 201
