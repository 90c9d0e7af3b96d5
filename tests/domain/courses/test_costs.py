"""What each request bills: reads, writes and deletes, the same however much there is."""

import pytest

from tests.domain.courses.classroom import Classroom

SECTIONS = [{"title": "S", "modules": [{"title": "M", "topics": [{"title": "T", "topic_id": "t"}]}]}]
Cost = tuple[int, int, int]


def costs(school: Classroom, tag: str) -> dict[str, Cost]:
    """What a course's life costs, request by request."""
    learner, second = f"{tag}-lin", f"{tag}-sam"
    found: dict[str, Cost] = {}

    def ask(name: str, who: str, method: str, path: str, body: object = None) -> object:
        reply = school.call(who, method, path, body)
        assert reply.status in (200, 201, 204), (name, reply.json)
        found[name] = reply.cost
        return reply.json

    made = school.call("toni", "POST", "/v1/courses", {"title": tag, "course_number": f"{tag}-1"})
    found["create"] = made.cost
    path = f"/v1/courses/{made.json['course_id']}"
    ask("save", "toni", "PUT", f"{path}/draft", {"title": tag, "sections": SECTIONS})
    ask("draft", "toni", "GET", f"{path}/draft")
    ask("publish", "toni", "PUT", f"{path}/publication")
    ask("publish again", "toni", "PUT", f"{path}/publication")
    ask("version", "toni", "GET", f"{path}/versions/1")
    ask("enroll", learner, "POST", f"{path}/enrollments")
    ask("limit", "toni", "PATCH", path, {"capacity": 1000})
    ask("enroll where places are limited", second, "POST", f"{path}/enrollments")
    ask("renumber", "toni", "PATCH", path, {"course_number": f"{tag}-2"})
    ask("show", learner, "GET", path)
    ask("show to its teacher", "toni", "GET", path)
    ask("show by number", learner, "GET", f"/v1/course-numbers/{tag}-2")
    ask("topic", learner, "GET", f"{path}/topics/t")
    ask("learners, 2 a page", "toni", "GET", f"{path}/enrollments?page_size=2")
    ask("own, 1 a page", learner, "GET", "/v1/me/enrollments?page_size=1")
    ask("list, 1 a page", learner, "GET", f"/v1/courses?page_size=1&tag={tag}")
    ask("export", "toni", "GET", f"{path}/export")
    ask("leave", learner, "DELETE", f"{path}/enrollments/me")
    ask("remove", "toni", "DELETE", f"{path}/enrollments/{second}")
    ask("withdraw", "toni", "DELETE", f"{path}/publication")
    draft = school.course(f"{tag} draft", publish=False, course_number=f"{tag}-d")
    ask("delete", "toni", "DELETE", f"/v1/courses/{draft}")
    ask("import", "toni", "POST", "/v1/courses/import", {"title": f"{tag} file", "course_number": f"{tag}-i"})
    ask("import, published", "toni", "POST", "/v1/courses/import?publish=true", {"title": f"{tag} file"})
    return found


EXPECTED: dict[str, Cost] = {
    "create": (1, 5, 0),
    "save": (2, 2, 0),
    "draft": (2, 0, 0),
    "publish": (2, 2, 0),
    "publish again": (1, 0, 0),
    "version": (2, 0, 0),
    "enroll": (2, 4, 0),
    "limit": (1, 1, 0),
    "enroll where places are limited": (3, 4, 0),
    "renumber": (2, 2, 1),
    "show": (5, 0, 0),
    "show to its teacher": (4, 0, 0),
    "show by number": (6, 0, 0),
    "topic": (3, 0, 0),
    "learners, 2 a page": (5, 0, 0),
    "own, 1 a page": (2, 0, 0),
    "list, 1 a page": (1, 0, 0),
    "export": (2, 0, 0),
    "leave": (2, 2, 1),
    "remove": (3, 2, 1),
    "withdraw": (1, 1, 0),
    "delete": (2, 2, 4),
    "import": (2, 5, 0),
    "import, published": (1, 5, 0),
}


def test_each_request_costs_what_is_said(school: Classroom):
    assert costs(school, "first") == EXPECTED


def test_it_costs_the_same_with_many_courses_and_learners(school: Classroom):
    crowd = school.course("Crowd", capacity=100)
    for number in range(30):
        school.course(f"Course {number}")
        assert school.enroll(f"learner-{number}", crowd).status == 201
    for course in school.done("many-lin", "GET", "/v1/courses?page_size=20")["items"]:
        assert school.enroll("many-lin", course["course_id"]).status == 201
    # the first listed place is one of two pages now: a page of one bills one read more
    assert costs(school, "many") == EXPECTED | {"own, 1 a page": (3, 0, 0)}


@pytest.mark.parametrize("pages", [1, 7])
def test_a_list_bills_a_read_a_course_and_one_more(school: Classroom, pages: int):
    for number in range(20):
        school.course(f"Course {number}", level="beginner" if number % 2 else None, country="DE", tags=["all"])
    for query, most in (("", 20), ("level=beginner", 10), ("country=DE&q=course", 20), ("tag=all&level=beginner", 10)):
        reply = school.call("lin", "GET", f"/v1/courses?page_size={pages}&{query}")
        assert reply.cost == (min(pages + 1, most), 0, 0)
        assert len(reply.json["items"]) == pages


def test_changes_cost_by_what_they_touch(school: Classroom):
    school.accounts(["tara"])
    first, second, third, last = (school.course(f"Course {number}") for number in range(4))
    for course_id, before in ((second, first), (third, second)):
        school.done("toni", "PATCH", f"/v1/courses/{course_id}", {"prerequisites": [before]})
    chain = school.call("toni", "PATCH", f"/v1/courses/{last}", {"prerequisites": [third]})
    assert (chain.status, chain.cost) == (200, (4, 4, 0)), "itself, and three that are walked and verified"
    given = school.call("root", "PATCH", f"/v1/courses/{last}", {"teacher_id": "tara"})
    assert (given.status, given.cost) == (200, (4, 3, 0))
    made = school.call("root", "POST", "/v1/courses", {"title": "For Tara", "teacher_id": "tara"})
    assert (made.status, made.cost) == (201, (2, 4, 0))


def test_a_place_that_is_paid_for_costs_its_message_too(school: Classroom):
    course_id = school.course(price={"amount": 1, "currency": "EUR"})
    assert school.enroll("lin", course_id).cost == (2, 5, 0)


def test_a_refusal_writes_nothing(school: Classroom):
    course_id = school.course(capacity=0)
    assert school.enroll("lin", course_id).cost == (3, 0, 0)
    assert school.enroll("lin", "none").cost == (1, 0, 0)
    refused = school.call("tara", "PATCH", f"/v1/courses/{course_id}", {"course_order": 1})
    assert (refused.status, refused.cost) == (403, (1, 0, 0))
