"""The risk of failing, kept for each learner of a course: judged when they hand something in, and daily for everybody.

Graded work in a course are its quizzes, by topic: a topic is an assessment that all are asked for, and the best result
counts. Days are counted from when a learner joined, and the others are seen as they were on the same day of theirs, so
that whoever joins late is not behind from the start.

Who hands in nothing must be judged too, when the others go on. So the first work of a day asks for a chain that
judges all learners of the course on the next: what that costs follows from the courses in which somebody works.
"""

import hashlib
from datetime import UTC, date, datetime, time, timedelta

from common import logs
from common.domain.courses.enrollments import OF_COURSE as ENROLLED
from common.domain.courses.models import CoursePlaces, Enrollment, enrollment_id
from common.domain.engagement import failing
from common.domain.engagement.coursework import (
    MOST_ASSESSMENTS,
    POINTS,
    CourseCohort,
    LearnerWork,
    Piece,
    Tally,
)
from common.domain.engagement.evidence import yardsticks
from common.domain.engagement.messages import GradedWork, RefreshCourseRisks
from common.domain.engagement.models import (
    OF_COURSE,
    CourseCohortWork,
    CourseRisk,
    StoredPiece,
    StoredReason,
    StoredTally,
    risk_id,
)
from common.domain.progress.messages import TopicResult
from common.ports import Clock, Cursor, Queue, Store

PAGE = 50
"""Learners an invocation."""
LEAST_CHANGE = 0.01
"""Of a score: less is not written down."""
NIGHT = timedelta(hours=4)
"""Over which the courses are spread, from midnight UTC."""


def record(message: GradedWork, store: Store, refreshes: Queue[RefreshCourseRisks], clock: Clock) -> None:
    """Add a learner's work to theirs and to the cohort's, and judge them. Nothing for who is not enrolled.

    Costs four reads (the enrollment, the risk, the cohort, the places) and two writes; once a day and course one more.
    """
    place = store.get(Enrollment, enrollment_id(message.course_id, message.user_id))
    if place is None:
        return
    now = clock.now()
    kept = store.get(CourseRisk, risk_id(message.course_id, message.user_id))
    known = store.get(CourseCohortWork, message.course_id) or CourseCohortWork(course_id=message.course_id)
    pieces = _pieces(message.topics, day_of(message.at, place.enrolled_at))
    cohort = _cohort(known, (*known.plan, *(one for one in pieces if one not in known.plan)), _learners(known, store))
    work = work_of(kept)
    for assessment_id, piece in pieces.items():
        if assessment_id in cohort.plan:
            before, work = work.pieces.get(assessment_id), work.with_piece(assessment_id, piece)
            cohort = cohort.with_piece(assessment_id, before, work.pieces[assessment_id])
    store.put(_judged(place, work, cohort, now))
    store.put(_with_refresh(_stored(known, cohort), refreshes, now))


def refresh(message: RefreshCourseRisks, store: Store, pages: Queue[RefreshCourseRisks], clock: Clock) -> None:
    """Judge a page of a course's learners anew, and stage the next; behind the last, forget those who have left.

    Costs two reads, two a learner, and a write for each whose risk has changed.
    """
    known = store.get(CourseCohortWork, message.course_id)
    if known is None:
        return
    if message.phase == "left":
        _forget_page(message, known, store, pages)
        return
    now = clock.now()
    behind = Cursor((message.after_at,), message.after) if message.after_at else None
    places = store.query(ENROLLED, {"course_id": message.course_id}, limit=PAGE, after=behind)
    kept = {one.user_id: one for one in _risks(message.course_id, [place.user_id for place in places], store)}
    cohort = _cohort(known, known.plan, _learners(known, store))
    for place in places:
        before = kept.get(place.user_id)
        after = _judged(place, work_of(before), cohort, now)
        if before is None or before.band != after.band or abs(before.score - after.score) >= LEAST_CHANGE:
            store.put(after)
    if len(places) == PAGE:
        last = {"after": places[-1].enrollment_id, "after_at": places[-1].enrolled_at}
        pages.stage(message.model_copy(update=last))
    else:
        pages.stage(message.model_copy(update={"phase": "left", "after": "", "after_at": None}))
    logs.info("course_risks.refreshed", course_id=message.course_id, learners=len(places))


def _forget_page(
    message: RefreshCourseRisks, known: CourseCohortWork, store: Store, pages: Queue[RefreshCourseRisks]
) -> None:
    """Drop what is kept of learners who have left, from the cohort too. Costs two reads a learner."""
    behind = Cursor((message.after,), risk_id(message.course_id, message.after)) if message.after else None
    found = store.query(OF_COURSE, {"course_id": message.course_id}, limit=PAGE, after=behind)
    places = store.get_many(Enrollment, [enrollment_id(one.course_id, one.user_id) for one in found])
    here = {place.user_id for place in places}
    cohort = _cohort(known, known.plan, 0)
    for gone in (one for one in found if one.user_id not in here):
        for assessment_id, piece in work_of(gone).pieces.items():
            cohort = cohort.with_piece(assessment_id, piece, None)
        store.delete(CourseRisk, gone.risk_id)
    after = _stored(known, cohort)
    if after != known:
        store.put(after)
    if len(found) == PAGE:
        pages.stage(message.model_copy(update={"after": found[-1].user_id}))


