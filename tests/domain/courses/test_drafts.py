"""What a teacher writes is seen by nobody until it is published, and what was published stays as it was."""

from typing import Any

import pytest

from common.domain.courses import drafts, versions
from common.domain.courses.content import MOST_PARTS
from common.domain.courses.models import CourseNumber, CoursePlaces, LearnerCourses, number_key
from common.triggers.unit_of_work import Stale
from tests.domain.courses.classroom import Classroom, caller

SECTIONS: list[dict[str, Any]] = [
    {
        "title": "Ice",
        "section_id": "ice",
        "modules": [
            {
                "title": "Flow",
                "module_id": "flow",
                "topics": [
                    {"title": "Creep", "topic_id": "creep", "body": "Ice *creeps*.", "minutes": 10},
                    {"title": "Sliding"},
                ],
            }
        ],
    },
    {"title": "Water", "section_id": "water", "modules": [{"title": "Rain", "topics": [{"title": "Drops"}]}]},
]


def save(school: Classroom, course_id: str, **content: Any) -> Any:
    return school.call("toni", "PUT", f"/v1/courses/{course_id}/draft", {"title": "Glaciers", **content})


def publish(school: Classroom, course_id: str) -> Any:
    return school.done("toni", "PUT", f"/v1/courses/{course_id}/publication")


def test_learners_see_what_was_published_and_not_what_is_being_written(school: Classroom):
    course_id = school.course("Glaciers", publish=False)
    save(school, course_id, sections=SECTIONS)
    assert school.call("lin", "GET", f"/v1/courses/{course_id}").status == 404
    assert (publish(school, course_id)["version"], publish(school, course_id)["version"]) == (1, 1)
    save(school, course_id, title="Ice ages", sections=SECTIONS[1:], tags=["new"])
    shown = school.done("lin", "GET", f"/v1/courses/{course_id}")
    assert (shown["title"], shown["tags"], [one["title"] for one in shown["sections"]]) == (
        "Glaciers", [], ["Ice", "Water"],
    )  # fmt: skip
    assert school.done("lin", "GET", "/v1/courses?q=ages")["items"] == []
    assert publish(school, course_id)["version"] == 2
    shown = school.done("lin", "GET", f"/v1/courses/{course_id}")
    assert (shown["title"], shown["tags"], [one["title"] for one in shown["sections"]]) == (
        "Ice ages", ["new"], ["Water"],
    )  # fmt: skip
    assert [one["course_id"] for one in school.done("lin", "GET", "/v1/courses?q=ages")["items"]] == [course_id]
    assert school.done("toni", "GET", f"/v1/courses/{course_id}/versions/1")["content"]["title"] == "Glaciers"
    for version in ("0", "3", "x", "00000001", "1.0"):
        assert school.call("toni", "GET", f"/v1/courses/{course_id}/versions/{version}").status == 404


def test_a_course_tells_who_teaches_it_and_its_teacher_whether_the_draft_is_ahead(school: Classroom):
    course_id = school.course("Glaciers")
    assert school.done("lin", "GET", f"/v1/courses/{course_id}")["teacher_name"] is None, "there is no such account"
    school.accounts(["toni"])
    shown = school.done("lin", "GET", f"/v1/courses/{course_id}")
    assert (shown["teacher_name"], shown["is_changed"]) == ("Toni", None)
    assert school.done("toni", "GET", f"/v1/courses/{course_id}")["is_changed"] is False
    assert save(school, course_id).status == 200
    assert school.done("toni", "GET", f"/v1/courses/{course_id}")["is_changed"] is True
    assert school.done("lin", "GET", f"/v1/courses/{course_id}")["is_changed"] is None
    publish(school, course_id)
    assert school.done("root", "GET", f"/v1/courses/{course_id}")["is_changed"] is False


def test_two_who_publish_at_once_publish_one_version(school: Classroom):
    course_id = school.course("Glaciers", publish=False)
    unit = school.unit()
    drafts.publish(caller("root"), course_id, unit, school.world.clock)
    assert publish(school, course_id)["version"] == 1
    with pytest.raises(Stale):  # and so the edge asks again
        unit.commit(school.world.patience())
    assert drafts.publish(caller("root"), course_id, school.unit(), school.world.clock).version == 1


