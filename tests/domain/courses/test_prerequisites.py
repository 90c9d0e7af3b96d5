"""Courses to take before: they exist, and lead in no circle, whoever changes what at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.adapters.system import JitteredPatience
from common.domain.courses import courses as domain
from common.domain.courses import prerequisites
from common.domain.courses.bodies import CourseChange
from common.domain.courses.models import Course
from common.triggers.unit_of_work import Stale
from tests.domain.courses.classroom import Classroom, Reply, caller
from tests.triggers.world import START


def ask(school: Classroom, course_id: str, *before: str) -> Reply:
    return school.call("toni", "PATCH", f"/v1/courses/{course_id}", {"prerequisites": list(before)})


def test_a_course_asks_for_published_courses(school: Classroom):
    first, second = school.course("First"), school.course("Second", prerequisites=[])
    assert ask(school, second, first).json["prerequisites"] == [first]
    assert school.done("lin", "GET", f"/v1/courses/{second}")["prerequisites"] == [first]
    assert ask(school, second, first, first).json["prerequisites"] == [first]
    assert ask(school, second).json["prerequisites"] == []


def test_what_is_not_there_is_told_by_its_place(school: Classroom):
    first, draft = school.course("First"), school.course("Draft", publish=False)
    made = school.call("toni", "POST", "/v1/courses", {"title": "Third", "prerequisites": [first, "none", draft]})
    assert (made.status, [one["pointer"] for one in made.json["errors"]]) == (
        422, ["/prerequisites/1", "/prerequisites/2"],
    )  # fmt: skip


def test_a_circle_of_any_length_is_refused(school: Classroom):
    courses = [school.course(f"Course {number}") for number in range(4)]
    assert ask(school, courses[0], courses[0]).code == "prerequisite_circle"
    for one, before in pairwise(courses):
        assert ask(school, one, before).status == 200
    for length in range(1, 4):
        assert ask(school, courses[length], courses[0]).code == "prerequisite_circle"
    assert ask(school, courses[0], *courses[1:]).status == 200


@pytest.mark.parametrize("length", [2, 3, 5])
def test_a_circle_that_is_closed_by_all_at_once_is_refused_to_one(school: Classroom, length: int):
    school.world.patience = JitteredPatience
    for attempt in range(3):
        ring = [school.course(f"Course {attempt}-{number}") for number in range(length)]
        with ThreadPoolExecutor(length) as pool:
            replies = list(
                pool.map(lambda at, ring=ring: ask(school, ring[at], ring[(at + 1) % length]), range(length))
            )
        assert Counter(reply.status for reply in replies) == {200: length - 1, 409: 1}
        assert is_free_of_circles(school, ring)


def test_who_read_a_course_that_came_to_ask_for_theirs_decides_anew(school: Classroom):
    first, second = school.course("First"), school.course("Second")
    units = (school.unit(), school.unit())
    for unit, one, before in zip(units, (first, second), (second, first), strict=True):
        domain.change(caller("toni"), one, CourseChange(prerequisites=(before,)), unit, school.world.clock)
    units[0].commit(school.world.patience())
    with pytest.raises(Stale):
        units[1].commit(school.world.patience())


def is_free_of_circles(school: Classroom, courses: list[str]) -> bool:
    stored = {one: school.world.stored(Course, one) for one in courses}
    before = {one: set(course.prerequisites) if course else set() for one, course in stored.items()}
    left = set(courses)
    while free := {one for one in left if not before[one] & left}:
        left -= free
    return not left


def test_too_many_behind_one_course_are_refused(school: Classroom, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prerequisites, "MOST_WALKED", 3)
    courses = [school.course(f"Course {number}") for number in range(5)]
    found = [ask(school, one, before) for before, one in pairwise(courses)]
    assert [reply.status for reply in found] == [200, 200, 200, 409]
    assert found[-1].code == "too_many_prerequisites"


class Shelf:
    """Courses by their prerequisites alone."""

    def __init__(self, before: dict[str, tuple[str, ...]]) -> None:
        self.before = before

    def get_many(self, model: type[Course], course_ids: list[str]) -> list[Course]:
        known = [one for one in course_ids if one in self.before]
        return [
            Course(
                course_id=one, teacher_id="toni", title=one, version=1, prerequisites=self.before[one],
                created_by="toni", created_at=START, updated_at=START,
            )
            for one in known
        ]  # fmt: skip

    def verify(self, document: Course) -> None:
        """Nothing changes meanwhile."""


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=30))
def test_whatever_is_asked_for_in_whatever_order_no_circle_comes_about(wishes: list[tuple[int, int]]):
    before: dict[str, tuple[str, ...]] = {str(number): () for number in range(8)}
    for one, other in ((str(a), str(b)) for a, b in wishes):
        reached, level = set(), {other}
        while level:
            reached |= level
            level = {each for here in level for each in before[here]} - reached
        wished = tuple(dict.fromkeys((*before[one], other)))
        try:
            prerequisites.checked(one, wished, Shelf(before))  # type: ignore[arg-type]
        except prerequisites.PrerequisiteCircle:
            assert one in reached
        else:
            assert one not in reached
            before[one] = wished
