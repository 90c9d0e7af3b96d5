"""The percentage follows from the sections; what was completed stays so; lessons are completed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.domain.progress.models import Activity, ConceptProgress, LessonCompletion, Standing
from common.ports import Query
from functions.concepts.main import concepts
from functions.lesson_completions.main import lesson_completions
from functions.progress.main import progress
from tests.domain.progress.classroom import Classroom
from tests.domain.progress.conftest import Cost

ACTIVITIES, COMPLETIONS, PROGRESS = Query(Activity), Query(LessonCompletion), Query(ConceptProgress)
LOOPS = {
    "title": "Loops",
    "sections": [{"section_id": one, "title": one.title()} for one in ("while", "for", "break")],
}
Costing = Callable[[Callable[[], object]], Cost]


@pytest.fixture
def loops(classroom: Classroom) -> str:
    return define(classroom, "loops", LOOPS)


def define(classroom: Classroom, concept_id: str, body: dict[str, Any], who: str = "toni", status: int = 200) -> str:
    answer = classroom.call(concepts, "PUT", f"/v1/concepts/{concept_id}", body, who)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return concept_id


def tell(classroom: Classroom, concept_id: str, *sections: str, seconds: int | None = None, who: str = "ada") -> Any:
    body = {"completed_sections": sections, **({} if seconds is None else {"time_spent_seconds": seconds})}
    return classroom.call(progress, "PUT", f"/v1/progress/{concept_id}", body, who).get_json()


def shown(classroom: Classroom, concept_id: str, who: str = "ada") -> Any:
    return classroom.call(progress, "GET", f"/v1/progress/{concept_id}", who=who).get_json()


def state(answer: dict[str, Any]) -> tuple[str, int, list[str]]:
    return answer["status"], answer["percentage"], answer["completed_sections"]


def test_a_concept_that_nobody_began_is_not_started(classroom: Classroom, loops: str):
    answer = shown(classroom, loops)
    assert state(answer) == ("not_started", 0, [])
    assert (answer["title"], answer["section_count"], answer["started_at"]) == ("Loops", 3, None)


def test_the_percentage_follows_from_the_sections(classroom: Classroom, loops: str):
    assert state(tell(classroom, loops, "for")) == ("in_progress", 33, ["for"])
    assert state(tell(classroom, loops, "while")) == ("in_progress", 66, ["while", "for"])
    done = tell(classroom, loops, "break", "for")
    assert state(done) == ("completed", 100, ["while", "for", "break"])
    assert shown(classroom, loops) == done
    assert done["completed_at"] == "2026-03-02T09:00:00.000000Z"


@given(st.lists(st.lists(st.sampled_from(["while", "for", "break"]), max_size=4), min_size=1, max_size=6))
@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_progress_never_goes_back(classroom: Classroom, told: list[list[str]]):
    define(classroom, "loops", LOOPS)
    before, seen = shown(classroom, "loops")["percentage"], set(shown(classroom, "loops")["completed_sections"])
    for sections in told:
        answer = tell(classroom, "loops", *sections)
        seen |= set(sections)
        assert set(answer["completed_sections"]) == seen
        assert answer["percentage"] == 100 * len(seen) // 3 >= before
        before = answer["percentage"]


def test_an_unknown_section_is_refused_by_its_place_and_nothing_is_kept(classroom: Classroom, loops: str):
    answer = tell(classroom, loops, "while", "goto")
    assert (answer["code"], answer["errors"][0]["pointer"]) == ("unknown_section", "/completed_sections/1")
    assert state(shown(classroom, loops)) == ("not_started", 0, [])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"completed_sections": ["while"], "percentage": 100},
        {"completed_sections": ["while"], "time_spent_seconds": -1},
        {"completed_sections": ["a b"]},
        {"completed_sections": ["while"] * 101},
    ],
)
def test_a_wrong_update_is_refused(classroom: Classroom, loops: str, body: dict[str, Any]):
    assert classroom.call(progress, "PUT", f"/v1/progress/{loops}", body).status_code == 422


def test_time_is_believed_as_far_as_the_clock_allows_and_never_twice(classroom: Classroom, loops: str):
    assert tell(classroom, loops, "for", seconds=10**7)["time_spent_seconds"] == 4 * 3600
    assert tell(classroom, loops, "for", seconds=600)["time_spent_seconds"] == 4 * 3600
    classroom.world.clock.advance(hours=1)
    assert tell(classroom, loops, seconds=10**7)["time_spent_seconds"] == 5 * 3600
    assert tell(classroom, loops, seconds=5 * 3600)["time_spent_seconds"] == 5 * 3600


def test_each_step_forward_is_an_activity_and_a_repetition_is_none(classroom: Classroom, loops: str):
    tell(classroom, loops, "for", seconds=60)
    classroom.world.clock.advance(minutes=5)
    for _ in range(3):
        tell(classroom, loops, "for", "while", seconds=200)
    tell(classroom, loops, seconds=250)
    classroom.work()
    done = sorted(classroom.all(ACTIVITIES), key=lambda one: one.at)
    assert [(one.kind, one.concept_id, one.seconds, round(one.score or 0, 2)) for one in done] == [
        ("concept_progressed", "loops", 60, 0.33),
        ("concept_progressed", "loops", 140, 0.67),
    ]
    standing = classroom.world.stored(Standing, "ada")
    assert standing is not None and standing.total_points == 20


def test_a_list_has_the_callers_concepts_the_latest_first(classroom: Classroom, loops: str):
    define(classroom, "lists", {**LOOPS, "title": "Lists"})
    tell(classroom, loops, "for")
    classroom.world.clock.advance(minutes=1)
    tell(classroom, "lists", "for")
    tell(classroom, "lists", "while", who="eve")
    items = classroom.call(progress, "GET", "/v1/progress").get_json()["items"]
    assert [(one["concept_id"], one["title"]) for one in items] == [("lists", "Lists"), ("loops", "Loops")]
    assert items[1] == shown(classroom, loops)
    first = classroom.call(progress, "GET", "/v1/progress?page_size=1").get_json()
    rest = classroom.call(progress, "GET", f"/v1/progress?page_size=1&page_token={first['next_page_token']}").get_json()
    assert [*first["items"], *rest["items"]] == items
    assert classroom.call(progress, "GET", "/v1/progress?course_id=logic").get_json()["items"] == []


def test_a_changed_concept_keeps_what_was_completed_of_what_is_left(classroom: Classroom, loops: str):
    tell(classroom, loops, "for", "while")
    sections = [{"section_id": one, "title": one} for one in ("for", "break", "else", "goto")]
    define(classroom, loops, {"title": "More loops", "sections": sections})
    assert state(shown(classroom, loops)) == ("in_progress", 25, ["for"])
    assert state(tell(classroom, loops, "else")) == ("in_progress", 50, ["for", "else"])


# Who defines concepts, and who sees them ------------------------------------------------------------------------


def test_a_concept_of_everybody_is_changed_by_its_teacher_and_admins(classroom: Classroom, loops: str):
    define(classroom, loops, LOOPS, "tara", 403)
    define(classroom, loops, {**LOOPS, "title": "Loops again"}, "root")
    define(classroom, loops, {**LOOPS, "title": "Loops at last"})
    seen = classroom.call(concepts, "GET", f"/v1/concepts/{loops}").get_json()
    assert seen == {"concept_id": "loops", "title": "Loops at last", "sections": LOOPS["sections"], "course_id": None}


def test_a_concept_of_a_course_is_its_learners_and_its_teacher_s(classroom: Classroom):
    classroom.open_course("logic", "ada")
    define(classroom, "implication", {**LOOPS, "course_id": "logic"}, "tara", 404)
    define(classroom, "implication", {**LOOPS, "course_id": "logic"})
    define(classroom, "implication", LOOPS, "tara", 404)
    for who, status in (("ada", 200), ("toni", 200), ("eve", 404), ("tara", 404)):
        assert classroom.call(concepts, "GET", "/v1/concepts/implication", who=who).status_code == status
        assert classroom.call(concepts, "GET", "/v1/concepts?course_id=logic", who=who).status_code == status
        assert classroom.call(progress, "GET", "/v1/progress/implication", who=who).status_code == status
    assert tell(classroom, "implication", "for", who="eve")["code"] == "not_found"
    assert tell(classroom, "implication", "for")["course_id"] == "logic"


def test_concepts_for_everybody_are_listed_apart_from_those_of_courses(classroom: Classroom, loops: str):
    classroom.open_course("logic", "ada")
    define(classroom, "implication", {**LOOPS, "course_id": "logic"})
    for query, found in (("", ["loops"]), ("?course_id=logic", ["implication"])):
        items = classroom.call(concepts, "GET", f"/v1/concepts{query}").get_json()["items"]
        assert [one["concept_id"] for one in items] == found


@pytest.mark.parametrize("concept_id", ["Loops", "a" * 65, "-a", "a.b", "logic~one"])
def test_a_concept_cannot_be_called_anything(classroom: Classroom, concept_id: str):
    define(classroom, concept_id, LOOPS, status=422)


def test_a_concept_has_each_section_once(classroom: Classroom):
    twice = [{"section_id": "one", "title": "One"}, {"section_id": "one", "title": "Two"}]
    define(classroom, "loops", {"title": "Loops", "sections": twice}, status=422)
    define(classroom, "loops", {"title": "Loops", "sections": []}, status=422)


# Courses: modules are concepts, topics are lessons ---------------------------------------------------------------


def complete(classroom: Classroom, lesson_id: str, course_id: str = "logic", who: str = "ada", seconds: int = 0) -> Any:
    body = {"course_id": course_id, "time_spent_seconds": seconds}
    return classroom.call(lesson_completions, "POST", f"/v1/lessons/{lesson_id}/completions", body, who)


@pytest.fixture
def logic(classroom: Classroom) -> str:
    classroom.open_course("logic", "ada", modules={"truth": ["and", "or", "not"], "empty": []})
    return "logic"


def test_a_module_of_a_course_is_a_concept(classroom: Classroom, logic: str):
    assert state(shown(classroom, "logic~truth")) == ("not_started", 0, [])
    assert state(tell(classroom, "logic~truth", "or")) == ("in_progress", 33, ["or"])
    assert tell(classroom, "logic~truth", "xor")["code"] == "unknown_section"
    for missing in ("logic~empty", "logic~none", "none~truth", "logic~", "~"):
        assert shown(classroom, missing)["code"] == "not_found"
    assert shown(classroom, "logic~truth", "eve")["code"] == "not_found"


def test_a_course_s_modules_are_found_where_its_concepts_are(classroom: Classroom, logic: str):
    define(classroom, "implication", {**LOOPS, "course_id": "logic"})
    define(classroom, "negation", {**LOOPS, "course_id": "logic"})
    first = classroom.call(concepts, "GET", "/v1/concepts?course_id=logic&page_size=1").get_json()
    assert [one["concept_id"] for one in first["items"]] == ["implication"]
    (module,) = first["modules"]
    assert module == {
        "concept_id": "logic~truth",
        "title": "truth",
        "sections": [{"section_id": one, "title": one.title()} for one in ("and", "or", "not")],
        "course_id": "logic",
    }
    assert shown(classroom, module["concept_id"])["status"] == "not_started"
    token = first["next_page_token"]
    second = classroom.call(concepts, "GET", f"/v1/concepts?course_id=logic&page_size=1&page_token={token}").get_json()
    assert ([one["concept_id"] for one in second["items"]], second["modules"]) == (["negation"], [])
    assert classroom.call(concepts, "GET", "/v1/concepts").get_json()["modules"] == []
    assert classroom.call(concepts, "GET", "/v1/concepts?course_id=logic", who="eve").status_code == 404


def test_a_lesson_is_completed_once_and_brings_its_module_forward(classroom: Classroom, logic: str):
    first = complete(classroom, "and", seconds=700)
    classroom.world.clock.advance(minutes=5)
    again = complete(classroom, "and", seconds=800)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert state(first.get_json()["progress"]) == ("in_progress", 33, ["and"])
    classroom.work()
    assert [(one.kind, one.course_id, one.concept_id, one.seconds) for one in classroom.all(ACTIVITIES)] == [
        ("lesson_completed", "logic", "logic~truth", 700)
    ]
    assert len(classroom.all(COMPLETIONS)) == 1


def test_the_time_of_lessons_adds_up_as_far_as_the_clock_allows(classroom: Classroom, logic: str):
    assert complete(classroom, "and", seconds=14_000).get_json()["progress"]["time_spent_seconds"] == 14_000
    classroom.world.clock.advance(seconds=100)
    assert complete(classroom, "or", seconds=14_000).get_json()["progress"]["time_spent_seconds"] == 14_500
    classroom.work()
    assert sorted(one.seconds for one in classroom.all(ACTIVITIES)) == [500, 14_000]


def test_two_learners_complete_one_lesson(classroom: Classroom, logic: str):
    classroom.open_course("logic", "ada", "eve", modules={"truth": ["and"]})
    for who in ("ada", "eve"):
        assert complete(classroom, "and", who=who).status_code == 201
    classroom.work()
    assert {one.user_id for one in classroom.all(ACTIVITIES)} == {"ada", "eve"}


def test_a_lesson_is_known_to_those_who_may_read_its_course(classroom: Classroom, logic: str):
    for lesson_id, course_id, who in (("xor", "logic", "ada"), ("and", "none", "ada"), ("and", "logic", "eve")):
        assert complete(classroom, lesson_id, course_id, who).status_code == 404
    assert (classroom.all(COMPLETIONS), classroom.all(PROGRESS)) == ([], [])


# What it costs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("history", [10, 10_000])
def test_progress_costs_the_same_whatever_was_before(classroom: Classroom, loops: str, cost: Costing, history: int):
    classroom.open_course("logic", "ada", modules={"truth": ["and", "or"]})
    template = ConceptProgress(
        progress_id="ada.0", user_id="ada", concept_id="0", title="", section_count=1,
        started_at=classroom.world.clock.now(), updated_at=classroom.world.clock.now(),
    )  # fmt: skip
    classroom.write(
        *(template.model_copy(update={"progress_id": f"ada.{n}", "concept_id": str(n)}) for n in range(history))
    )
    assert cost(lambda: tell(classroom, loops, "for")) == (2, 2, 0)
    assert cost(lambda: tell(classroom, loops, "for")) == (2, 0, 0)
    assert cost(lambda: shown(classroom, loops)) == (2, 0, 0)
    assert cost(lambda: complete(classroom, "and")) == (5, 3, 0)
    assert cost(lambda: complete(classroom, "and")) == (5, 0, 0)
    assert cost(lambda: classroom.call(progress, "GET", "/v1/progress?page_size=9")) == (10, 0, 0)
    assert cost(lambda: classroom.call(concepts, "GET", "/v1/concepts?course_id=logic")) == (4, 0, 0)
