"""What a learner does reaches their profile and the leaderboard through the local server's queue."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.local_server import LocalServer
from tests.e2e.patience import seen
from tests.e2e.walk import PASSWORD


def test_a_reviewed_card_is_a_point_a_day_and_a_badge_and_counts_once(tmp_path: Path) -> None:
    with LocalServer(tmp_path / "data", samples=False) as server:
        server.client.post("/v1/users", {"username": "ada", "email": "ada@example.org", "password": PASSWORD})
        token = server.client.post("/v1/login", {"username": "ada", "password": PASSWORD}).body["access_token"]
        ada = server.client.with_token(token)
        for number in range(3):
            card = ada.post("/v1/flashcards", {"front": f"front {number}", "back": "back"}).body["card_id"]
            for _ in range(2):  # the second is the same request again
                again = {"Idempotency-Key": f"review-{number}"}
                answer = ada.request("POST", f"/v1/flashcards/{card}/reviews", {"rating": "good"}, again)
                assert answer.status in (200, 201), answer
        me = seen(ada, "/v1/me", "total_points", 3)
        assert (me["current_streak"], me["longest_streak"], me["badges"]) == (1, 1, ["first_review"])
        feed = ada.get("/v1/me/activity").body["items"]
        assert [one["kind"] for one in feed] == ["card_reviewed"] * 3
        assert ada.get("/v1/leaderboard").body["you"] == {"rank": 1, "points": 3, "is_listed": True}
