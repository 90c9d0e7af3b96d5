"""Likes: once a learner, and exactly counted however many come at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.adapters.system import JitteredPatience
from tests.domain.community.square import Square


def likes(square: Square, post_id: str) -> int:
    return int(square.shown("root", post_id)["likes"])


def test_fifty_learners_who_like_at_once_are_fifty(square: Square):
    post_id = square.post("ada")
    square.world.patience = JitteredPatience
    with ThreadPoolExecutor(50) as pool:
        replies = list(
            pool.map(lambda number: square.call(f"fan-{number}", "PUT", f"/v1/posts/{post_id}/like"), range(50))
        )
    assert Counter(reply.status for reply in replies) == {204: 50}
    assert likes(square, post_id) == 50


def test_one_learner_who_likes_fifty_times_at_once_is_one(square: Square):
    post_id = square.post("ada")
    square.world.patience = JitteredPatience
    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda _: square.call("lin", "PUT", f"/v1/posts/{post_id}/like"), range(50)))
    assert Counter(reply.status for reply in replies) == {204: 50}
    assert likes(square, post_id) == 1
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda _: square.call("lin", "DELETE", f"/v1/posts/{post_id}/like"), range(20)))
    assert Counter(reply.status for reply in replies) == {204: 20}
    assert likes(square, post_id) == 0


STEPS = st.lists(st.tuples(st.sampled_from(("lin", "sam", "toni")), st.sampled_from(("PUT", "DELETE"))), max_size=12)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_the_count_is_of_those_who_like_it_now(square: Square, steps: list[tuple[str, str]]):
    post_id = square.post("ada")
    fans: set[str] = set()
    for who, method in steps:
        square.done(who, method, f"/v1/posts/{post_id}/like")
        fans = fans | {who} if method == "PUT" else fans - {who}
    assert likes(square, post_id) == len(fans)
    for who in ("lin", "sam", "toni"):
        assert square.shown(who, post_id)["is_liked"] == (who in fans)
