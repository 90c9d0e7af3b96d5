"""A course as its teacher sees it: counts that are kept for a while, and who and what needs them, as it stands now.

No schedule counts courses that nobody looks at: the first look counts, and those of the next quarter of an hour read
what it counted. Learners at risk are read each time, so that nobody's name or risk is kept a second time.
"""

from datetime import datetime, timedelta

from common.domain.accounts.models import Account
from common.domain.courses import showing, versions
from common.domain.courses.models import Course, CoursePlaces
from common.domain.engagement.judgement import Band
from common.domain.engagement.models import AT_RISK, CourseRisk
from common.domain.progress.concepts import as_concept
from common.domain.progress.models import ConceptProgress
from common.domain.reporting.bodies import CourseDashboard, HardQuestion, LearnerAtRisk, RiskReason
from common.domain.reporting.models import CourseQuestion, CourseSnapshot
from common.domain.reporting.numbers import DropOffStep, RiskCounts
from common.domain.rewards.models import LearnerWeek
from common.domain.rewards.weeks import week_of
from common.ports import Aggregate, Caller, Clock, Query, Span, Store, StoreReader

KEPT = timedelta(minutes=15)
"""For which counts are good enough."""
MOST_MODULES, MOST_HARD, MOST_AT_RISK = 60, 10, 20
WORRYING: tuple[Band, ...] = ("raised", "high")
BEGINNING = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
"""Scholium is younger."""

RISKS = Aggregate(CourseRisk, equal=("course_id", "band"))
ACTIVE_IN_COURSE = Aggregate(LearnerWeek, equal=("board", "week"))
STARTED = Aggregate(ConceptProgress, equal=("concept_id",))
COMPLETED = Aggregate(ConceptProgress, equal=("concept_id",), within="completed_at")
HARDEST = Query(CourseQuestion, equal=("course_id",), order=("at_most",))


def show(caller: Caller, course_id: str, store: Store, clock: Clock) -> CourseDashboard:
    """The dashboard of a course for its teacher and admins; Forbidden, NotFound.

    Costs two reads, one for each of ten questions, and two for each of twenty learners at risk. Once in KEPT it counts
    besides: seven reads, a write, and two reads a module (at most 60), each with one for every thousand learners.
    """
    course = showing.managed(caller, course_id, store)
    now = clock.now()
    counted = store.get(CourseSnapshot, course_id)
    if counted is None or now - counted.as_of >= KEPT or counted.version != course.version:
        counted = _count(course, store, now)
        store.put(counted)
    return CourseDashboard(
        as_of=counted.as_of,
        course_id=course_id,
        title=course.title,
        enrolled=counted.enrolled,
        paid=counted.paid,
        capacity=course.capacity,
        active_this_week=counted.active_this_week,
        risks=counted.risks,
        at_risk=_at_risk(course_id, store),
        hardest_questions=_hardest(course_id, store),
        drop_off=counted.drop_off,
    )


def _count(course: Course, store: StoreReader, now: datetime) -> CourseSnapshot:
    places = store.get(CoursePlaces, course.course_id) or CoursePlaces(course_id=course.course_id)
    week = {"board": course.course_id, "week": week_of(now.date())}
    return CourseSnapshot(
        course_id=course.course_id,
        as_of=now,
        version=course.version,
        enrolled=places.taken,
        paid=places.paid,
        risks=_risks(course.course_id, store),
        active_this_week=store.aggregate(ACTIVE_IN_COURSE, week).count,
        drop_off=_drop_off(course, store) if course.version else (),
    )


def _risks(course_id: str, store: StoreReader) -> RiskCounts:
    counts = {
        band: store.aggregate(RISKS, {"course_id": course_id, "band": band}).count for band in RiskCounts.model_fields
    }
    return RiskCounts.model_validate(counts)


def _at_risk(course_id: str, store: StoreReader) -> tuple[LearnerAtRisk, ...]:
    """Those at the highest risk, if it is raised at all, with their names as they are now."""
    found = [one for one in store.query(AT_RISK, {"course_id": course_id}, limit=MOST_AT_RISK) if one.band in WORRYING]
    names = {one.user_id: one.display_name for one in store.get_many(Account, [one.user_id for one in found])}
    return tuple(
        LearnerAtRisk(
            user_id=one.user_id,
            display_name=names.get(one.user_id),
            band=one.band,
            score=one.score,
            reasons=tuple(RiskReason(about=why.about, effect=why.effect, text=why.text) for why in one.reasons),
            as_of=one.as_of,
        )
        for one in found
    )


def _drop_off(course: Course, store: StoreReader) -> tuple[DropOffStep, ...]:
    """How far learners come, module by module; who has left the course is counted as far as they came."""
    version = versions.published(course, store)
    modules = [one for section in version.content.sections for one in section.modules if one.topics]
    steps = []
    for module in modules[:MOST_MODULES]:
        concept = {"concept_id": as_concept(module, version).concept_id}
        steps.append(
            DropOffStep(
                module_id=module.module_id,
                title=module.title,
                started=store.aggregate(STARTED, concept).count,
                completed=store.aggregate(COMPLETED, concept, during=Span(BEGINNING)).count,
            )
        )
    return tuple(steps)


def _hardest(course_id: str, store: StoreReader) -> tuple[HardQuestion, ...]:
    found = store.query(HARDEST, {"course_id": course_id}, limit=MOST_HARD)
    return tuple(
        HardQuestion(
            question_id=one.question_id, prompt=one.prompt, topic=one.topic, answers=one.answers, right=one.right
        )
        for one in found
        if one.right < one.answers
    )
