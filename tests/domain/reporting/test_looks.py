"""What learners and teachers see: of themselves, and of those whom they teach."""

from datetime import timedelta

from common.domain.assessment.models import IssuedQuestion, Quiz, Subject, Submission
from common.ports.queue import MessageRecord
from common.ports.store import rfc3339
from tests.domain.reporting.school import School


def test_a_learner_who_did_nothing_begins_with_a_question(school: School) -> None:
    ada = school.join("ada")
    seen = school.done(ada, "GET", "/v1/dashboard")
    assert seen["standing"] == {
        "streak": 0, "longest_streak": 0, "is_active_today": False, "may_rest": False, "points": 0,
    }  # fmt: skip
    assert (seen["next_step"]["kind"], seen["topics"], seen["history"], seen["due_reviews"]) == ("ask", [], [], 0)
    assert len(seen["days"]) == 28 and not any(one["is_active"] for one in seen["days"])


def test_a_learner_sees_streak_mastery_days_and_history(school: School) -> None:
    ada, bob = school.join("ada"), school.join("bob")
    for _ in range(3):
        school.take_quiz(ada, right=4)
        school.work()
        school.days_pass(1)
    school.take_quiz(bob, right=0)
    school.work()
    seen = school.done(ada, "GET", "/v1/dashboard")
    assert seen["standing"]["streak"] == 3 and not seen["standing"]["is_active_today"]
    assert seen["standing"]["points"] > 0
    assert [one["topic"] for one in seen["topics"]] == ["Counting"]
    assert 0.8 < seen["topics"][0]["level"] < 1 and seen["topics"][0]["is_mastered"]
    assert [(one["is_active"], one["activities"]) for one in seen["days"][-4:]] == [(True, 1)] * 3 + [(False, 0)]
    assert [one["kind"] for one in seen["history"]] == ["quiz_submitted"] * 3
    assert school.done(bob, "GET", "/v1/dashboard")["topics"][0]["level"] == 0


def test_the_next_step_is_the_most_urgent_one(school: School) -> None:
    ada, course_id = school.join("ada"), school.open_course()
    school.done(ada, "POST", f"/v1/courses/{course_id}/enrollments")

    def step() -> dict[str, object]:
        found = school.done(ada, "GET", "/v1/dashboard")["next_step"]
        return {name: value for name, value in found.items() if value is not None}

    assert step() == {"kind": "ask"}
    school.take_quiz(ada, right=0)
    school.work()
    assert step() == {"kind": "practise", "title": "Counting", "topic": "Counting"}
    school.done(ada, "POST", "/v1/lessons/m1t0/completions", {"course_id": course_id})
    assert step() == {"kind": "learn", "title": "Module 1", "concept_id": f"{course_id}~m1"}
    begun = school.done(ada, "POST", "/v1/quizzes", {"category": "Numbers", "time_limit_seconds": 600})
    assert step() == {
        "kind": "finish_quiz", "title": "Numbers", "quiz_id": begun["quiz_id"], "expires_at": begun["expires_at"],
    }  # fmt: skip
    school.world.clock.advance(minutes=11)
    assert step()["kind"] == "learn"


def test_a_teacher_sees_learners_drop_off_and_who_is_at_risk_and_why(school: School) -> None:
    course_id = school.open_course(lessons=2)
    learners = [school.join(name) for name in ("ada", "bob", "cyd")]
    for at, who in enumerate(learners):
        school.done(who, "POST", f"/v1/courses/{course_id}/enrollments")
        for lesson in ["m1t0", "m1t1", "m2t0"][: at + 1]:
            school.done(who, "POST", f"/v1/lessons/{lesson}/completions", {"course_id": course_id})
        school.risk(who, course_id, (0.1, 0.4, 0.9)[at])
    school.work()
    seen = school.done("toni", "GET", f"/v1/dashboard/courses/{course_id}")
    assert (seen["title"], seen["enrolled"], seen["paid"], seen["active_this_week"]) == ("Algebra", 3, 0, 3)
    assert [(one["title"], one["started"], one["completed"]) for one in seen["drop_off"]] == [
        ("Module 1", 3, 2), ("Module 2", 1, 0),
    ]  # fmt: skip
    assert seen["risks"] == {"too_early": 0, "low": 1, "raised": 1, "high": 1}
    assert [(one["display_name"], one["band"], one["score"]) for one in seen["at_risk"]] == [
        ("cyd", "high", 0.9), ("bob", "raised", 0.4),
    ]  # fmt: skip
    assert seen["at_risk"][0]["reasons"] == [
        {"about": "missing", "effect": "raises", "text": "Has not handed in the last two quizzes."}
    ]
    assert school.done("root", "GET", f"/v1/dashboard/courses/{course_id}") == seen


