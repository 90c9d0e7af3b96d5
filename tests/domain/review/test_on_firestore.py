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
