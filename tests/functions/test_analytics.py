"""Analytics are the admins'."""

from tests.functions.local_api import LocalApi


def test_admins_read_the_weeks_that_were_counted_and_nobody_else_does(shared_api: LocalApi, admin: str) -> None:
    shared_api.register("inquisitive")
    learner = shared_api.login("inquisitive")["access_token"]
    assert shared_api.call("GET", "/v1/analytics", token=learner).status_code == 403
    assert shared_api.call("GET", "/v1/analytics").status_code == 401
    answer = shared_api.call("GET", "/v1/analytics?page_size=5", token=admin)
    assert (answer.status_code, answer.json) == (200, {"items": [], "next_page_token": None})
