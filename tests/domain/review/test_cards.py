"""Cards are made, changed, suspended and deleted, by their owner alone."""

from __future__ import annotations

from typing import Any

import pytest

from common.domain.review import cards, desks
from common.domain.review.bodies import NewCard, NewCards
from common.domain.review.models import Desk, ReviewRow
from common.ports import Query
from functions.flashcards.main import flashcards
from tests.domain.review.study import Study
from tests.triggers.world import problem

ROWS = Query(ReviewRow)


def test_a_card_is_shown_as_it_was_made(study: Study):
    said = {
        "front": "What weaves\nalgebraic patterns?", "back": "The <b>engine</b>", "deck": "History::Computing",
        "tags": ["ada", "1843"], "html": True, "difficulty": "hard",
    }  # fmt: skip
    answer = study.call("POST", "", said)
    made = answer.get_json()
    assert answer.status_code == 201 and made.items() >= said.items()
    assert (made["state"], made["due_at"], made["reviews"], made["suspended"]) == ("new", None, 0, False)
    assert study.ask("GET", f"/{made['card_id']}") == made


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"front": ""}, "/front"),
        ({"front": " \n "}, "/front"),
        ({"front": "x" * 5_001}, "/front"),
        ({"back": "nul\x00"}, "/back"),
        ({"deck": "  "}, "/deck"),
        ({"deck": "a\nb"}, "/deck"),
        ({"tags": ["two words"]}, "/tags/0"),
        ({"tags": [f"t{n}" for n in range(21)]}, "/tags"),
        ({"difficulty": "impossible"}, "/difficulty"),
        ({"user_id": "eve"}, "/user_id"),
        ({"guid": "mine"}, "/guid"),
    ],
)
def test_a_wrong_card_is_refused_by_its_field(study: Study, wrong: dict[str, Any], pointer: str):
    answer = study.call("POST", "", {"front": "F", "back": "B", **wrong})
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, pointer)


def test_several_cards_are_made_all_or_none(study: Study):
    good = {"front": "F", "back": "B"}
    assert study.call("POST", "/bulk", {"cards": [good] * 99 + [{"front": "F", "back": ""}]}).status_code == 422
    assert study.desk() == Desk(user_id="ada")
    assert len(study.ask("POST", "/bulk", {"cards": [good] * 100})["items"]) == 100
    assert study.call("POST", "/bulk", {"cards": [good] * 101}).status_code == 422
    assert study.call("POST", "/bulk", {"cards": []}).status_code == 422
    assert (study.desk().cards, study.desk().new) == (100, 100)


def test_there_is_room_for_so_many_cards(study: Study):
    study.put(Desk(user_id="ada", cards=desks.MOST_CARDS - 2))
    study.make_many(2)
    answer = study.call("POST", "", {"front": "F", "back": "B"})
    assert (answer.status_code, problem(answer)) == (409, "too_many_cards")


def test_a_list_has_the_callers_cards_the_latest_first_page_by_page(study: Study):
    made = study.make_many(5)
    other = study.make(deck="Other")
    study.make(who="eve")
    listed, query = [], "?page_size=2"
    while query:
        page = study.ask("GET", query)
        listed += [item["card_id"] for item in page["items"]]
        query = f"?page_size=2&page_token={page['next_page_token']}" if page["next_page_token"] else ""
    assert listed == [other, *made[::-1]]
    assert [item["card_id"] for item in study.ask("GET", "?deck=Other")["items"]] == [other]


def test_a_change_leaves_what_is_not_said_and_where_the_card_stands(study: Study):
    card_id = study.make(tags=["a"], difficulty="easy")
    study.settle(card_id)
    before = study.ask("GET", f"/{card_id}")
    study.world.clock.advance(minutes=1)
    after = study.ask("PATCH", f"/{card_id}", {"front": "Who weaves?", "difficulty": None, "deck": None})
    assert after == before | {"front": "Who weaves?", "difficulty": None, "updated_at": after["updated_at"]}
    assert study.ask("GET", f"/{card_id}") == after


def test_a_suspended_card_is_asked_no_more_until_it_is_taken_up(study: Study):
    new, known = study.make_many(2)
    due = study.settle(known)
    study.world.clock.time = due
    for card_id in (new, known):
        study.ask("PATCH", f"/{card_id}", {"suspended": True})
        study.ask("PATCH", f"/{card_id}", {"suspended": True})
    queue = study.due()
    assert (queue["items"], queue["due_count"], queue["new_count"]) == ([], 0, 0)
    for card_id in (new, known):
        study.ask("PATCH", f"/{card_id}", {"suspended": False})
    queue = study.due()
    assert [item["card_id"] for item in queue["items"]] == [known, new]


def test_a_deleted_card_leaves_nothing(study: Study, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cards, "ROWS_A_STEP", 2)
    card_id, other = study.make_many(2)
    for _ in range(5):
        study.review(card_id, "again")
    study.review(other, "good")
    assert study.call("DELETE", f"/{card_id}").status_code == 204
    assert study.call("GET", f"/{card_id}").status_code == 404
    study.work()
    assert [row.log_id for row in study.all(ROWS)] == [study.card(other).log_id]
    assert (study.desk().cards, sum(study.desk().load.values())) == (1, 1)
    assert study.call("DELETE", f"/{card_id}").status_code == 404


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_anothers_card_is_not_there(study: Study, method: str):
    card_id = study.make()
    body = {"front": "Mine"} if method == "PATCH" else None
    theirs, nobodys = (study.call(method, f"/{one}", body, "eve") for one in (card_id, "nobodys"))
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.get_json() | {"request_id": ""} == nobodys.get_json() | {"request_id": ""}
    assert study.ask("GET", f"/{card_id}")["front"] == "What weaves?"


def test_cards_cost_the_same_however_many_there_are(study: Study):
    wished = NewCard(front="F", back="B")
    for _ in range(2):
        assert study.billed(flashcards, "make", wished=wished) == (1, 2, 0)
        assert study.billed(flashcards, "make_several", wished=NewCards(cards=(wished,) * 100)) == (1, 101, 0)
        assert study.billed(flashcards, "find", deck=None, page_size=20, page_token=None) == (21, 0, 0)
    card_id = study.make()
    assert study.billed(flashcards, "show", card_id=card_id) == (1, 0, 0)
    assert study.billed(flashcards, "delete", card_id=card_id) == (2, 1, 1)
