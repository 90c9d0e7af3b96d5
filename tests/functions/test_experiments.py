"""Experiments over HTTP: admins begin them, read them and stop them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.functions.local_api import LocalApi

WISHED: dict[str, Any] = {
    "name": "Do nudges in the evening help?",
    "arms": [{"arm": "evening", "percent": 30, "send_hour": 19}, {"arm": "usual", "percent": 30, "template": "plain"}],
    "holdout_percent": 40,
    "smallest_effect": 0.05,
}
PATH = "/v1/experiments"


@pytest.fixture
def begun(shared_api: LocalApi, admin: str) -> Iterator[dict[str, Any]]:
    """An experiment that runs, and stops after the test; those of other tests have stopped before."""
    for one in shared_api.call("GET", PATH, token=admin).json["items"]:
        shared_api.call("POST", f"{PATH}/{one['experiment_id']}/stop", {}, admin)
    answer = shared_api.call("POST", PATH, WISHED, admin)
    assert answer.status_code == 201, answer.text
    yield answer.json
    shared_api.call("POST", f"{PATH}/{answer.json['experiment_id']}/stop", {}, admin)


def test_an_experiment_begins_with_nobody_in_it(begun: dict[str, Any]):
    assert (begun["state"], begun["holdout"]["learners"], begun["sample_ratio_p"]) == ("running", 0, None)
    evening, usual = begun["arms"]
    assert (evening["send_hour"], evening["percent"], evening["lift"], evening["is_large_enough"]) == (
        19,
        30,
        None,
        False,
    )
    assert usual["learners_needed"] > 1000
    assert evening["evidence_of_harm"] == pytest.approx(1)
    assert evening["evidence_to_stop"] == pytest.approx(40)
    assert len(begun["warnings"]) == 2


def test_it_is_shown_and_listed(shared_api: LocalApi, admin: str, begun: dict[str, Any]):
    assert shared_api.call("GET", f"{PATH}/{begun['experiment_id']}", token=admin).json == begun
    listed = shared_api.call("GET", f"{PATH}?page_size=1", token=admin).json
    assert listed["items"] == [begun]
    assert shared_api.call("GET", f"{PATH}/nothing", token=admin).status_code == 404


def test_a_second_one_waits_until_the_first_has_stopped(shared_api: LocalApi, admin: str, begun: dict[str, Any]):
    second = shared_api.call("POST", PATH, WISHED, admin)
    assert (second.status_code, second.json["code"]) == (409, "experiment_running")
    path = f"{PATH}/{begun['experiment_id']}/stop"
    stopped = shared_api.call("POST", path, {}, admin).json
    assert (stopped["state"], stopped["stopped_because"]) == ("stopped", "by_hand")
    assert shared_api.call("POST", path, {}, admin).json == stopped
    third = shared_api.call("POST", PATH, WISHED, admin)
    assert third.status_code == 201
    shared_api.call("POST", f"{PATH}/{third.json['experiment_id']}/stop", {}, admin)
    log = shared_api.call("GET", "/v1/audit-log?action=experiment.stopped", token=admin).json["items"]
    assert begun["experiment_id"] in [one["subject_id"] for one in log]


def test_one_arm_is_stopped_by_hand(shared_api: LocalApi, admin: str, begun: dict[str, Any]):
    path = f"{PATH}/{begun['experiment_id']}/stop"
    shown = shared_api.call("POST", path, {"arm": "evening"}, admin).json
    assert [one["stopped_because"] for one in shown["arms"]] == ["by_hand", None]
    assert shown["state"] == "running"
    assert shared_api.call("POST", path, {"arm": "unheard-of"}, admin).status_code == 404
    assert shared_api.call("POST", path, {"arm": "usual"}, admin).json["state"] == "halted"


@pytest.mark.parametrize(
    "change",
    [
        {"holdout_percent": 41},
        {"holdout_percent": 0},
        {"arms": []},
        {"arms": [{"arm": "a", "percent": 30}, {"arm": "a", "percent": 30}]},
        {"arms": [{"arm": "holdout", "percent": 60}]},
        {"arms": [{"arm": "a", "percent": 60, "send_hour": 24}]},
        {"arms": [{"arm": "a", "percent": 60, "template": "unheard-of"}]},
        {"smallest_effect": 0},
        {"salt": "mine"},
    ],
)
def test_what_makes_no_experiment_is_refused(shared_api: LocalApi, admin: str, change: dict[str, Any]):
    assert shared_api.call("POST", PATH, WISHED | change, admin).status_code == 422


def test_nobody_but_admins_sees_experiments(shared_api: LocalApi):
    shared_api.register("exp-ada")
    token = str(shared_api.login("exp-ada")["access_token"])
    assert shared_api.call("GET", PATH, token=token).status_code == 403
    assert shared_api.call("POST", PATH, WISHED, token).status_code == 403
