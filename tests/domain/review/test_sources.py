"""Cards are made of what goes wrong in quizzes, and of what documents explain: once each."""

from __future__ import annotations

from typing import Any

import pytest

from common.domain.assessment.content import Content, Option
from common.domain.documents.chunking import chunks_of
from common.domain.documents.models import Chunk, StoredDocument
from common.domain.review import composition
from common.domain.review.bodies import FromDocument, Submitted
from common.domain.review.definitions import definitions, term_of
from common.ports import Query
from functions.flashcard_sources.main import flashcard_sources
from tests.domain.assessment.room import Room, content
from tests.domain.review.study import Study
from tests.triggers.world import HandWorld


@pytest.fixture
def room(world: HandWorld) -> Room:
    made = Room(world)
    made.fill(content(number) for number in range(8))
    return made


def handed_in(room: Room, right: int, who: str = "ada") -> str:
    quiz = room.begin(who=who, category="Numbers", question_count=4)
    answer = room.hand_in(quiz["quiz_id"], room.right(quiz["quiz_id"], right), who)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(quiz["quiz_id"])


def mistakes(study: Study, submission_id: str, who: str = "ada") -> Any:
    return study.ask("POST", "/mistakes", {"submission_id": submission_id}, who)["items"]


def test_what_went_wrong_becomes_cards_with_the_answer_and_its_reason(study: Study, room: Room):
    quiz_id = handed_in(room, right=1)
    made = mistakes(study, quiz_id)
    wrong = room.quiz(quiz_id).questions[1:]
    assert len(made) == len(wrong) == 3
    for card, question in zip(made, wrong, strict=True):
        prompt, _, options = card["front"].partition("\n\n")
        assert prompt == question.prompt and set(options.splitlines()) == {f"- {one.text}" for one in question.options}
        assert card["back"].startswith(question.key[0]) and card["back"].endswith(question.explanation)
        assert (card["deck"], card["source"]["question_id"]) == ("Mistakes", question.question_id)
    assert [item["card_id"] for item in study.due()["items"]] == [card["card_id"] for card in made]


def test_a_card_asks_what_its_question_asked(study: Study, room: Room):
    """Which of these, and true or false, cannot be answered without what they speak of."""
    options = (Option(text="True"), Option(text="False", correct=True))
    said = content(1).model_dump() | {"kind": "true_false", "prompt": "Seven is even.", "options": options}
    gap = said | {"kind": "cloze", "prompt": "Seven is ____.", "options": (), "accepted": ("odd",)}
    room.fill([Content.model_validate(said), Content.model_validate(gap)], "Parity")
    quiz_id = room.begin(category="Parity")["quiz_id"]
    room.hand_in(quiz_id, {})
    assert {(card["front"], card["back"].splitlines()[0]) for card in mistakes(study, quiz_id)} == {
        ("True or false? Seven is even.", "False"),
        ("Seven is ____.", "odd"),
    }


def test_a_question_is_one_card_however_often_it_goes_wrong(study: Study, room: Room):
    first = mistakes(study, handed_in(room, right=0))
    study.settle(first[0]["card_id"])
    standing = study.card(first[0]["card_id"]).standing
    again = mistakes(study, handed_in(room, right=0)) + mistakes(study, handed_in(room, right=0))
    assert len({card["card_id"] for card in first + again}) == len(study.cards()) == study.desk().cards <= 8
    assert study.card(first[0]["card_id"]).standing == standing


def test_two_requests_at_once_make_the_cards_once(study: Study, room: Room):
    quiz_id = handed_in(room, right=0)
    study.just_before_commit(lambda: mistakes(study, quiz_id) and None)
    assert len(mistakes(study, quiz_id)) == 4
    assert (len(study.cards()), study.desk().cards, study.desk().new) == (4, 4, 4)


def test_a_quiz_without_mistakes_makes_no_card(study: Study, room: Room):
    assert mistakes(study, handed_in(room, right=4)) == []
    assert study.cards() == []


def test_anothers_submission_is_not_there(study: Study, room: Room):
    quiz_id = handed_in(room, right=0, who="eve")
    for one in (quiz_id, "nobodys"):
        assert study.call("POST", "/mistakes", {"submission_id": one}).status_code == 404


def test_mistakes_cost_a_read_and_a_write_each(study: Study, room: Room):
    wished = Submitted(submission_id=handed_in(room, right=0))
    assert study.billed(flashcard_sources, "from_mistakes", wished=wished) == (2 + 4 + 1, 4 + 1, 0)
    assert study.billed(flashcard_sources, "from_mistakes", wished=wished) == (2 + 4 + 1, 0, 0)


GLACIERS = """# Glaciers

A glacier is a body of ice on land that is thick enough to move under its own weight. Glaciers are beautiful.

Ice near the surface cannot flow quickly enough and cracks open. Such cracks are called crevasses. Buried snow is
pressed into grains called firn, and with time the firn turns into solid ice.
"""


def document(study: Study, *pages: str, who: str = "ada", **more: Any) -> StoredDocument:
    """A document as its processing leaves it."""
    now = study.world.clock.now()
    made = StoredDocument(
        document_id="doc-1", user_id=who, scope=f"user:{who}", filename="ice.md", title="Ice",
        content_type="text/markdown", size=1, kind="markdown", status="ready", created_at=now, updated_at=now,
    )  # fmt: skip
    chunks: list[Chunk] = []
    for number, text in enumerate(pages, start=1):
        chunks += chunks_of(made, number, text, len(chunks))
    made = made.model_copy(update={"chunks": len(chunks), **more})
    study.put(made, *chunks)
    return made


