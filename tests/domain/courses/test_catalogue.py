"""Courses are found by what they say of themselves, in their order, page by page."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from common.domain.courses import catalogue
from common.domain.courses.content import Described
from common.domain.language.terms import stem_sequence
from common.ports.pages import MOST_ROUNDS
from tests.domain.courses.classroom import Classroom

COURSES: tuple[dict[str, Any], ...] = (
    {"title": "Algebra for beginners", "level": "beginner", "country": "DE", "tags": ["Maths"], "course_order": 2},
    {"title": "Linear algebra", "level": "advanced", "country": "DE", "tags": ["maths", "vectors"], "course_order": 1},
    {"title": "Glaciers", "level": "beginner", "country": "CH", "tags": ["ice"], "description": "How ice is moving."},
    {"title": "Wie Pflanzen Licht nutzen", "country": "DE", "tags": ["Biologie"], "course_number": "BIO-7"},
    {"title": "Ice and snow", "level": "beginner", "country": "CH", "tags": ["ice", "maths"], "who": "tara"},
)


@pytest.fixture
def library(school: Classroom) -> Classroom:
    for fields in COURSES:
        school.course(**{"who": "toni", **fields})
    school.course("Algebra to come", publish=False)
    school.course("Ice to come", who="tara", publish=False)
    return school


def titles(school: Classroom, query: str = "", who: str = "lin") -> list[str]:
    return [one["title"] for one in school.done(who, "GET", f"/v1/courses?{query}")["items"]]


def test_a_list_is_ordered_by_place_then_by_title_and_shows_what_is_published(library: Classroom):
    expected = ["Glaciers", "Ice and snow", "Wie Pflanzen Licht nutzen", "Linear algebra", "Algebra for beginners"]
    assert titles(library) == expected


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("country=de", ["Wie Pflanzen Licht nutzen", "Linear algebra", "Algebra for beginners"]),
        ("level=beginner", ["Glaciers", "Ice and snow", "Algebra for beginners"]),
        ("tag=MATHS", ["Ice and snow", "Linear algebra", "Algebra for beginners"]),
        ("teacher_id=tara", ["Ice and snow"]),
        ("q=algebra", ["Linear algebra", "Algebra for beginners"]),
        ("q=the+moving+ice", ["Glaciers"]),
        ("q=moved", ["Glaciers"]),
        ("q=Pflanze", ["Wie Pflanzen Licht nutzen"]),
        ("q=bio-7", ["Wie Pflanzen Licht nutzen"]),
        ("q=vectors", ["Linear algebra"]),
        ("q=the", []),
        ("q=volcano", []),
        ("q=algebra&tag=vectors&country=DE&level=advanced&teacher_id=toni", ["Linear algebra"]),
        ("tag=ice&level=beginner&country=CH", ["Glaciers", "Ice and snow"]),
        ("q=ice&teacher_id=toni", ["Glaciers"]),
        ("country=FR", []),
    ],
)
def test_filters_find_what_fits_all_of_them(library: Classroom, query: str, found: list[str]):
    assert titles(library, query) == found


def test_every_combination_of_filters_agrees_with_reading_everything(library: Classroom):
    values = {"country": "DE", "level": "beginner", "teacher_id": "tara", "tag": "maths", "q": "ice"}
    whole = {one["title"]: one for one in library.done("lin", "GET", "/v1/courses")["items"]}
    words = {title: set(stem_sequence(f"{title} {one['description']}")) for title, one in whole.items()}
    fits = {
        "country": lambda one: one["country"] == "DE",
        "level": lambda one: one["level"] == "beginner",
        "teacher_id": lambda one: one["teacher_id"] == "tara",
        "tag": lambda one: "maths" in one["tags"],
        "q": lambda one: "ice" in words[one["title"]] or "ice" in one["tags"],
    }
    for size in range(len(values) + 1):
        for chosen in itertools.combinations(values, size):
            query = "&".join(f"{name}={values[name]}" for name in chosen)
            expected = [title for title, one in whole.items() if all(fits[name](one) for name in chosen)]
            assert titles(library, query) == expected, query


@pytest.mark.parametrize("query", ["country=Mars", "level=wizard", "tag=%00", "status=secret", "page_size=0", "q="])
def test_what_is_no_filter_is_a_bad_request(library: Classroom, query: str):
    assert library.call("lin", "GET", f"/v1/courses?{query}").status == 400


def test_drafts_are_found_by_their_teacher_and_by_admins_alone(library: Classroom):
    assert titles(library, "status=draft", "toni") == ["Algebra to come"]
    assert titles(library, "status=draft&q=ice", "tara") == ["Ice to come"]
    assert titles(library, "status=draft", "root") == ["Algebra to come", "Ice to come"]
    assert titles(library, "status=draft&teacher_id=tara", "root") == ["Ice to come"]
    assert library.call("lin", "GET", "/v1/courses?status=draft").status == 403
    assert library.call("toni", "GET", "/v1/courses?status=draft&teacher_id=tara").status == 403
    assert library.call("toni", "GET", "/v1/courses?status=withdrawn&teacher_id=tara").status == 403


def pages(school: Classroom, query: str) -> Iterator[list[str]]:
    token = ""
    while token is not None:
        page = school.done("lin", "GET", f"/v1/courses?{query}{token and f'&page_token={token}'}")
        yield [one["title"] for one in page["items"]]
        token = page["next_page_token"]


def test_pages_neither_repeat_nor_skip_while_courses_arrive(library: Classroom):
    walk = pages(library, "page_size=2")
    seen = next(walk)
    library.course("A first one, behind the reader")
    seen += list(itertools.chain.from_iterable(walk))
    assert len(seen) == len(set(seen)) == len(COURSES)


def test_a_filter_that_no_index_serves_leaves_short_pages_and_loses_nothing(school: Classroom):
    for number in range(40):
        school.course(f"Loops {number:02}", tags=["rare"] if number in (3, 38) else [])
    found = list(pages(school, "q=loops&tag=rare&page_size=2"))
    assert [title for page in found for title in page] == ["Loops 03", "Loops 38"]
    assert [] in found
    reply = school.call("lin", "GET", "/v1/courses?q=loops&tag=rare&page_size=2")
    assert reply.cost == (MOST_ROUNDS * 3, 0, 0)


def test_a_page_token_serves_the_list_that_made_it_alone(library: Classroom):
    token = library.done("lin", "GET", "/v1/courses?page_size=1")["next_page_token"]
    assert library.call("lin", "GET", f"/v1/courses?page_size=1&page_token={token}").status == 200
    for other in ("country=DE", "q=ice", "level=beginner"):
        assert library.call("lin", "GET", f"/v1/courses?{other}&page_token={token}").code == "invalid_page_token"


def test_the_keys_of_a_course_are_bounded_and_hold_its_tags():
    long = Described(title="Words", description=" ".join(f"word{number}" for number in range(600)), tags=("a", "b"))
    keys = catalogue.keys(long, "N-1")
    assert len(keys) == len(set(keys)) == catalogue.MOST_KEYS
    assert keys[:2] == ("tag:a", "tag:b")
