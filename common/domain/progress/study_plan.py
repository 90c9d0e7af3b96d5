"""A learner's study plan: what they want is stored, and the days are planned from where they stand."""

from collections.abc import Sequence
from datetime import date, datetime

from common.domain.progress import planning
from common.domain.progress.concepts import concept_of
from common.domain.progress.mastery import Mastery, all_mastery_of
from common.domain.progress.models import ConceptProgress, PlannedConcept, StudyPlan, progress_id
from common.domain.progress.plan_bodies import StudyPlanView, StudyPlanWish
from common.domain.progress.planning import Frame, Work
from common.domain.progress.standings import today_of
from common.errors import FieldError, InvalidContent, NotFound
from common.ports import Caller, Clock, Store, StoreReader

WEAK_BELOW, WEAK_EVIDENCE, MOST_WEAK = 0.5, 3.0, 3
"""Topics that nobody named are practised too, where so much evidence says that they are weak."""


class NoStudyPlan(NotFound):
    """The caller has not made a plan."""

    code, title = "no_study_plan", "There is no study plan yet"


class UnknownConcept(InvalidContent):
    """A plan names a concept that the caller cannot learn."""

    code, title = "unknown_concept", "There is no such concept"


class ExamOver(InvalidContent):
    """The exam is not after today."""

    code, title = "exam_over", "The exam must be later than today"


def show(caller: Caller, due: Sequence[int], store: StoreReader, clock: Clock) -> StudyPlanView:
    """The caller's plan from today on, `due` cards on each day; NoStudyPlan. Costs three reads, and one a concept."""
    kept = store.get(StudyPlan, caller.user_id)
    if kept is None:
        raise NoStudyPlan
    now = clock.now()
    return _shown(kept, _work_left(kept, store, now), due, today_of(caller.user_id, store, now))


def change(caller: Caller, wished: StudyPlanWish, due: Sequence[int], store: Store, clock: Clock) -> StudyPlanView:
    """Make a plan, or another one; UnknownConcept, ExamOver. Costs what each concept costs besides, and a write."""
    now = clock.now()
    today = today_of(caller.user_id, store, now)
    if wished.exam_date is not None and wished.exam_date <= today:
        raise ExamOver(errors=[{"pointer": "/exam_date", "detail": ExamOver.title, "code": ExamOver.code}])
    kept = StudyPlan(
        user_id=caller.user_id,
        concepts=_planned(caller, wished.concept_ids, store),
        topics=tuple(dict.fromkeys(wished.topics)),
        exam_date=wished.exam_date.isoformat() if wished.exam_date else None,
        minutes_per_day=wished.minutes_per_day,
        rest_days=tuple(sorted(set(wished.rest_days))),
        made_on=today.isoformat(),
        minutes_at_first=0,
        updated_at=now,
    )
    left = _work_left(kept, store, now)
    kept = kept.model_copy(update={"minutes_at_first": planning.minutes_of(left)})
    store.put(kept)
    return _shown(kept, left, due, today)


def _planned(caller: Caller, concept_ids: Sequence[str], store: StoreReader) -> tuple[PlannedConcept, ...]:
    found: dict[str, PlannedConcept] = {}
    faults: list[FieldError] = []
    for at, concept_id in enumerate(concept_ids):
        try:
            concept = concept_of(caller, concept_id, store)
        except NotFound:
            said = {"detail": UnknownConcept.title, "code": UnknownConcept.code}
            faults.append({"pointer": f"/concept_ids/{at}", **said})  # type: ignore[typeddict-item]
            continue
        found[concept_id] = PlannedConcept(
            concept_id=concept_id, title=concept.title, section_count=len(concept.sections)
        )
    if faults:
        raise UnknownConcept(errors=faults)
    return tuple(found.values())


def _work_left(kept: StudyPlan, store: StoreReader, now: datetime) -> list[Work]:
    ids = [progress_id(kept.user_id, one.concept_id) for one in kept.concepts]
    done = {one.concept_id: one for one in store.get_many(ConceptProgress, ids)} if ids else {}
    concepts = [(one.concept_id, one.title, _sections_left(one, done.get(one.concept_id))) for one in kept.concepts]
    known = {one.topic: one for one in all_mastery_of(kept.user_id, store, now)}
    nothing = {topic: Mastery(topic=topic, level=0, evidence=0, is_mastered=False) for topic in kept.topics}
    named = [known.get(topic, nothing[topic]) for topic in kept.topics]
    others = (one for one in known.values() if one.topic not in nothing)
    weak = [one for one in others if one.level < WEAK_BELOW and one.evidence >= WEAK_EVIDENCE]
    weakest = sorted(weak, key=lambda one: (one.level, one.topic))[:MOST_WEAK]
    return planning.work(concepts, [*named, *weakest])


def _sections_left(wanted: PlannedConcept, done: ConceptProgress | None) -> int:
    return done.section_count - len(done.completed) if done else wanted.section_count


def _shown(kept: StudyPlan, left: Sequence[Work], due: Sequence[int], today: date) -> StudyPlanView:
    exam_date = date.fromisoformat(kept.exam_date) if kept.exam_date else None
    frame = Frame(today, kept.minutes_per_day, kept.rest_days, exam_date)
    made_on, reviews = date.fromisoformat(kept.made_on), planning.review_minutes(due)
    planned = planning.plan(left, reviews, frame)
    total = planning.minutes_of(left)
    return StudyPlanView(
        concept_ids=tuple(one.concept_id for one in kept.concepts),
        topics=kept.topics,
        exam_date=exam_date,
        minutes_per_day=kept.minutes_per_day,
        rest_days=kept.rest_days,
        made_on=made_on,
        days=planned.days[: planning.DAYS_AHEAD],
        minutes_left=total + reviews[0],
        minutes_behind=planning.behind(total, kept.minutes_at_first, made_on, frame),
        is_feasible=exam_date is None or planned.left_over == 0,
        minutes_per_day_needed=planning.needed(left, reviews, frame),
    )
