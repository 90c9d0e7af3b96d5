"""Simulations of nudges over HTTP: for teachers and admins, within bounds, and without sending anything."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functions.local_api import LocalApi

PATH = "/v1/nudges/simulate"


def test_an_admin_plays_a_policy_and_nothing_is_sent(shared_api: LocalApi, admin: str):
    before = shared_api.stored()
    answer = shared_api.call("POST", PATH, {"size": 200, "days": 14, "policy": {"send_hour": 18}}, admin)
    assert answer.status_code == 200, answer.text
    found = answer.json
    assert (found["learners"], len(found["by_hour"]), len(found["by_day"])) == (200, 24, 14)
    assert found["nudges"] == sum(found["by_hour"]) > 0
    assert found["cost"]["database_usd"] > 0
    assert shared_api.stored() == before


def test_real_learners_are_played_for_an_admin(shared_api: LocalApi, admin: str):
    found = shared_api.call("POST", PATH, {"population": "real", "size": 50}, admin)
    assert found.status_code == 200, found.text


@pytest.mark.parametrize(
    "wished",
    [
        {"size": 2001},
        {"population": "real", "size": 201},
        {"population": "synthetic", "course_id": "logic"},
        {"days": 61},
        {"policy": {"quiet_from": "25:00"}},
        {"policy": {"threshold": 0}},
        {"response": {"wins": 1.5}},
        {"seed": -1},
    ],
)
def test_what_is_out_of_bounds_is_refused(shared_api: LocalApi, admin: str, wished: dict[str, Any]):
    assert shared_api.call("POST", PATH, wished, admin).status_code == 422


def test_learners_do_not_play_with_learners(shared_api: LocalApi):
    shared_api.register("sim-ada")
    token = str(shared_api.login("sim-ada")["access_token"])
    assert shared_api.call("POST", PATH, {}, token).status_code == 403
