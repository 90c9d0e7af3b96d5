"""A school on the platform, from its first day to its last: what its people do, in the order in which they come to it.

Each chapter asserts what the people see. What tasks bring about is looked at once the queues are empty; what is to
happen hours later is brought about at once (`GcpDeployment.hasten`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from common.adapters.system import SystemClock
from tests.e2e.client import Client
from tests.e2e.gcp_deployment import GcpDeployment
from tests.e2e.uploads import settled, upload
from tests.e2e.walk import PASSWORD, link_token
from tests.emulators.openai_server import Asked, first_sentence

HANDOUT = b"""Pedals. The left pedal has a left-hand thread. A pedal is tightened to 40 newton metres. A torque wrench
is a tool that shows how tight a bolt is.\x0c
Tyres. A tyre loses air every day. The valve is the part through which air is pumped into a tyre. Tyres are pumped up
every four weeks.\x0c
Chains. A chain is oiled after each ride in the rain. A cassette is a set of gears on the rear wheel. A chain is worn
when it is one percent longer than it was.
"""
QUESTION = {
    "kind": "single", "topic": "Pedals", "difficulty": "easy", "bloom": "remember",
    "options": [{"text": "The left", "correct": True}, {"text": "The right"}, {"text": "Neither"}],
    "explanation": "The left one, so that riding does not loosen it.",
}  # fmt: skip

QUESTIONS = 6
"""In the bank: enough for a quiz whose answers say something of each question."""


@dataclass(frozen=True)
class School:
    """The platform, and four people on it, each logged in."""

    platform: GcpDeployment
    admin: Client
    teacher: Client
    ada: Client
    bob: Client


def quotes_what_is_measured(asked: Asked) -> str:
    """A model that quotes the sentence with newton metres of the passages that it is given."""
    found = re.search(r"\[(\d+)\] [^[]*?(A pedal [^.]* newton metres\.)", str(asked["input"][-1]["content"]))
    return f"{found[2]} [{found[1]}]" if found else first_sentence(asked)


def does(who: Client, method: str, path: str, body: object = None) -> Any:
    """What somebody is answered; nothing here is refused."""
    answer = who.request(method, path, body)
    assert 200 <= answer.status < 300, f"{method} {path}: {answer}"
    return answer.body


def opens(platform: GcpDeployment) -> School:
    """People register; the first admin is made in the database (infrastructure/README.md), and names the teacher."""
    platform.models.write = quotes_what_is_measured
    visitor = platform.client
    assert does(visitor, "GET", "/v1/status")["status"] == "ok"
    for page in ("/docs", "/openapi.json"):
        assert does(visitor, "GET", page)
    console = re.search(r"/assets/\w+/", does(visitor, "GET", "/").decode())
    assert console
    assert b"export function Icon" in does(visitor, "GET", f"{console[0]}ui/icon.js")
    people = {}
    for name in ("head", "teacher", "ada", "bob"):
        named = {"username": f"school-{name}", "email": f"{name}@school.example.org", "password": PASSWORD}
        people[name] = does(visitor, "POST", "/v1/users", named)["user_id"]
    platform.promote(people["head"])
    admin = logged_in(visitor, "head")
    does(admin, "PATCH", f"/v1/users/{people['teacher']}", {"role": "teacher"})
    assert [one["user_id"] for one in does(admin, "GET", "/v1/users?role=teacher")["items"]] == [people["teacher"]]
    logged = does(admin, "GET", f"/v1/audit-log?subject_id={people['teacher']}")["items"]
    assert [one["actor_id"] for one in logged] == [people["head"]]
    for name in ("ada", "bob"):
        mail = platform.mails(f"{name}@school.example.org")[0]
        does(visitor, "POST", "/v1/users/verification", {"token": link_token(mail)})
    return School(platform, admin, *(logged_in(visitor, name) for name in ("teacher", "ada", "bob")))


def logged_in(visitor: Client, name: str) -> Client:
    """Somebody with their token, who has told the school their name."""
    given = does(visitor, "POST", "/v1/login", {"username": f"school-{name}", "password": PASSWORD})
    who = visitor.with_token(given["access_token"])
    does(who, "PATCH", "/v1/me", {"display_name": name.title()})
    return who


def teaches(school: School) -> tuple[str, str]:
    """The teacher makes a course with a document, a concept and a question; the ids of course and document."""
    teacher = school.teacher
    course_id = does(teacher, "POST", "/v1/courses", {"title": "Bicycles"})["course_id"]
    document_id = upload(teacher, "handout.txt", HANDOUT, course_id)
    assert settled(teacher, document_id)["search"] == "full"
    topic = {"topic_id": "left-pedal", "title": "The left pedal", "document_ids": [document_id], "body": "Turn it."}
    modules = [{"module_id": "tools", "title": "Tools", "topics": [topic]}]
    sections = [{"section_id": "pedals", "title": "Pedals", "modules": modules}]
    file = {"filename": "handout.txt", "content_type": "text/plain", "size": len(HANDOUT), "document_id": document_id}
    draft = {"title": "Bicycles", "files": [file], "sections": sections}
    does(teacher, "PUT", f"/v1/courses/{course_id}/draft", draft)
    does(teacher, "PUT", f"/v1/courses/{course_id}/publication")
    does(teacher, "PUT", "/v1/concepts/pedals", {
        "title": "Pedals", "course_id": course_id, "sections": [{"section_id": "thread", "title": "The thread"}]
    })  # fmt: skip
    for number in range(QUESTIONS):
        content = {**QUESTION, "prompt": f"Bicycle {number}: which pedal has a left-hand thread?"}
        does(teacher, "POST", "/v1/questions", {"category": "Bicycles", "content": content})
    return course_id, document_id


def learns(school: School, course_id: str) -> None:
    """Ada takes the course: lesson, learning session, concept and plan; her progress shows it."""
    ada = school.ada
    assert [one["course_id"] for one in does(ada, "GET", "/v1/courses?q=Bicycles")["items"]] == [course_id]
    does(ada, "POST", f"/v1/courses/{course_id}/enrollments")
    assert "left-pedal" in str(does(ada, "GET", f"/v1/courses/{course_id}"))
    does(ada, "GET", f"/v1/courses/{course_id}/topics/left-pedal")
    session = does(ada, "POST", "/v1/learning-sessions", {"topic": "Pedals", "course_id": course_id})
    does(ada, "POST", "/v1/lessons/left-pedal/completions", {"course_id": course_id, "time_spent_seconds": 600})
    does(ada, "POST", f"/v1/learning-sessions/{session['session_id']}/end", {"engagement": 5})
    does(ada, "PUT", "/v1/progress/pedals", {"completed_sections": ["thread"]})
    assert [one["concept_id"] for one in does(ada, "GET", f"/v1/concepts?course_id={course_id}")["items"]] == ["pedals"]
    does(ada, "PUT", "/v1/study-plan", {"concept_ids": ["pedals"], "minutes_per_day": 20})
    assert does(ada, "GET", "/v1/study-plan")
    said = does(ada, "POST", "/v1/chat", {"message": "How tight is a pedal?", "course_id": course_id})
    assert said["answer"] == "A pedal is tightened to 40 newton metres. [1]", said
    does(ada, "POST", f"/v1/chat/sessions/{said['session_id']}/end")
    assert "40 newton metres" in str(does(ada, "GET", "/v1/documents/search?q=newton+metres+pedal")["items"])


def is_examined(school: School, course_id: str) -> None:
    """Ada takes a quiz of the bank and one that is composed for the course; the bank counts her answers."""
    ada, platform = school.ada, school.platform
    wanted = {"category": "Bicycles", "question_count": QUESTIONS}
    assert wanted in does(ada, "GET", "/v1/quizzes/categories")["items"]
    quiz_id = does(ada, "POST", "/v1/quizzes", wanted)["quiz_id"]
    asked = does(ada, "GET", f"/v1/quizzes/{quiz_id}")["questions"]
    right = {
        one["question_id"]: [option["option_id"] for option in one["options"] if option["text"] == "The left"]
        for one in asked
    }
    done = does(ada, "POST", f"/v1/quizzes/{quiz_id}/submissions", {"answers": right})
    assert done["correct_count"] == QUESTIONS
    composed = does(ada, "POST", "/v1/quizzes", {"course_id": course_id, "question_count": 3})["quiz_id"]
    platform.settle()
    assert does(ada, "GET", f"/v1/quizzes/{composed}")["questions"]
    failed = does(ada, "POST", f"/v1/quizzes/{composed}/submissions", {"answers": {}})["submission_id"]
    assert does(ada, "GET", f"/v1/quizzes/results/{failed}")["correct_count"] == 0
    does(ada, "POST", "/v1/flashcards/mistakes", {"submission_id": failed})
    platform.fire("question_statistics", SystemClock().now() + timedelta(hours=1))
    platform.settle()
    kept = does(school.teacher, "GET", "/v1/questions?category=Bicycles")["items"]
    assert [one["statistics"]["answers"] for one in kept] == [1] * QUESTIONS
    assert does(ada, "GET", "/v1/mastery")["items"]


def reviews(school: School, document_id: str) -> None:
    """Bob makes cards, imports some, has some composed, and reviews one; what he deletes is forgotten."""
    bob, platform = school.bob, school.platform
    card_id = does(bob, "POST", "/v1/flashcards", {"front": "Left pedal?", "back": "Left-hand thread."})["card_id"]
    does(bob, "PUT", "/v1/flashcards/settings", does(bob, "GET", "/v1/flashcards/settings"))
    assert card_id in str(does(bob, "GET", "/v1/flashcards/due"))
    does(bob, "POST", f"/v1/flashcards/{card_id}/reviews", {"rating": "good"})
    jobs = [does(bob, "POST", "/v1/flashcards/imports", {"text": "Valve?\tLets air in.", "deck": "Imported"})]
    jobs.append(does(school.teacher, "POST", "/v1/flashcards/generate", {"document_id": document_id}))
    platform.settle()
    for who, job in zip((bob, school.teacher), jobs, strict=True):
        assert does(who, "GET", f"/v1/flashcards/jobs/{job['job_id']}")["status"] == "done"
    assert "Valve?" in str(does(bob, "GET", "/v1/flashcards/export"))
    does(bob, "DELETE", f"/v1/flashcards/{card_id}")


def talks(school: School, course_id: str) -> None:
    """Ada founds a group and asks; Bob answers and likes; a comment is reported and taken away."""
    ada, bob = school.ada, school.bob
    does(bob, "POST", f"/v1/courses/{course_id}/enrollments")
    group = does(ada, "POST", f"/v1/courses/{course_id}/study-groups", {"name": "Pedallers"})["group"]
    assert "Pedallers" in str(does(bob, "GET", f"/v1/courses/{course_id}/study-groups"))
    does(ada, "GET", f"/v1/study-groups/{group['group_id']}")
    post = does(ada, "POST", "/v1/posts", {"title": "Pedals", "body": "Which way?", "course_id": course_id})
    path = f"/v1/posts/{post['post_id']}"
    comment = does(bob, "POST", f"{path}/comments", {"body": "Clockwise, you fool"})["comment"]
    does(bob, "PUT", f"{path}/like")
    assert [one["post_id"] for one in does(ada, "GET", "/v1/me/posts")["items"]] == [post["post_id"]]
    does(ada, "PATCH", path, {"body": "Which way do I turn it?"})
    assert does(school.teacher, "GET", f"{path}/edits")["items"]
    does(ada, "POST", f"{path}/reports", {"reason": "harassment", "comment_id": comment["comment_id"]})
    assert does(school.teacher, "GET", f"/v1/moderation?course_id={course_id}")["items"]
    does(school.teacher, "POST", f"{path}/decisions", {"action": "remove", "comment_id": comment["comment_id"]})


def is_rewarded(school: School) -> None:
    """What Ada did has come to her feed, her badges and the leaderboard."""
    school.platform.settle()
    kinds = {one["kind"] for one in does(school.ada, "GET", "/v1/me/activity")["items"]}
    assert {"lesson_completed", "quiz_submitted"} <= kinds, kinds
    assert "first_quiz" in [
        one["badge_id"] for one in does(school.ada, "GET", "/v1/badges")["badges"] if one["is_earned"]
    ]
    school.platform.hasten("top_list_refresh")
    assert does(school.ada, "GET", "/v1/leaderboard")["you"]["rank"] == 1


def closes(school: School, course_id: str) -> None:
    """A place that nobody paid lapses, a draft goes with its documents, the course is withdrawn, and night falls."""
    teacher, bob, platform = school.teacher, school.bob, school.platform
    exported = does(teacher, "GET", f"/v1/courses/{course_id}/export")
    exported |= {"title": "Bicycles, paid", "files": [], "price": {"amount": 500, "currency": "EUR"}}
    exported["sections"][0]["modules"][0]["topics"][0]["document_ids"] = []
    paid = does(teacher, "POST", "/v1/courses/import?publish=true", exported)["course"]["course_id"]
    does(bob, "POST", f"/v1/courses/{paid}/enrollments")
    platform.hasten("enrollment_lapse")
    draft = does(teacher, "POST", "/v1/courses", {"title": "Unicycles"})["course_id"]
    settled(teacher, upload(teacher, "unicycles.txt", b"A unicycle has one wheel.", draft))
    does(teacher, "DELETE", f"/v1/courses/{draft}")
    does(teacher, "DELETE", f"/v1/courses/{course_id}/publication")
    for name, one in platform.functions.items():
        if one.declaration.trigger == "schedule":
            platform.fire(name)
    platform.settle()
    assert teacher.get(f"/v1/documents?course_id={draft}").status == 404
    assert [one["title"] for one in does(bob, "GET", "/v1/courses?q=Bicycles")["items"]] == ["Bicycles, paid"]
