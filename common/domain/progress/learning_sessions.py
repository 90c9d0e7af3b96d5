"""Learning sessions: begun, ended, and as long as the server's clock says."""

from datetime import datetime, timedelta

from common.domain.courses.rights import rights_in
from common.domain.progress.bodies import NewSession, SessionView
from common.domain.progress.messages import ActivityHappened, TopicResult
from common.domain.progress.models import LearningSession, OpenSession
from common.errors import NotFound
from common.ports import Caller, Clock, Ids, Page, Query, Queue, Store, StoreReader, read_page

LONGEST_SESSION = timedelta(hours=4)
"""Whoever forgets to end a session has learned no longer."""

OWN = Query(LearningSession, equal=("user_id",), order=("-started_at",))


def start(
    caller: Caller, wished: NewSession, store: Store, activity: Queue[ActivityHappened], clock: Clock, ids: Ids
) -> SessionView:
    """Begin a session, and end the one that the caller is in; NotFound for a course that is not theirs.

    Costs a read and two writes; a read and two writes more where another one ends, and a course's rights.
    """
    if wished.course_id is not None and not rights_in(caller, wished.course_id, store).may_read:
        raise NotFound("There is no such course")
    now = clock.now()
    held = store.get(OpenSession, caller.user_id)
    if held is not None and held.session_id is not None:
        earlier = store.get(LearningSession, held.session_id)
        if earlier is not None:
            _end(earlier, None, now, store, activity)
    begun = LearningSession(
        session_id=ids.new(),
        user_id=caller.user_id,
        topic=wished.topic,
        tutor=wished.tutor,
        course_id=wished.course_id,
        started_at=now,
    )
    store.create(begun)
    store.put(OpenSession(user_id=caller.user_id, session_id=begun.session_id))
    return SessionView.of(begun)


def end(
    caller: Caller,
    session_id: str,
    engagement: int | None,
    store: Store,
    activity: Queue[ActivityHappened],
    clock: Clock,
) -> SessionView:
    """End one of the caller's sessions; NotFound. One that is over stays as it is. Costs two reads, three writes."""
    kept = store.get(LearningSession, session_id)
    if kept is None or kept.user_id != caller.user_id:
        raise NotFound("There is no such learning session")
    if kept.ended_at is not None:
        return SessionView.of(kept)
    held = store.get(OpenSession, caller.user_id)
    if held is not None and held.session_id == session_id:
        store.put(held.model_copy(update={"session_id": None}))
    return SessionView.of(_end(kept, engagement, clock.now(), store, activity))


def sessions(caller: Caller, store: StoreReader, *, page_size: int, page_token: str | None) -> Page[SessionView]:
    """The caller's sessions, the latest first. Costs a read each, and one more."""
    where = {"user_id": caller.user_id}
    return read_page(store, OWN, where, page_size=page_size, page_token=page_token, show=SessionView.of)


def _end(
    kept: LearningSession, engagement: int | None, now: datetime, store: Store, activity: Queue[ActivityHappened]
) -> LearningSession:
    lasted = min(now - kept.started_at, LONGEST_SESSION)
    over = kept.model_copy(
        update={
            "ended_at": kept.started_at + lasted,
            "seconds": int(lasted.total_seconds()),
            "engagement": engagement,
        }
    )
    store.put(over)
    activity.stage(
        ActivityHappened(
            user_id=over.user_id,
            kind="session_ended",
            subject_id=over.session_id,
            at=kept.started_at + lasted,
            course_id=over.course_id,
            topics=(TopicResult(topic=over.topic, correct=0, of=0),),
            seconds=over.seconds,
        )
    )
    return over