def generated(study: Study, who: str = "ada", **more: Any) -> Any:
    job = study.ask("POST", "/generate", {"document_id": "doc-1", **more}, who)
    study.work()
    return study.ask("GET", f"/jobs/{job['job_id']}", who=who)


def test_what_a_document_explains_becomes_cards_with_their_place(study: Study):
    document(study, "Foreword.", GLACIERS)
    job = generated(study)
    assert (job["status"], job["made"], job["done"], job["detail"]) == ("done", 3, job["total"], None)
    cards = study.cards()
    assert [card.front for card in cards] == ["Glacier", "Crevasses", "Firn"]
    assert cards[1].back == (
        "Ice near the surface cannot flow quickly enough and cracks open. Such cracks are called crevasses."
    )
    for card in cards:
        assert card.source is not None and (card.source.page, card.source.title, card.deck) == (2, "Ice", "Ice")
        assert card.back.endswith(" ".join(GLACIERS[card.source.start : card.source.end].split()))


def test_a_document_that_is_asked_for_twice_makes_each_card_once(study: Study):
    document(study, GLACIERS)
    generated(study)
    study.settle(study.cards()[0].card_id)
    before = study.cards()
    job = generated(study, deck="Other")
    assert (job["made"], job["unchanged"]) == (0, 3)
    assert study.cards() == before


def test_a_long_document_goes_by_steps_up_to_what_was_asked_for(study: Study, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(composition, "CHUNKS_A_STEP", 2)
    pages = [f"A widget{letter} is a tool that turns small screws in narrow places." for letter in "abcdefgh"]
    document(study, *pages)
    job = generated(study, most=5)
    assert (job["status"], job["made"], job["done"]) == ("done", 5, 6) and "more than" in job["detail"]
    assert [card.front for card in study.cards()] == [f"Widget{letter}" for letter in "abcde"]
    assert generated(study)["made"] == 3


@pytest.mark.parametrize("change", [{"status": "processing"}, {"status": "failed"}])
def test_a_document_that_is_not_ready_makes_no_cards(study: Study, change: dict[str, Any]):
    document(study, GLACIERS, **change)
    answer = study.call("POST", "/generate", {"document_id": "doc-1"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "document_not_ready")


def test_anothers_document_makes_no_cards(study: Study):
    document(study, GLACIERS, who="eve")
    assert study.call("POST", "/generate", {"document_id": "doc-1"}).status_code == 404


def test_a_document_that_goes_meanwhile_ends_the_job(study: Study):
    made = document(study, GLACIERS)
    job = study.ask("POST", "/generate", {"document_id": "doc-1"})
    study.put(made.model_copy(update={"deleted": True}))
    study.work()
    shown = study.ask("GET", f"/jobs/{job['job_id']}")
    assert (shown["status"], shown["detail"], study.cards()) == ("failed", "The document is gone.", [])


def test_generating_costs_a_read_and_two_writes_and_the_rest_is_a_task(study: Study):
    document(study, GLACIERS)
    wished = FromDocument(document_id="doc-1")
    assert study.billed(flashcard_sources, "from_document", wished=wished) == (1, 2, 0)


@pytest.mark.parametrize(
    ("sentence", "language", "term"),
    [
        ("A market is any place where buyers and sellers meet.", "en", "market"),
        ("Debris that a glacier sets down is called a moraine.", "en", "moraine"),
        ("While we are awake, a substance named adenosine builds up in the brain.", "en", "adenosine"),
        ("The upper limit of the soaked zone is the water table.", "en", "water table"),
        ("Fjord: a valley that the sea has filled", "en", "Fjord"),
        ("Ein Fjord ist ein Tal, das vom Meer gefüllt wurde.", "de", "Fjord"),
        ("Die Spalten im Eis eines Gletschers heißen Gletscherspalten.", "de", "Gletscherspalten"),
        ("Un fiordo es un valle que el mar ha llenado.", "es", "fiordo"),
        ("La fotosíntesis es el proceso con que las plantas producen azúcar.", "es", "fotosíntesis"),
        ("Un fjord est une vallée que la mer a remplie.", "fr", "fjord"),
        ("The result is a compromise between speed and cost.", "en", None),
        ("A minimum wage is an example that economists debate.", "en", None),
        ("Authorities answered with censorship: the Roman Index was published in 1559.", "en", None),
        ("The chords on these steps are called tonic, subdominant and dominant.", "en", None),
        ("Poets called it the queen of roads.", "en", None),
        ("The figure below is a map of the valley and its glacier.", "en", None),
        ("Glaciers are beautiful.", "en", None),
        ("x" * 5_000, "en", None),
    ],
)
def test_a_sentence_explains_a_term_or_none(sentence: str, language: str, term: str | None):
    assert term_of(sentence, language) == term


def test_a_sentence_that_leans_on_nothing_that_can_be_shown_is_left_out(study: Study):
    document(study, "This distance is called an octave.\n\nThey differ. Such a lake is called a tarn, as all know.")
    chunks = list(study.all(Query(Chunk)))
    assert definitions(chunks) == []