def test_the_counts_of_a_course_are_renewed_after_a_quarter_of_an_hour(school: School) -> None:
    course_id, ada = school.open_course(), school.join("ada")
    path = f"/v1/dashboard/courses/{course_id}"
    before = school.done("toni", "GET", path)
    school.done(ada, "POST", f"/v1/courses/{course_id}/enrollments")
    school.world.clock.advance(minutes=14)
    assert school.done("toni", "GET", path)["enrolled"] == before["enrolled"] == 0
    school.world.clock.advance(minutes=1)
    after = school.done("toni", "GET", path)
    assert after["enrolled"] == 1 and after["as_of"] > before["as_of"]


def test_a_course_is_seen_by_those_who_manage_it_alone(school: School) -> None:
    course_id, ada = school.open_course(), school.join("ada")
    path = f"/v1/dashboard/courses/{course_id}"
    school.done(ada, "POST", f"/v1/courses/{course_id}/enrollments")
    assert school.call("tara", "GET", path).status == 403  # published, and another teacher's
    assert school.call("toni", "GET", "/v1/dashboard/courses/nowhere").status == 404
    assert school.call("root", "GET", path).status == 200


def issued(number: int, topic: str = "Loops") -> IssuedQuestion:
    return IssuedQuestion.model_validate(
        {
            "question_id": f"q{number}", "version": 1, "kind": "single", "topic": topic, "difficulty": "medium",
            "bloom": "remember", "prompt": f"What is {number}?", "explanation": "So it is.",
        }
    )  # fmt: skip


def hand_in(school: School, who: str, course_id: str | None, wrong: tuple[int, ...], of: int = 4) -> None:
    """A submission about a course as `assessment` stores it: its questions would be made of documents."""
    now = school.world.clock.now()
    identity = f"quiz-{who}-{now:%d%H%M}"
    subject = Subject(course_id=course_id) if course_id else Subject(topic="Loops")
    quiz = Quiz(
        quiz_id=identity, user_id=who, subject=subject, title="Loops", asked=of, issued_at=now, expires_at=now,
        questions=tuple(issued(number) for number in range(of)),
    )  # fmt: skip
    given = "{" + ",".join(f'"q{number}":["a"]' for number in range(1, of)) + "}"  # nobody answers the first
    submission = Submission(
        submission_id=identity, user_id=who, title="Loops", subject=subject, answers=given,
        wrong=tuple(f"q{number}" for number in (0, *wrong)), score=0, correct=of - 1 - len(wrong), of=of, topics=(),
        seconds=60, issued_at=now, submitted_at=now,
    )  # fmt: skip
    school.write(quiz, submission)


def test_the_hardest_questions_of_a_course_are_those_that_certainly_few_know(school: School) -> None:
    course_id, other = school.open_course(), school.open_course("Geometry")
    for at in range(50):
        hand_in(school, f"learner-{at}", course_id, wrong=(1, 2) if at % 2 else (1,))
        school.world.clock.advance(minutes=1)
    hand_in(school, "ada", other, wrong=(3,))
    hand_in(school, "bob", None, wrong=(1, 2, 3))
    school.world.clock.advance(minutes=20)
    school.count()
    school.count()
    seen = school.done("toni", "GET", f"/v1/dashboard/courses/{course_id}")["hardest_questions"]
    assert [(one["question_id"], one["answers"], one["right"]) for one in seen] == [
        ("q0", 50, 0), ("q1", 50, 0), ("q2", 50, 25),
    ]  # fmt: skip
    assert seen[0]["prompt"] == "What is 0?" and seen[0]["topic"] == "Loops"
    others = school.done("toni", "GET", f"/v1/dashboard/courses/{other}")["hardest_questions"]
    assert {(one["question_id"], one["answers"], one["right"]) for one in others} == {("q0", 1, 0), ("q3", 1, 0)}