def test_an_outline_has_no_lessons_and_who_is_enrolled_reads_them(school: Classroom):
    course_id = school.course("Glaciers", publish=False)
    save(school, course_id, sections=SECTIONS)
    publish(school, course_id)
    assert "creeps" not in str(school.done("lin", "GET", f"/v1/courses/{course_id}"))
    path = f"/v1/courses/{course_id}/topics/creep"
    assert school.call("lin", "GET", path).status == 404
    school.enroll("lin", course_id)
    read = school.done("lin", "GET", path)
    assert (read["section_id"], read["module_id"], read["topic"]["body"]) == ("ice", "flow", "Ice *creeps*.")
    assert school.call("lin", "GET", f"/v1/courses/{course_id}/topics/none").status == 404


def test_parts_keep_the_ids_that_they_are_sent_with_and_new_ones_get_one(school: Classroom):
    course_id = school.course("Glaciers", publish=False)
    sections = save(school, course_id, sections=SECTIONS).json["content"]["sections"]
    assert (sections[0]["section_id"], sections[0]["modules"][0]["topics"][0]["topic_id"]) == ("ice", "creep")
    assert sections[0]["modules"][0]["topics"][1]["topic_id"]
    again = save(school, course_id, sections=sections).json["content"]["sections"]
    assert again == sections


def test_who_saves_over_a_later_draft_is_told(school: Classroom):
    course_id = school.course("Glaciers", publish=False)
    revision = school.done("toni", "GET", f"/v1/courses/{course_id}/draft")["revision"]
    assert save(school, course_id, revision=revision, description="first").status == 200
    late = save(school, course_id, revision=revision, description="second")
    assert (late.status, late.code) == (409, "draft_changed")
    assert school.done("toni", "GET", f"/v1/courses/{course_id}/draft")["content"]["description"] == "first"


def test_a_withdrawn_course_is_kept_for_those_who_are_in_it(school: Classroom):
    course_id = school.course("Glaciers")
    school.enroll("lin", course_id)
    assert school.call("toni", "DELETE", f"/v1/courses/{course_id}/publication").status == 204
    assert school.call("toni", "DELETE", f"/v1/courses/{course_id}/publication").code == "not_published"
    assert school.done("sam", "GET", "/v1/courses")["items"] == []
    assert school.call("sam", "GET", f"/v1/courses/{course_id}").status == 404
    assert school.done("lin", "GET", f"/v1/courses/{course_id}")["status"] == "withdrawn"
    shown = publish(school, course_id)
    assert (shown["status"], shown["version"]) == ("published", 1)


def test_a_course_is_found_by_its_number_and_numbers_are_unique(school: Classroom):
    course_id = school.course(course_number="CS-101")
    assert school.done("lin", "GET", "/v1/course-numbers/cs-101")["course_id"] == course_id
    taken = school.call("tara", "POST", "/v1/courses", {"title": "Mine", "course_number": "Cs-101"})
    assert (taken.status, taken.code) == (409, "course_number_taken")
    other = school.course("Other", "tara", course_number="CS-102")
    path = f"/v1/courses/{course_id}"
    assert school.call("toni", "PATCH", path, {"course_number": "cs-102"}).code == "course_number_taken"
    assert school.done("toni", "PATCH", path, {"course_number": "cS-101"})["course_number"] == "cS-101"
    assert school.done("toni", "PATCH", path, {"course_number": "CS-201"})["course_number"] == "CS-201"
    assert school.call("lin", "GET", "/v1/course-numbers/CS-101").status == 404
    assert [one["course_id"] for one in school.done("lin", "GET", "/v1/courses?q=201")["items"]] == [course_id]
    assert school.done("tara", "PATCH", f"/v1/courses/{other}", {"course_number": None})["course_number"] is None
    assert school.world.stored(CourseNumber, "cs-102") is None


def test_what_is_left_out_stays_and_null_clears(school: Classroom):
    course_id = school.course(capacity=5, course_order=3, price={"amount": 1, "currency": "EUR"})
    changed = school.done("toni", "PATCH", f"/v1/courses/{course_id}", {"capacity": None})
    assert (changed["capacity"], changed["course_order"], changed["price"]["amount"]) == (None, 3, 1)
    changed = school.done("toni", "PATCH", f"/v1/courses/{course_id}", {"price": None, "course_order": 0})
    assert (changed["price"], changed["course_order"]) == (None, 0)


