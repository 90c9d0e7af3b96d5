"""How far a learner has come with concepts: the percentage follows from the sections, never from what a client says."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from common.domain.progress.bodies import ProgressUpdate, ProgressView
from common.domain.progress.concepts import concept_of
from common.domain.progress.messages import LONGEST_SECONDS, ActivityHappened
from common.domain.progress.models import Concept, ConceptProgress, progress_id
from common.errors import FieldError, InvalidContent
from common.ports import Caller, Clock, Page, Query, Queue, Store, StoreReader, read_page

OWN = Query(ConceptProgress, equal=("user_id",), optional=("course_id",), order=("-updated_at",))
BEFORE_THE_FIRST = timedelta(hours=4)
"""Time that a learner may have spent on a concept before anything was told of it."""


class UnknownSection(InvalidContent):
    """The concept has no such section."""

    code, title = "unknown_section", "The concept has no such section"


def all_progress(
    caller: Caller, course_id: str | None, store: StoreReader, *, page_size: int, page_token: str | None
) -> Page[ProgressView]:
    """The concepts that the caller has begun, as they were told of last, the latest first. Costs a read each."""
    where = {"user_id": caller.user_id, "course_id": course_id}
    return read_page(store, OWN, where, page_size=page_size, page_token=page_token, show=ProgressView.of)


def progress_with(caller: Caller, concept_id: str, store: StoreReader) -> ProgressView:
    """How far the caller has come with a concept as it is now; NotFound. Costs two reads; in a course, its rights."""
    concept = concept_of(caller, concept_id, store)
    kept = store.get(ConceptProgress, progress_id(caller.user_id, concept_id))
    return ProgressView.of(_of_now(kept, concept)) if kept else _not_started(concept)


def tell(
    caller: Caller, concept_id: str, told: ProgressUpdate, store: Store, activity: Queue[ActivityHappened], clock: Clock
) -> ProgressView:
    """Add what the caller completed; NotFound, UnknownSection. Costs two reads and two writes; in a course, its rights.

    Told again it changes nothing: sections are a set, and the time is what was spent in all.
    """
    concept = concept_of(caller, concept_id, store)
    _refuse_unknown(told.completed_sections, concept)
    before, after = advance(
        caller.user_id, concept, told.completed_sections, store, clock.now(), seconds=told.time_spent_seconds or 0
    )
    if len(after.completed) > len(before.completed):
        activity.stage(_happened(before, after))
    return ProgressView.of(after)


def advance(
    user_id: str,
    concept: Concept,
    sections: Iterable[str],
    store: Store,
    now: datetime,
    *,
    seconds: int = 0,
    more_seconds: int = 0,
) -> tuple[ConceptProgress, ConceptProgress]:
    """Add sections of the concept to what is stored, and the time spent: what was, and what is now.

    `seconds` are in all so far, `more_seconds` besides what is known. Costs a read, and a write if something is new.
    """
    found = store.get(ConceptProgress, progress_id(user_id, concept.concept_id))
    before = found or ConceptProgress(
        progress_id=progress_id(user_id, concept.concept_id),
        user_id=user_id,
        concept_id=concept.concept_id,
        course_id=concept.course_id,
        title=concept.title,
        section_count=len(concept.sections),
        started_at=now,
        updated_at=now,
    )
    before = _of_now(before, concept)
    after = _with(before, concept, sections, max(seconds, before.seconds + more_seconds), now)
    if after == found:
        return before, after
    after = after.model_copy(update={"updated_at": now})
    store.put(after)
    return before, after


def _refuse_unknown(told: Sequence[str], concept: Concept) -> None:
    known = {one.section_id for one in concept.sections}
    faults: list[FieldError] = [
        {"pointer": f"/completed_sections/{at}", "detail": UnknownSection.title, "code": UnknownSection.code}
        for at, section_id in enumerate(told)
        if section_id not in known
    ]
    if faults:
        raise UnknownSection(errors=faults)


def _with(
    kept: ConceptProgress, concept: Concept, sections: Iterable[str], seconds: int, now: datetime
) -> ConceptProgress:
    done = {*kept.completed, *sections}
    completed = tuple(one.section_id for one in concept.sections if one.section_id in done)
    possible = int((now - kept.started_at + BEFORE_THE_FIRST).total_seconds())
    is_whole = len(completed) == len(concept.sections)
    return kept.model_copy(
        update={
            "completed": completed,
            "seconds": max(kept.seconds, min(seconds, possible)),
            "completed_at": kept.completed_at or (now if is_whole else None),
        }
    )


def _of_now(kept: ConceptProgress, concept: Concept) -> ConceptProgress:
    """What is left of it when the concept has other sections than before."""
    completed = tuple(one.section_id for one in concept.sections if one.section_id in kept.completed)
    changes = {"title": concept.title, "section_count": len(concept.sections), "completed": completed}
    return kept.model_copy(update={**changes, "course_id": concept.course_id})


def _not_started(concept: Concept) -> ProgressView:
    return ProgressView(
        concept_id=concept.concept_id,
        title=concept.title,
        course_id=concept.course_id,
        status="not_started",
        percentage=0,
        completed_sections=(),
        section_count=len(concept.sections),
        time_spent_seconds=0,
        started_at=None,
        updated_at=None,
        completed_at=None,
    )


def _happened(before: ConceptProgress, after: ConceptProgress) -> ActivityHappened:
    """The id derives from the learner, the concept and the moment: each step forward is a fact of its own."""
    step = int(after.updated_at.timestamp() * 1e6)
    return ActivityHappened(
        user_id=after.user_id,
        kind="concept_progressed",
        subject_id=f"{after.progress_id}.{step}",
        at=after.updated_at,
        course_id=after.course_id,
        concept_id=after.concept_id,
        score=len(after.completed) / after.section_count,
        seconds=min(after.seconds - before.seconds, LONGEST_SECONDS),
    )
