"""The risk of failing is kept for each learner of a course, in bounded documents, and found by an index."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from common.domain.accounts.models import Account
from common.domain.courses.enrollments import OF_COURSE
from common.domain.courses.models import Course as CourseOfToni
from common.domain.courses.models import CoursePlaces, Enrollment, enrollment_id
from common.domain.engagement import course_risks
from common.domain.engagement.course_risks import assessment_of, until
from common.domain.engagement.coursework import CourseCohort, Piece
from common.domain.engagement.models import AT_RISK, CourseCohortWork, CourseRisk, risk_id
from common.ports.database import Write
from functions.risks.main import risks
from tests.domain.courses.classroom import caller
from tests.domain.engagement.outreach import Outreach
from tests.triggers.world import START, HandWorld

NAMES = [f"learner-{at:02}" for at in range(12)]


class Course:
    """A course in which everybody of NAMES is enrolled."""

    def __init__(self, outreach: Outreach) -> None:
        self.outreach = outreach
        outreach.enrol(*NAMES)
        for name in NAMES:
            self.join(name)

    def join(self, who: str) -> None:
        place = Enrollment(
            enrollment_id=enrollment_id("logic", who),
            course_id="logic",
            user_id=who,
            payment="free",
            enrolled_at=self.outreach.now,
        )
        self.outreach.write(place)
        self._count()

    def leave(self, who: str) -> None:
        self.outreach.world.database.commit([Write("delete", Enrollment, enrollment_id("logic", who))])
        self._count()

    def _count(self) -> None:
        taken = self.outreach.world.database.count(OF_COURSE, {"course_id": "logic"})
        self.outreach.write(CoursePlaces(course_id="logic", taken=taken))

    def hands_in(self, who: str, topic: str, correct: int, **more: Any) -> None:
        topics = [{"topic": topic, "correct": correct, "of": 10}]
        self.outreach.studies(who, kind="quiz_submitted", course_id="logic", topics=topics, score=correct / 10, **more)
        self.outreach.work("GradedWork")

    def night(self) -> None:
        self.outreach.world.clock.advance(hours=24)
        self.outreach.work()

    def risk(self, who: str) -> CourseRisk:
        found = self.outreach.world.stored(CourseRisk, risk_id("logic", who))
        assert found is not None
        return found

    def cohort(self) -> CourseCohortWork:
        found = self.outreach.world.stored(CourseCohortWork, "logic")
        assert found is not None
        return found


@pytest.fixture
def course(outreach: Outreach) -> Course:
    return Course(outreach)


def test_graded_work_is_judged_when_it_is_recorded(course: Course):
    for at, name in enumerate(NAMES):
        course.hands_in(name, "sets", 9 if at else 1)
    first, last = course.risk(NAMES[0]), course.risk(NAMES[-1])
    assert first.as_of == course.outreach.now and first.model_version == "failing-1"
    assert last.pieces == {assessment_of("sets"): last.pieces[assessment_of("Sets ")]}
    assert last.pieces[assessment_of("sets")].points == 900
    course.night()
    assert course.risk(NAMES[0]).score > course.risk(NAMES[-1]).score
    assert course.risk(NAMES[0]).reasons[0].about == "marks"


def test_who_hands_in_nothing_rises_as_the_others_go_on(course: Course):
    silent = NAMES[0]
    scores = []
    for topic in ("sets", "logic", "proofs", "graphs"):
        for name in NAMES[1:]:
            course.hands_in(name, topic, 7)
        course.night()
        scores.append(course.risk(silent).score)
    assert scores == sorted(scores) and scores[-1] > 0.5
    assert course.risk(silent).band == "high"
    assert course.risk(silent).reasons[0].about == "missing"
    found = course.outreach.world.database.query(AT_RISK, {"course_id": "logic"}, 1, None)
    assert found[0].document_id == risk_id("logic", silent)
    high = course.outreach.all(AT_RISK, course_id="logic", band="high")
    assert [one.user_id for one in high] == [silent]


def test_the_best_result_counts_and_repeating_a_quiz_never_harms(course: Course):
    for name in NAMES:
        course.hands_in(name, "sets", 6)
    course.hands_in(NAMES[0], "sets", 9)
    better = course.risk(NAMES[0]).score
    course.hands_in(NAMES[0], "sets", 1)
    assert course.risk(NAMES[0]).score == pytest.approx(better)
    assert course.cohort().tallies[assessment_of("sets")].handed_in == len(NAMES)


def test_who_joins_late_is_compared_with_the_others_as_they_were_on_that_day(course: Course):
    for day in range(6):
        for name in NAMES:
            course.hands_in(name, f"topic {day}", 7)
        course.outreach.world.clock.advance(days=3)
    course.outreach.enrol("late")
    course.join("late")
    course.hands_in("late", "topic 0", 7)
    assert course.risk("late").band in ("too_early", "low")
    course.outreach.world.clock.advance(days=16)
    course.hands_in(NAMES[0], "topic 6", 7)
    course.night()
    assert course.risk("late").band == "high", "by now the others had handed in all of it"


def test_who_is_not_enrolled_leaves_no_trace_in_the_course(course: Course):
    course.hands_in("ada", "sets", 3)
    assert course.outreach.world.stored(CourseRisk, risk_id("logic", "ada")) is None
    assert course.outreach.world.stored(CourseCohortWork, "logic") is None


def test_who_leaves_is_forgotten_within_a_day_and_their_work_leaves_with_them(course: Course):
    for name in NAMES:
        course.hands_in(name, "sets", 7)
    course.night()
    course.leave(NAMES[3])
    course.hands_in(NAMES[0], "logic", 7)
    course.night()
    assert course.outreach.world.stored(CourseRisk, risk_id("logic", NAMES[3])) is None
    tally = course.cohort().tallies[assessment_of("sets")]
    assert (tally.handed_in, tally.scored, tally.score_sum) == (11, 11, 7_700)


def test_a_course_in_which_nobody_works_costs_nothing(course: Course):
    for name in NAMES:
        course.hands_in(name, "sets", 7)
    course.night()
    assert course.outreach.pending("RefreshCourseRisks") == []
    course.night()
    assert course.outreach.pending() == []


def test_many_learners_are_judged_a_page_at_a_time(course: Course, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(course_risks, "PAGE", 4)
    for name in NAMES[1:]:
        course.hands_in(name, "sets", 7)
    course.night()
    assert {one.user_id for one in course.outreach.all(AT_RISK, course_id="logic")} == set(NAMES)


def test_the_documents_stay_small_however_many_topics_there_are(course: Course):
    for round_ in range(5):
        topics = [{"topic": f"topic {round_}.{at}", "correct": 5, "of": 10} for at in range(20)]
        course.outreach.studies(NAMES[0], kind="quiz_submitted", course_id="logic", topics=topics, score=0.5)
        course.outreach.work("GradedWork")
    assert len(course.cohort().plan) == len(course.risk(NAMES[0]).pieces) == 64
    assert len(course.risk(NAMES[0]).model_dump_json()) < 8_000


@given(st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 1000)), max_size=20), st.integers(-5, 70))
@examples(max_examples=100, derandomize=True, deadline=None)
def test_what_others_hand_in_later_than_a_day_of_theirs_is_not_seen_on_it(pieces: list[tuple[int, int]], day: int):
    cohort = CourseCohort(30, ("one",))
    for at, points in pieces:
        cohort = cohort.with_piece("one", None, Piece(at, points))
    seen = until(cohort, day)
    counted = seen.tallies["one"].handed_in if seen.tallies else 0
    assert counted == sum(at <= day for at, _ in pieces)
    assert until(cohort, 400).tallies == cohort.tallies


def test_days_are_counted_from_when_somebody_joined():
    assert course_risks.day_of(START, START) == 0
    assert course_risks.day_of(START + timedelta(hours=15), START) == 1
    assert course_risks.day_of(START - timedelta(days=1), START) == -1


def test_a_teacher_reads_both_risks_with_their_reasons_and_a_learner_reads_words(
    course: Course, as_caller: Callable[[str], None]
):
    outreach = course.outreach
    outreach.write(
        CourseOfToni.model_validate(
            {"course_id": "logic", "teacher_id": "toni", "title": "Logic", "created_by": "toni"}
            | {"created_at": START, "updated_at": START}
        )
    )
    outreach.change(Account, NAMES[0], language="de")
    for topic in ("sets", "logic", "proofs", "graphs"):
        for name in NAMES[1:]:
            course.hands_in(name, topic, 7)
        course.night()
    path = f"/v1/courses/logic/learners/{NAMES[0]}/risk"
    as_caller("toni")
    seen = outreach.call(risks, "GET", path).get_json()
    assert seen["failing"]["band"] == "high" and seen["failing"]["reasons"][0]["about"] == "missing"
    assert seen["lapsing"] is None, "nothing is known of their rhythm"
    other = outreach.call(risks, "GET", path.replace(NAMES[0], NAMES[1])).get_json()
    assert 0 < other["lapsing"]["score"] < 1 and other["lapsing"]["as_of"]
    for who, status in (("tara", 404), ("root", 200)):
        as_caller(who)
        assert outreach.call(risks, "GET", path).status_code == status, who
    as_caller("toni")
    assert outreach.call(risks, "GET", path.replace(NAMES[0], "ada")).status_code == 404
    as_caller(NAMES[0])
    (told,) = outreach.call(risks, "GET", "/v1/me/outlook").get_json()["courses"]
    assert told["course_id"] == "logic" and told["text"].startswith("Hier gibt es Quiz")
    assert not any(letter.isdigit() for letter in told["text"]) and set(told) == {"course_id", "text"}
    as_caller(NAMES[1])
    (fine,) = outreach.call(risks, "GET", "/v1/me/outlook").get_json()["courses"]
    assert fine["text"] == "You are well on your way here. Keep to your own pace."


@pytest.fixture
def as_caller(world: HandWorld, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Who asks from now on, with the role of their name."""
    fake = sys.modules["common.triggers.authentication"]

    def be(who: str) -> None:
        monkeypatch.setattr(fake, "authenticate", lambda *_: caller(who))

    return be
