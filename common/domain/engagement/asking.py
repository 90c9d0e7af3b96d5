"""A teacher asks for a nudge of one of their learners, and an admin stops all of them, or lets them go on."""

from common.domain.accounts import audit
from common.domain.accounts.models import Account
from common.domain.courses import rights, teaching
from common.domain.courses.models import Course
from common.domain.engagement.bodies import NudgePlanned, NudgeRequest, NudgeSettingsChange, NudgeSettingsView
from common.domain.engagement.messages import SendNudge
from common.domain.engagement.models import Nudge, NudgeSettings
from common.domain.engagement.planning import SETTINGS_ID
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Queue, Store, StoreReader


def ask(
    caller: Caller, wished: NudgeRequest, store: Store, sends: Queue[SendNudge], clock: Clock, ids: Ids
) -> NudgePlanned:
    """Plan a nudge for a learner in one of the caller's courses; NotFound for everybody else.

    Whether and when it is sent is decided by the learner's wishes, of which the teacher learns nothing. Costs four
    reads and two writes.
    """
    course = _shared_course(caller, wished.learner_id, store)
    learner = store.get(Account, wished.learner_id)
    if learner is None or learner.role != "learner" or (course is None and not caller.is_at_least("admin")):
        raise NotFound("There is no such learner in your courses")
    nudge = Nudge(
        nudge_id=ids.new(),
        user_id=wished.learner_id,
        origin="teacher",
        status="planned",
        sender_id=caller.user_id,
        course_id=course.course_id if course else None,
        course_title=course.title if course else None,
        reason=wished.reason,
        planned_at=clock.now(),
    )
    store.create(nudge)
    sends.stage(SendNudge(nudge_id=nudge.nudge_id, user_id=nudge.user_id))
    return NudgePlanned(nudge_id=nudge.nudge_id, learner_id=nudge.user_id, planned_at=nudge.planned_at)


def _shared_course(caller: Caller, learner_id: str, store: StoreReader) -> Course | None:
    """A course that the caller teaches and the learner is enrolled in, the one joined last first. Costs three reads."""
    own = teaching.courses_of(caller.user_id, store).teaching
    shared = next((one for one in teaching.courses_of(learner_id, store).enrolled if one in own), None)
    course = store.get(Course, shared) if shared is not None else None
    return course if course is not None and rights.may_manage(caller, course) else None


def settings(store: StoreReader) -> NudgeSettingsView:
    """How this deployment nudges. Costs a read."""
    return NudgeSettingsView.of(store.get(NudgeSettings, SETTINGS_ID) or NudgeSettings())


def change_settings(
    caller: Caller, wished: NudgeSettingsChange, store: Store, clock: Clock, ids: Ids
) -> NudgeSettingsView:
    """Stop all nudges, or let them go on; choose who writes. Costs a read and two writes: it is audited."""
    kept = store.get(NudgeSettings, SETTINGS_ID) or NudgeSettings()
    changes = {**wished.model_dump(), "updated_by": caller.user_id, "updated_at": clock.now()}
    changed = kept.model_copy(update=changes)
    store.put(changed)
    said = {"stopped": str(wished.stopped).lower(), "text_by": wished.text_by}
    audit.record(store, ids, clock, caller.user_id, "nudges.settings_changed", SETTINGS_ID, **said)
    return NudgeSettingsView.of(changed)
