"""Cards over Firestore: the order of the queue, undo and two reviews at once are what they are over SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common.adapters.gcp.firestore import Firestore
from common.domain.review import review_log
from common.settings import Settings
from tests.domain.review.study import Study

KEYS = {"key": "unused"}


@pytest.fixture
def on_firestore(study: Study, firestore_project: str) -> Iterator[Study]:
    settings = Settings(adapters="gcp", project=firestore_project, token_public_keys=KEYS)
    study.world.database = Firestore(settings)
    yield study
    study.world.database.close()


def test_a_learners_days_are_the_same_on_firestore(on_firestore: Study):
    study = on_firestore
    days, minutes, new = study.make_many(3)
    study.settle(days)
    study.world.clock.advance(days=20)
    study.just_before_commit(lambda: study.review(minutes, "again"))
    study.review(minutes, "good")
    study.world.clock.advance(minutes=10)
    queue = study.due()
    assert [item["card_id"] for item in queue["items"]] == [minutes, days, new]
    assert (queue["due_count"], queue["overdue_count"], queue["new_count"]) == (2, 1, 1)
    study.review(days, "again")
    study.ask("POST", f"/{days}/undo")
    for card_id in (days, minutes):
        assert review_log.standing_of(study.rows(card_id)) == study.card(card_id).standing
    assert [row.rating for row in study.rows(minutes)] == ["again", "good"]
    study.ask("PATCH", f"/{new}", {"suspended": True})
    assert study.call("DELETE", f"/{days}").status_code == 204
    study.work()
    assert [item["card_id"] for item in study.due()["items"]] == [minutes]


def test_a_backlog_an_exam_and_a_file_are_the_same_on_firestore(on_firestore: Study):
    study = on_firestore
    job = study.bring("".join(f"Question {number}\tAnswer\n" for number in range(14)))
    assert (job["status"], job["made"]) == ("done", 14)
    text = study.exported(page_size=5)
    made = [card.card_id for card in study.cards()]
    for card_id in made:
        study.settle(card_id)
    study.wish(exam_date="2026-03-05")
    assert len(study.due()["items"]) == 7  # what is due after the exam, in the two days before its eve
    study.wish(reviews_per_day=10)
    study.world.clock.advance(days=40)
    queue = study.due()
    assert (queue["is_backlog"], queue["overdue_count"], len(queue["items"])) == (True, 14, 10)
    assert (study.bring(text)["unchanged"], study.exported()) == (14, text)