def day_of(at: datetime, joined_at: datetime) -> int:
    """The day of a learner in the course; 0 is the one on which they joined."""
    return (at.astimezone(UTC).date() - joined_at.astimezone(UTC).date()).days


def until(cohort: CourseCohort, day: int) -> CourseCohort:
    """The cohort as its learners were on that day of theirs: who handed in later had not yet."""
    seen = {}
    for assessment_id, tally in cohort.tallies.items():
        by_day = {at: count for at, count in tally.by_day.items() if at <= day}
        seen[assessment_id] = Tally(
            sum(by_day.values()), by_day, tally.scored, tally.score_sum, tally.score_squares
        )  # fmt: skip
    return CourseCohort(cohort.learners, cohort.plan, seen, cohort.history)


def work_of(kept: CourseRisk | None) -> LearnerWork:
    """The work of a learner that is stored; none where nothing is."""
    pieces = kept.pieces if kept else {}
    return LearnerWork({name: Piece(one.day, one.points) for name, one in pieces.items()})


def _pieces(topics: tuple[TopicResult, ...], day: int) -> dict[str, Piece]:
    return {assessment_of(one.topic): Piece(day, round(POINTS * one.correct / one.of)) for one in topics if one.of}


def assessment_of(topic: str) -> str:
    """What a topic is stored as: a name of any length and letters, by a digest of it."""
    return hashlib.sha256(" ".join(topic.split()).casefold().encode()).hexdigest()[:16]


def _cohort(known: CourseCohortWork, plan: tuple[str, ...], learners: int) -> CourseCohort:
    tallies = {
        name: Tally(
            one.handed_in,
            {int(day): count for day, count in one.by_day.items()},
            one.scored,
            one.score_sum,
            one.score_squares,
        )
        for name, one in known.tallies.items()
    }
    return CourseCohort(learners, plan[:MOST_ASSESSMENTS], tallies)


def _learners(known: CourseCohortWork, store: Store) -> int:
    """How many learn in the course. Costs one read."""
    places = store.get(CoursePlaces, known.course_id)
    return max(places.taken if places else 0, 1, *(one.handed_in for one in known.tallies.values()), 1)


def _stored(known: CourseCohortWork, cohort: CourseCohort) -> CourseCohortWork:
    tallies = {
        name: StoredTally(
            handed_in=one.handed_in,
            by_day={str(day): count for day, count in sorted(one.by_day.items())},
            scored=one.scored,
            score_sum=one.score_sum,
            score_squares=one.score_squares,
        )
        for name, one in cohort.tallies.items()
    }
    return known.model_copy(update={"plan": cohort.plan, "tallies": tallies})


def _judged(place: Enrollment, work: LearnerWork, cohort: CourseCohort, now: datetime) -> CourseRisk:
    seen = until(cohort, max(day_of(now, place.enrolled_at), 0))
    found = failing.risk(yardsticks(seen), work, now)
    return CourseRisk(
        risk_id=risk_id(place.course_id, place.user_id),
        course_id=place.course_id,
        user_id=place.user_id,
        score=round(found.score, 4),
        band=found.band,
        evidence=round(found.evidence, 2),
        reasons=tuple(
            StoredReason(about=one.about, effect=one.effect, strength=round(one.strength, 2), text=one.text)
            for one in found.reasons
        ),
        as_of=found.as_of,
        model_version=found.model_version,
        pieces={name: StoredPiece(day=one.day, points=one.points) for name, one in sorted(_by_plan(work, cohort))},
        joined_at=place.enrolled_at,
    )


def _by_plan(work: LearnerWork, cohort: CourseCohort) -> list[tuple[str, Piece]]:
    return [(name, one) for name, one in work.pieces.items() if name in cohort.plan]


def _risks(course_id: str, user_ids: list[str], store: Store) -> list[CourseRisk]:
    return store.get_many(CourseRisk, [risk_id(course_id, one) for one in user_ids])


def _with_refresh(known: CourseCohortWork, refreshes: Queue[RefreshCourseRisks], now: datetime) -> CourseCohortWork:
    """The cohort, which remembers the night that was asked for."""
    day = (now.astimezone(UTC).date() + timedelta(days=1)).isoformat()
    if known.refresh_day == day:
        return known
    refreshes.stage(RefreshCourseRisks(course_id=known.course_id, day=day), at=_at_night(known.course_id, day))
    return known.model_copy(update={"refresh_day": day})


def _at_night(course_id: str, day: str) -> datetime:
    """Each course at a time of its own."""
    place = int(hashlib.sha256(course_id.encode()).hexdigest()[:8], 16) / 2**32
    return datetime.combine(date.fromisoformat(day), time(), UTC) + place * NIGHT
