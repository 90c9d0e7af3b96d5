"""Places in courses: no more are taken than there are, and the count says how many."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.adapters.system import JitteredPatience
from common.domain.courses import enrollments, rights
from common.domain.courses.models import CoursePlaces, Enrollment, enrollment_id
from common.errors import Conflict, NotFound
from common.ports.queue import MessageRecord
from common.triggers.invocation import StagingQueue
from common.triggers.unit_of_work import Stale
from functions.enrollment_lapse.main import enrollment_lapse
from tests.domain.courses.classroom import Classroom, caller
from tests.triggers.world import deliver

PRICE = {"amount": 4900, "currency": "EUR"}


def test_a_learner_takes_a_place_and_may_read(school: Classroom):
    course_id = school.course(capacity=2)
    assert rights.rights_in(caller("lin"), course_id, school.unit()) == rights.NO_RIGHTS
    reply = school.enroll("lin", course_id)
    assert (reply.status, reply.json["payment"], reply.json["pay_by"]) == (201, "free", None)
    assert rights.rights_in(caller("lin"), course_id, school.unit()) == rights.READS
    assert rights.readable_course_scopes(caller("lin"), school.unit()) == (f"course:{course_id}",)
    shown = school.done("lin", "GET", f"/v1/courses/{course_id}")
    assert (shown["enrolled"], shown["places_left"], shown["is_enrolled"]) == (1, 1, True)


def test_nobody_takes_two_places(school: Classroom):
    course_id = school.course(capacity=5)
    assert school.enroll("lin", course_id).status == 201
    again = school.enroll("lin", course_id)
    assert (again.status, again.code) == (409, "already_enrolled")
    assert school.counted(course_id) == (1, 1, 1)


def test_a_full_course_takes_nobody_until_somebody_leaves(school: Classroom):
    course_id = school.course(capacity=1)
    assert school.enroll("lin", course_id).status == 201
    full = school.enroll("sam", course_id)
    assert (full.status, full.code) == (409, "course_full")
    assert school.call("lin", "DELETE", f"/v1/courses/{course_id}/enrollments/me").status == 204
    assert rights.rights_in(caller("lin"), course_id, school.unit()) == rights.NO_RIGHTS
    assert school.enroll("sam", course_id).status == 201
    assert school.counted(course_id) == (1, 1, 1)
    assert school.enroll("uma", school.course("Nobody's", capacity=0)).code == "course_full"


@pytest.mark.parametrize(("capacity", "learners", "enrolled"), [(50, 200, 50), (None, 60, 60)])
def test_a_rush_takes_every_place_and_not_one_more(
    school: Classroom, capacity: int | None, learners: int, enrolled: int
):
    course_id = school.course(capacity=capacity)
    school.world.patience = JitteredPatience
    with ThreadPoolExecutor(24) as pool:
        replies = list(pool.map(lambda number: school.enroll(f"learner-{number}", course_id), range(learners)))
    statuses = Counter((reply.status, reply.json.get("code")) for reply in replies)
    expected = {(201, None): enrolled} | ({(409, "course_full"): learners - enrolled} if learners > enrolled else {})
    assert statuses == expected
    assert school.counted(course_id) == (enrolled, enrolled, enrolled)


def test_one_learner_who_asks_many_times_at_once_takes_one_place(school: Classroom):
    course_id = school.course(capacity=50)
    school.world.patience = JitteredPatience
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: school.enroll("lin", course_id), range(16)))
        gone = list(
            pool.map(lambda _: school.call("lin", "DELETE", f"/v1/courses/{course_id}/enrollments/me").status, range(8))
        )
    assert Counter(reply.status for reply in replies) == {201: 1, 409: 15}
    assert Counter(gone) == {204: 1, 404: 7}
    assert school.counted(course_id) == (0, 0, 0)


LEARNERS = ("lin", "sam", "uma", "vic")
STEPS = st.lists(st.tuples(st.sampled_from(LEARNERS), st.sampled_from(("enroll", "leave", "pay", "wait"))), max_size=14)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, capacity=st.sampled_from((None, 1, 2)), is_paid=st.booleans())
def test_whatever_learners_do_in_whatever_order_the_counts_and_rights_are_true(
    school: Classroom, steps: list[tuple[str, str]], capacity: int | None, is_paid: bool
):
    course_id = school.course(capacity=capacity, price=PRICE if is_paid else None)
    held: dict[str, bool] = {}
    """Who has a place, and whether it gives rights."""
    for who, step in steps:
        if step == "enroll":
            is_open = who not in held and (capacity is None or len(held) < capacity)
            assert school.enroll(who, course_id).status == (201 if is_open else 409)
            held |= {who: not is_paid} if is_open else {}
        elif step == "leave":
            status = school.call(who, "DELETE", f"/v1/courses/{course_id}/enrollments/me").status
            assert status == (204 if held.pop(who, None) is not None else 404)
        elif step == "pay" and who in held and is_paid:
            unit = school.unit()
            enrollments.settle_payment(course_id, who, f"charge-{who}", unit)
            unit.commit(school.world.patience())
            held[who] = True
        elif step == "wait":
            school.world.clock.advance(hours=25)
            for message_id in dict.fromkeys(school.world.tasks.ids):
                assert deliver(enrollment_lapse, message_id) == 200
            school.world.tasks.sent.clear()
            held = {one: may_read for one, may_read in held.items() if may_read}
        assert school.counted(course_id) == (len(held),) * 3
    for who in LEARNERS:
        assert rights.rights_in(caller(who), course_id, school.unit()).may_read == held.get(who, False)
    places = school.world.stored(CoursePlaces, course_id)
    assert places is not None and places.paid == (sum(held.values()) if is_paid else 0)


def test_only_what_is_published_is_entered(school: Classroom):
    course_id = school.course(publish=False)
    assert school.enroll("lin", course_id).status == 404
    assert school.enroll("root", course_id).code == "not_open"
    school.done("toni", "PUT", f"/v1/courses/{course_id}/publication")
    assert school.enroll("toni", course_id).code == "own_course"
    assert school.enroll("lin", course_id).status == 201
    school.done("toni", "DELETE", f"/v1/courses/{course_id}/publication")
    assert school.enroll("sam", course_id).status == 404
    assert rights.rights_in(caller("lin"), course_id, school.unit()) == rights.READS


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [("PATCH", "", {"capacity": 0}), ("PATCH", "", {"price": PRICE}), ("DELETE", "/publication", None)],
    ids=["full now", "costs something now", "withdrawn now"],
)
def test_who_enrolls_while_the_course_changes_is_judged_by_what_it_is_now(
    school: Classroom, method: str, rest: str, body: object
):
    course_id = school.course()
    unit = school.unit()
    queue = StagingQueue(school.world, unit)
    enrollments.enroll(caller("lin"), course_id, unit, queue, school.world.clock)
    school.done("toni", method, f"/v1/courses/{course_id}{rest}", body)
    with pytest.raises(Stale):
        unit.commit(school.world.patience())
    assert school.counted(course_id) == (0, 0, 0)


def test_a_learner_has_no_more_courses_than_one_document_tells(school: Classroom, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(enrollments, "MOST_ENROLLED", 2)
    found = [school.enroll("lin", school.course(f"Course {number}")) for number in range(3)]
    assert [reply.status for reply in found] == [201, 201, 409]
    assert found[-1].code == "too_many_courses"


def test_a_paid_place_gives_no_rights_before_it_is_paid_and_counts_once(school: Classroom):
    course_id = school.course(price=PRICE, capacity=3)
    reply = school.enroll("lin", course_id)
    assert (reply.status, reply.json["payment"]) == (201, "due")
    assert rights.rights_in(caller("lin"), course_id, school.unit()) == rights.NO_RIGHTS
    assert school.enroll("lin", course_id).code == "already_enrolled"
    for _ in range(2):
        unit = school.unit()
        enrollments.settle_payment(course_id, "lin", "charge-1", unit)
        unit.commit(school.world.patience())
    assert rights.rights_in(caller("lin"), course_id, school.unit()) == rights.READS
    places = school.world.stored(CoursePlaces, course_id)
    assert places and (places.taken, places.paid) == (1, 1)
    with pytest.raises(Conflict):
        enrollments.settle_payment(course_id, "lin", "charge-2", school.unit())
    with pytest.raises(NotFound):
        enrollments.settle_payment(course_id, "sam", "charge-3", school.unit())
    school.done("lin", "DELETE", f"/v1/courses/{course_id}/enrollments/me")
    places = school.world.stored(CoursePlaces, course_id)
    assert places and (places.taken, places.paid) == (0, 0)


def test_a_course_says_that_a_place_in_it_is_held(school: Classroom):
    path = f"/v1/courses/{school.course(price={'amount': 1900, 'currency': 'EUR'})}"

    def told(who: str) -> tuple[bool, bool]:
        shown = school.done(who, "GET", path)
        return shown["is_enrolled"], shown["is_held"]

    assert told("lin") == (False, False)
    school.done("lin", "POST", f"{path}/enrollments")
    assert (told("lin"), told("sam"), told("toni")) == ((False, True), (False, False), (False, False))
    unit = school.unit()
    enrollments.settle_payment(path.rpartition("/")[2], "lin", "pay-1", unit)
    unit.commit(school.world.patience())
    assert told("lin") == (True, False)


def test_a_place_that_is_not_paid_in_time_falls_to_others(school: Classroom):
    course_id = school.course(price=PRICE, capacity=2)
    school.enroll("lin", course_id)
    school.enroll("sam", course_id)
    assert school.enroll("uma", course_id).code == "course_full"
    unit = school.unit()
    enrollments.settle_payment(course_id, "sam", "charge-1", unit)
    unit.commit(school.world.patience())
    school.world.clock.advance(hours=24, seconds=1)
    for message_id in school.world.tasks.ids:
        assert school.world.stored(MessageRecord, message_id)
        assert deliver(enrollment_lapse, message_id) == 200
        assert deliver(enrollment_lapse, message_id) == 200
    assert school.world.stored(Enrollment, enrollment_id(course_id, "lin")) is None
    assert school.counted(course_id) == (1, 1, 1)
    assert school.enroll("uma", course_id).status == 201


def test_a_lapse_that_comes_late_leaves_a_new_place_alone(school: Classroom):
    course_id = school.course(price=PRICE)
    school.enroll("lin", course_id)
    school.done("lin", "DELETE", f"/v1/courses/{course_id}/enrollments/me")
    school.world.clock.advance(hours=23)
    school.enroll("lin", course_id)
    school.world.clock.advance(hours=2)
    assert deliver(enrollment_lapse, school.world.tasks.ids[0]) == 200
    assert school.counted(course_id) == (1, 1, 1)


def test_a_teacher_sees_and_removes_learners_page_by_page(school: Classroom):
    course_id = school.course()
    school.accounts([f"learner-{number}" for number in range(5)])
    for number in range(5):
        school.enroll(f"learner-{number}", course_id)
        school.world.clock.advance(seconds=1)
    school.enroll("ghost", course_id)
    path, found = f"/v1/courses/{course_id}/enrollments?page_size=2", []
    page = school.done("toni", "GET", path)
    found += page["items"]
    while page["next_page_token"]:
        page = school.done("toni", "GET", f"{path}&page_token={page['next_page_token']}")
        found += page["items"]
    assert [one["user_id"] for one in found] == [*(f"learner-{number}" for number in range(5)), "ghost"]
    assert [one["display_name"] for one in found][::5] == ["Learner-0", None]
    assert school.call("toni", "DELETE", f"/v1/courses/{course_id}/enrollments/learner-3").status == 204
    assert school.call("toni", "DELETE", f"/v1/courses/{course_id}/enrollments/learner-3").status == 404
    assert school.counted(course_id) == (5, 5, 5)


def test_ones_own_places_are_listed_the_newest_first(school: Classroom):
    courses = []
    for title in ("First", "Second", "Third"):
        courses.append(school.course(title))
        school.enroll("lin", courses[-1])
        school.world.clock.advance(seconds=1)
    page = school.done("lin", "GET", "/v1/me/enrollments?page_size=2")
    rest = school.done("lin", "GET", f"/v1/me/enrollments?page_size=2&page_token={page['next_page_token']}")
    assert [one["title"] for one in (*page["items"], *rest["items"])] == ["Third", "Second", "First"]
    assert school.done("sam", "GET", "/v1/me/enrollments")["items"] == []