def test_answers_are_counted_once_however_often_a_step_runs(school: School) -> None:
    course_id = school.open_course()
    for at in range(90):
        hand_in(school, f"learner-{at}", course_id, wrong=(2,))
        school.world.clock.time += timedelta(seconds=61)
    school.days_pass(0.5)
    for _ in range(3):
        school.fire()
        school.days_pass(0.1)
    school.work()
    seen = school.done("toni", "GET", f"/v1/dashboard/courses/{course_id}")["hardest_questions"]
    assert {one["question_id"]: (one["answers"], one["right"]) for one in seen} == {"q0": (90, 0), "q2": (90, 0)}


def test_an_admin_finds_every_course_by_its_learners(school: School) -> None:
    ada = school.join("ada")
    courses = [school.open_course(f"Course {at}") for at in range(3)]
    school.done(ada, "POST", f"/v1/courses/{courses[1]}/enrollments")
    first = school.done("root", "GET", "/v1/dashboard/admin/courses?page_size=2")
    assert (first["items"][0]["title"], first["items"][0]["enrolled"]) == ("Course 1", 1)
    second = school.done(
        "root", "GET", f"/v1/dashboard/admin/courses?page_size=2&page_token={first['next_page_token']}"
    )
    titles = [one["title"] for one in (*first["items"], *second["items"])]
    assert sorted(titles) == ["Course 0", "Course 1", "Course 2"] and second["next_page_token"] is None


def test_an_admin_sees_what_waits_and_what_was_given_up(school: School) -> None:
    school.count()
    school.join("ada")  # whose mail nobody delivers here
    now = school.world.clock.now()
    dead = {"payload": "{}", "status": "DEAD", "created_at": now, "due_at": now, "check_at": now}
    for at, kind in enumerate(("EmbedChunks", "MailRequested", "EmbedChunks")):
        school.write(MessageRecord.model_validate({"message_id": f"dead-{at}", "kind": kind, **dead}))
    school.world.clock.advance(minutes=2)
    school.count()
    seen = school.done("root", "GET", "/v1/dashboard/admin")["queues"]
    assert seen["dead_kinds"] == [{"kind": "EmbedChunks", "count": 2}, {"kind": "MailRequested", "count": 1}]
    assert (seen["overdue"], seen["dead"], seen["oldest_due_at"]) == (1, 3, rfc3339(now))


def test_an_admin_sees_what_the_count_found(school: School) -> None:
    ada = school.join("ada")
    school.open_course()
    school.talk(ada)
    school.take_quiz(ada)
    school.count()
    seen = school.done("root", "GET", "/v1/dashboard/admin")
    assert (seen["total_users"], seen["users_by_role"]) == (1, {"learner": 1, "teacher": 0, "admin": 0})
    assert (seen["total_courses"], seen["published_courses"], seen["enrollments"]) == (1, 1, 0)
    assert (seen["total_messages"], seen["active_sessions_24h"], seen["sessions_7d"]) == (2, 1, [1])
    assert (seen["billing"], seen["purchases"], seen["revenue"]) == ("off", 0, [])
    assert [one["display_name"] for one in seen["recent_users"]] == ["ada"]
    assert seen["ai"]["calls"] == sum(one["calls"] for one in seen["ai_purposes"])
    assert seen["queues"]["dead"] == 0 and seen["experiments"] == []
    assert seen["as_of"].startswith("2026-03-02T")
