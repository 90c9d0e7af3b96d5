"""Cards are made of what goes wrong in quizzes, once each."""

from __future__ import annotations

from typing import Any

import pytest

from common.domain.review.bodies import Submitted
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
    wrong = [
        question for question in room.quiz(quiz_id).questions if question.prompt in {card["front"] for card in made}
    ]
    assert len(made) == len(wrong) == 3
    for card, question in zip(made, wrong, strict=True):
        assert card["back"].startswith(question.key[0]) and card["back"].endswith(question.explanation)
        assert (card["deck"], card["source"]["question_id"]) == ("Mistakes", question.question_id)
    assert [item["card_id"] for item in study.due()["items"]] == [card["card_id"] for card in made]


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
