"""A whole course as one file: what comes out goes in again, and what is wrong with a file is told at once."""

import copy
import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it has no annotations
import pytest

from common.domain.courses.content import MOST_FAULTS
from infrastructure.tools import course_schema
from tests.domain.courses.classroom import Classroom, Reply

FILE: dict[str, Any] = {
    "format": "scholium.course/1",
    "title": "Glaciers",
    "description": "Rivers of ice.\n\nIn *four* parts.",
    "level": "beginner",
    "country": "CH",
    "tags": ["ice", "water"],
    "course_number": "ICE-1",
    "course_order": 4,
    "capacity": 30,
    "price": {"amount": 900, "currency": "CHF"},
    "prerequisites": ["WAT-1"],
    "files": [{"filename": "glaciers.pdf", "content_type": "application/pdf", "size": 1234, "document_id": None}],
    "sections": [
        {
            "section_id": f"section-{s}",
            "title": f"Section {s}",
            "summary": "About it.",
            "modules": [
                {
                    "module_id": f"module-{s}-{m}",
                    "title": f"Module {m}",
                    "summary": "",
                    "topics": [
                        {
                            "topic_id": f"topic-{s}-{m}-{t}",
                            "title": f"Topic {t}",
                            "summary": "",
                            "body": "A lesson.",
                            "minutes": 5,
                            "document_ids": [],
                        }
                        for t in range(3)
                    ],
                }
                for m in range(2)
            ],
        }
        for s in range(2)
    ],
}


def take_in(school: Classroom, file: object, who: str = "toni", query: str = "") -> Reply:
    return school.call(who, "POST", f"/v1/courses/import{query}", file)


@pytest.fixture
def water(school: Classroom) -> Classroom:
    school.course("Water", course_number="WAT-1")
    return school


def test_what_is_exported_is_what_was_imported(water: Classroom):
    made = take_in(water, FILE)
    assert (made.status, made.json["sections"], made.json["modules"], made.json["topics"]) == (201, 2, 4, 12)
    course = made.json["course"]
    assert (course["status"], course["teacher_id"], len(course["prerequisites"])) == ("draft", "toni", 1)
    assert water.done("toni", "GET", f"/v1/courses/{course['course_id']}/export") == FILE
    assert water.call("toni", "GET", f"/v1/courses/{course['course_id']}/export?which=published").status == 404


def test_a_course_may_be_published_by_its_import(water: Classroom):
    course = take_in(water, FILE, query="?publish=true").json["course"]
    assert (course["status"], course["version"]) == ("published", 1)
    shown = water.done("lin", "GET", f"/v1/courses/{course['course_id']}")
    assert [one["title"] for one in shown["sections"]] == ["Section 0", "Section 1"]
    assert water.done("toni", "GET", f"/v1/courses/{course['course_id']}/export?which=published") == FILE
    assert water.done("lin", "GET", "/v1/courses?q=rivers")["items"][0]["course_id"] == course["course_id"]


def test_a_part_without_an_id_gets_one(school: Classroom):
    made = take_in(school, {"title": "Small", "sections": [{"title": "S", "modules": [{"title": "M"}]}]})
    exported = school.done("toni", "GET", f"/v1/courses/{made.json['course']['course_id']}/export")
    assert exported["sections"][0]["section_id"] and exported["sections"][0]["modules"][0]["module_id"]


def faulty() -> tuple[dict[str, Any], set[str]]:
    """A file with thirty faults of many kinds, and where they are."""
    file = copy.deepcopy(FILE)
    sections = file["sections"]
    wrong: dict[str, object] = {
        "/format": "scholium.course/2", "/title": "", "/description": "a\x07b", "/level": "wizard", "/country": "ZZ",
        "/tags/1": "ICE", "/course_number": "-", "/course_order": -1, "/capacity": "many", "/price/amount": 0,
        "/price/currency": "francs", "/prerequisites/0": "?", "/files/0/filename": "", "/files/0/content_type": "pdf",
        "/files/0/size": -1, "/files/0/document_id": "", "/sections/0/title": None, "/sections/0/summary": 7,
        "/sections/0/modules/0/title": " ", "/sections/0/modules/0/topics": {},
        "/sections/0/modules/1/module_id": "a b",
        "/sections/0/modules/1/topics/0/title": "x" * 201, "/sections/0/modules/1/topics/1/minutes": 1.5,
        "/sections/0/modules/1/topics/2/body": "x" * 20_001, "/sections/0/modules/1/topics/2/document_ids": ["a"] * 21,
        "/sections/1/section_id": "section-0", "/sections/1/modules/0/module_id": "section-0",
        "/sections/1/modules/0/topics/0/topic_id": "topic-0-1-0", "/sections/1/modules/0/colour": "blue",
        "/sections/1/modules/1/topics/2": [],
    }  # fmt: skip
    for pointer, value in wrong.items():
        *way, last = pointer.removeprefix("/").split("/")
        holder: Any = file
        for step in way:
            holder = holder[int(step) if isinstance(holder, list) else step]
        holder[int(last) if isinstance(holder, list) else last] = value
    assert len(sections) == 2
    return file, set(wrong)


