"""Dashboards over HTTP: whom they are for, and what they show of what really happened."""

from __future__ import annotations

import pytest

from common import adapters
from infrastructure.tools import create_admin
from tests.functions.local_api import LocalApi


@pytest.fixture(scope="module")
def learner(shared_api: LocalApi) -> str:
    shared_api.register("dsh-ada")
    return str(shared_api.login("dsh-ada")["access_token"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/dashboard"),
        ("GET", "/v1/dashboard/courses/algebra"),
        ("GET", "/v1/dashboard/admin"),
        ("GET", "/v1/dashboard/admin/courses"),
        ("POST", "/v1/dashboard/admin/counts"),
    ],
)
def test_nobody_is_served_without_credentials(shared_api: LocalApi, method: str, path: str) -> None:
    assert shared_api.call(method, path, None if method == "GET" else {}).status_code == 401


def test_a_learner_sees_their_own_and_nothing_of_the_schools(shared_api: LocalApi, learner: str) -> None:
    own = shared_api.call("GET", "/v1/dashboard", token=learner)
    assert own.status_code == 200
    assert own.json["standing"]["streak"] == 0 and own.json["next_step"]["kind"] == "ask"
    assert len(own.json["days"]) == 28 and own.json["history"] == []
    for path in ("/v1/dashboard/courses/algebra", "/v1/dashboard/admin", "/v1/dashboard/admin/courses"):
        assert shared_api.call("GET", path, token=learner).status_code == 403
    assert shared_api.call("POST", "/v1/dashboard/admin/counts", {}, learner).status_code == 403


def test_before_the_first_count_an_admin_is_told_so(api: LocalApi) -> None:
    made = create_admin.create(adapters.world(), "operator", "operator@example.org")
    assert made.password
    admin = api.login("operator", made.password)["access_token"]
    answer = api.call("GET", "/v1/dashboard/admin", token=admin)
    assert (answer.status_code, answer.json["code"]) == (404, "not_counted_yet")
    asked = api.call("POST", "/v1/dashboard/admin/counts", token=admin)
    assert asked.status_code == 202 and asked.json["as_of"].endswith("Z")
    assert {one["kind"] for one in api.read("messages")} >= {"CountPage"}
    again = api.call("POST", "/v1/dashboard/admin/counts", token=admin)
    assert again.status_code == 202


def test_a_course_that_is_not_there_is_not_found(shared_api: LocalApi, admin: str) -> None:
    assert shared_api.call("GET", "/v1/dashboard/courses/nowhere", token=admin).status_code == 404
    assert shared_api.call("GET", "/v1/dashboard/admin/courses", token=admin).status_code == 200
