"""The erasure of a learner who did everything, over Firestore: no document holds the canary or the id."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.cloud.firestore import Client

from common import adapters
from common.adapters.gcp.firestore import Firestore
from common.settings import Settings
from tests.functions.everything import CANARY, Everything
from tests.functions.local_api import local_api
from tests.functions.test_erasure import Killed, erase_while_dying, in_flight, leave, watch


@pytest.fixture
def on_firestore(tmp_path: Path, firestore_project: str) -> Iterator[Everything]:
    with local_api(tmp_path / "data", rate_limit_factor="1000") as api:
        settings = Settings(adapters="gcp", project=firestore_project, token_public_keys={"-": "unused"})
        database = adapters.world().__dict__["database"] = Firestore(settings)
        yield Everything(api)
        database.close()


def held(school: Everything, project: str) -> list[str]:
    """Every collection with a document in which the canary or the id stands."""
    client, wanted = Client(project=project), (CANARY.casefold(), str(school.ids["ada"]).casefold())
    said = [
        collection.id
        for collection in client.collections()
        for one in collection.stream()
        if any(text in f"{one.id} {one.to_dict()}".casefold() for text in wanted)
    ]
    client.close()
    return sorted(set(said))


def test_no_document_is_left_of_a_learner_who_did_everything(on_firestore: Everything, firestore_project: str) -> None:
    school = on_firestore
    school.live()
    in_flight(school)
    assert len(held(school, firestore_project)) > 40
    watched, deaths = watch(), [0]

    def die(kind: str) -> None:
        if kind == "EraseLearner":
            deaths[0] += 1
            if deaths[0] % 2:
                raise Killed

    watched.before = die
    request_id = leave(school)
    erase_while_dying(school)
    assert deaths[0] > 4
    assert held(school, firestore_project) == []
    assert school.api.call("GET", f"/v1/me/erasure/{request_id}").json["status"] == "done"