def test_a_file_with_thirty_faults_lists_thirty_and_stores_nothing(water: Classroom):
    file, pointers = faulty()
    before = water.done("root", "GET", "/v1/courses?status=draft")["items"]
    reply = take_in(water, file)
    assert (reply.status, reply.code) == (422, "invalid_content")
    assert len(reply.json["errors"]) == len(pointers) == 30
    assert {one["pointer"] for one in reply.json["errors"]} == pointers
    assert all(one["detail"] and one["code"] for one in reply.json["errors"])
    assert reply.cost == (0, 0, 0)
    assert water.done("root", "GET", "/v1/courses?status=draft")["items"] == before == []


def test_what_does_not_fit_the_other_courses_is_listed_and_stores_nothing(water: Classroom):
    file = FILE | {"course_number": "wat-1", "prerequisites": ["WAT-1", "X-1", "X-2"]}
    reply = take_in(water, file)
    assert (reply.status, reply.code) == (409, "import_refused")
    pointers = {one["pointer"] for one in reply.json["errors"]}
    assert pointers == {"/course_number", "/prerequisites/1", "/prerequisites/2"}
    assert reply.cost[1:] == (0, 0)
    assert take_in(water, FILE).status == 201


GROWS = "\u0958"
"""A letter that Unicode's normal form writes as two."""
LONG = {"title": "T", "body": GROWS * 20_000}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"title": GROWS * 200}, "/title"),
        ({"description": GROWS * 5_000}, "/description"),
        ({"tags": ["\u00df" * 40]}, "/tags/0"),
        ({"files": [{"filename": GROWS * 255, "content_type": "a/b", "size": 1}]}, "/files/0/filename"),
        ({"sections": [{"title": "S", "summary": GROWS * 2_000}]}, "/sections/0/summary"),
        (
            {"sections": [{"title": "S", "modules": [{"title": "M", "topics": [LONG]}]}]},
            "/sections/0/modules/0/topics/0/body",
        ),
    ],
)  # fmt: skip
def test_what_is_too_long_only_as_it_is_stored_is_told_by_its_place(
    school: Classroom, fields: dict[str, object], pointer: str
):
    sent = {"title": "A", **fields}
    for path in ("/v1/courses/import", *(() if "sections" in fields else ("/v1/courses",))):
        reply = school.call("toni", "POST", path, sent)
        assert (reply.status, [one["pointer"] for one in reply.json["errors"]]) == (422, [pointer])


@pytest.mark.parametrize("tags", [["a", "A"], ["\u00e9", "e\u0301"], ["stra\u00dfe", "STRASSE "]])
def test_a_tag_that_is_there_twice_is_told_however_the_course_comes(school: Classroom, tags: list[str]):
    for path in ("/v1/courses", "/v1/courses/import"):
        reply = school.call("toni", "POST", path, {"title": "A", "tags": tags})
        assert (reply.status, [one["pointer"] for one in reply.json["errors"]]) == (422, ["/tags/1"])


def test_what_a_course_begins_with_is_exported_and_saved_again(school: Classroom):
    course_id = school.course(publish=False, tags=["Ice", "\u0958\u00df"], description=f"{GROWS} and ice")
    path = f"/v1/courses/{course_id}"
    draft = school.done("toni", "GET", f"{path}/draft")
    assert school.done("toni", "PUT", f"{path}/draft", draft["content"])["content"] == draft["content"]
    assert school.done("toni", "GET", f"{path}/export")["tags"] == draft["content"]["tags"]


def test_a_file_of_nothing_but_faults_lists_a_bounded_number(school: Classroom):
    reply = take_in(school, {"title": "Many", **{f"x{number}": 1 for number in range(MOST_FAULTS + 500)}})
    assert reply.status == 422
    assert len(reply.json["errors"]) == MOST_FAULTS + 1
    assert reply.json["errors"][-1]["detail"] == "and 500 more faults"


@pytest.mark.parametrize("file", [[], "text", None, 7, {"title": "A", "sections": 3}, {"title": "A", "tags": "b"}])
def test_what_is_no_course_is_refused(school: Classroom, file: object):
    assert take_in(school, file).status in (400, 415, 422)


def test_the_published_schema_takes_what_is_taken_and_refuses_most_of_what_is_refused():
    schema = json.loads(course_schema.FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(FILE)
    found = {"/" + "/".join(str(step) for step in one.absolute_path) for one in validator.iter_errors(faulty()[0])}
    assert len(found & faulty()[1]) >= 20