def test_a_draft_is_deleted_with_all_that_belongs_to_it_and_what_was_published_is_not(school: Classroom):
    course_id = school.course("Notes", publish=False, course_number="N-1")
    assert school.call("toni", "DELETE", f"/v1/courses/{course_id}").status == 204
    for model, key in ((CoursePlaces, course_id), (CourseNumber, "n-1"), (versions.CourseDraft, course_id)):
        assert school.world.stored(model, key) is None
    own = school.world.stored(LearnerCourses, "toni")
    assert own is not None and own.teaching == ()
    assert school.call("toni", "GET", f"/v1/courses/{course_id}/draft").status == 404
    kept = school.course("Algebra")
    school.done("toni", "DELETE", f"/v1/courses/{kept}/publication")
    assert school.call("toni", "DELETE", f"/v1/courses/{kept}").code == "was_published"


def test_an_admin_gives_a_course_to_another_teacher(school: Classroom):
    school.accounts(["toni", "tara", "lin"])
    course_id = school.course()
    path = f"/v1/courses/{course_id}"
    assert school.call("toni", "PATCH", path, {"teacher_id": "tara"}).status == 403
    refused = school.call("root", "PATCH", path, {"teacher_id": "lin"})
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/teacher_id")
    assert school.done("root", "PATCH", path, {"teacher_id": "tara"})["teacher_id"] == "tara"
    assert school.call("toni", "PATCH", path, {"course_order": 1}).status == 403
    assert school.call("tara", "PATCH", path, {"course_order": 1}).status == 200
    taught = {name: school.world.stored(LearnerCourses, name) for name in ("toni", "tara")}
    assert {name: own.teaching if own else None for name, own in taught.items()} == {"toni": (), "tara": (course_id,)}
    made = school.done("root", "POST", "/v1/courses", {"title": "For Toni", "teacher_id": "toni"})
    assert (made["teacher_id"], made["created_by"]) == ("toni", "root")


def test_progress_learns_the_section_of_a_topic_a_module_or_a_section(school: Classroom):
    course_id = school.course("Glaciers", publish=False)
    parts = frozenset({"creep", "flow", "water", "none"})
    save(school, course_id, sections=SECTIONS)
    assert versions.section_ids(course_id, parts, school.unit()) == {}
    publish(school, course_id)
    unit = school.unit()
    assert versions.section_ids(course_id, parts, unit) == {"creep": "ice", "flow": "ice", "water": "water"}
    assert unit.billed.reads == 2
    assert versions.section_ids("none", parts, school.unit()) == {}


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"title": " "}, "/title"),
        ({"title": "a\u202eb"}, "/title"),
        ({"description": "a\x07"}, "/description"),
        ({"tags": ["One", "one "]}, "/tags/1"),
        ({"country": "Mars"}, "/country"),
        ({"files": [{"filename": "a.pdf", "content_type": "pdf", "size": 1}]}, "/files/0/content_type"),
        ({"sections": [{"title": "A", "section_id": "a/b"}]}, "/sections/0/section_id"),
        (
            {"sections": [{"title": "A", "section_id": "a"}, {"title": "B", "section_id": "a"}]},
            "/sections/1/section_id",
        ),
        ({"sections": [{"title": str(number), "modules": [{"title": "M"}] * 50} for number in range(30)]}, "/sections"),
    ],
)
def test_wrong_content_is_told_by_its_place_and_not_saved(school: Classroom, content: dict[str, Any], pointer: str):
    course_id = school.course("Glaciers", publish=False)
    reply = save(school, course_id, **content)
    assert (reply.status, [one["pointer"] for one in reply.json["errors"]]) == (422, [pointer])
    assert school.done("toni", "GET", f"/v1/courses/{course_id}/draft")["revision"] == 1


def test_the_largest_course_is_stored_and_shown(school: Classroom):
    topics = [{"title": "T" * 60, "summary": "long " * 55}] * 97
    sections = [{"title": str(number), "modules": [{"title": "M", "topics": topics}]} for number in range(15)]
    assert sum(2 + len(topics) for _ in sections) <= MOST_PARTS
    course_id = school.course("Glaciers", publish=False)
    assert save(school, course_id, sections=sections).status == 200
    assert publish(school, course_id)["version"] == 1
    assert len(school.done("lin", "GET", f"/v1/courses/{course_id}")["sections"]) == 15


def test_a_number_is_one_whatever_its_case():
    assert number_key("Cs-1") == number_key("cS-1")
