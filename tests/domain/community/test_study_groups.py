"""Study groups: learners of a course, so many and no more, with a board of their own."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from common.adapters.system import JitteredPatience
from common.domain.community.models import StudyGroup
from tests.domain.community.square import Square

GROUPS = "/v1/courses/algebra/study-groups"


def found(square: Square, who: str = "lin", **more: object) -> str:
    """A study group; its id. A second passes."""
    made = square.done(who, "POST", GROUPS, {"name": "Rings on Monday", **more})
    square.world.clock.advance(seconds=1)
    return str(made["group"]["group_id"])


def test_a_group_is_founded_found_joined_and_left(square: Square):
    group_id = found(square, description="Weekly", places=3)
    path = f"/v1/study-groups/{group_id}"
    (card,) = square.done("sam", "GET", GROUPS)["items"]
    assert (card["name"], card["taken"], card["places"], card["is_member"]) == ("Rings on Monday", 1, 3, False)
    outside = square.done("sam", "GET", path)
    assert (outside["members"], outside["group"]["taken"]) == ([], 1), "who is in it is for its members"
    for _ in range(2):
        joined = square.done("sam", "PUT", f"{path}/members/me")
        assert [one["display_name"] for one in joined["members"]] == ["Lin", "Sam"]
    assert [one["group_id"] for one in square.done("sam", "GET", "/v1/me/study-groups")["items"]] == [group_id]
    assert square.done("toni", "GET", path)["members"] == joined["members"], "its teacher sees them"
    square.done("lin", "DELETE", f"{path}/members/me")
    assert [one["user_id"] for one in square.done("sam", "GET", path)["members"]] == ["sam"]
    assert square.done("lin", "GET", "/v1/me/study-groups")["items"] == []
    square.done("sam", "DELETE", f"{path}/members/me")
    assert square.world.stored(StudyGroup, group_id) is None, "the last takes it along"


def test_what_a_group_says_of_itself_reads_as_it_stands(square: Square):
    for description in ("a\u202eb", "a\u200bb", "a\x07b"):
        refused = square.call("lin", "POST", GROUPS, {"name": "Rings", "description": description})
        assert (refused.status, [one["pointer"] for one in refused.json["errors"]]) == (422, ["/description"])
    made = square.done("lin", "POST", GROUPS, {"name": "Rings", "description": "On Monday\r\nat six "})
    assert made["group"]["description"] == "On Monday\nat six"


def test_who_is_not_in_the_course_sees_no_group_of_it(square: Square):
    group_id = found(square)
    for who in ("ada", "tara"):
        assert square.call(who, "GET", GROUPS).status == 404
        assert square.call(who, "POST", GROUPS, {"name": "x"}).status == 404
        assert square.call(who, "GET", f"/v1/study-groups/{group_id}").status == 404
        assert square.call(who, "PUT", f"/v1/study-groups/{group_id}/members/me").status == 404


def test_nobody_is_put_into_a_group_and_its_teacher_alone_takes_one_out(square: Square):
    group_id = found(square)
    path = f"/v1/study-groups/{group_id}/members"
    assert square.call("lin", "PUT", f"{path}/sam").status == 404
    square.done("sam", "PUT", f"{path}/sam")
    assert square.call("lin", "DELETE", f"{path}/sam").status == 404
    square.done("toni", "DELETE", f"{path}/sam")
    assert square.call("toni", "DELETE", f"{path}/sam").status == 404


def test_a_rush_takes_every_place_and_not_one_more(square: Square):
    group_id = found(square, places=5)
    rush = [f"fan-{number}" for number in range(16)]
    square.people(rush)
    square.enroll(*rush)
    square.world.patience = JitteredPatience
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda who: square.call(who, "PUT", f"/v1/study-groups/{group_id}/members/me"), rush))
    assert Counter(reply.status for reply in replies) == {200: 4, 409: 12}
    assert {reply.code for reply in replies if reply.status == 409} == {"group_full"}
    stored = square.world.stored(StudyGroup, group_id)
    assert stored is not None and len(set(stored.member_ids)) == len(stored.members) == 5


def test_a_groups_board_is_its_members_and_the_courses_teachers(square: Square):
    group_id = found(square)
    post_id = square.post("lin", "forbidden", group_id=group_id)
    seen = [square.call(who, "GET", f"/v1/posts?group_id={group_id}").status for who in ("lin", "sam", "ada", "toni")]
    assert seen == [200, 404, 404, 200]
    square.done("toni", "POST", f"/v1/posts/{post_id}/decisions", {"action": "keep"})
    assert square.call("sam", "GET", f"/v1/posts/{post_id}").status == 404
    square.done("sam", "PUT", f"/v1/study-groups/{group_id}/members/me")
    assert square.shown("sam", post_id)["group_id"] == group_id
    square.done("sam", "DELETE", f"/v1/study-groups/{group_id}/members/me")
    assert square.call("sam", "GET", f"/v1/posts/{post_id}").status == 404


def test_it_costs_the_same_with_many_groups(square: Square):
    group_id = found(square)
    for number in range(9):
        found(square, name=str(number))
    path = f"/v1/study-groups/{group_id}"
    asked = [
        ("sam", "POST", GROUPS, (3, 1, 0)), ("sam", "PUT", f"{path}/members/me", (4, 1, 0)),
        ("sam", "GET", path, (3, 0, 0)), ("sam", "GET", f"{GROUPS}?page_size=4", (7, 0, 0)),
        ("lin", "GET", "/v1/me/study-groups?page_size=4", (5, 0, 0)),
        ("sam", "DELETE", f"{path}/members/me", (1, 1, 0)),
    ]  # fmt: skip
    for who, method, route, cost in asked:
        reply = square.call(who, method, route, {"name": "x"} if method == "POST" else None)
        assert (reply.status < 300, reply.cost) == (True, cost), (method, route)
