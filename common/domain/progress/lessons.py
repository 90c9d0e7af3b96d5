"""Lessons: the topics of courses, each completed once."""

from common.domain.courses import versions
from common.domain.progress.bodies import CompletionView, LessonDone, ProgressView
from common.domain.progress.concepts import as_concept, readable_version
from common.domain.progress.messages import ActivityHappened
from common.domain.progress.models import LessonCompletion
from common.domain.progress.own_progress import advance
from common.ports import Caller, Clock, Queue, Store


def complete(
    caller: Caller, lesson_id: str, done: LessonDone, store: Store, activity: Queue[ActivityHappened], clock: Clock
) -> CompletionView:
    """Complete a lesson of a course; NotFound. Completed again it stays as it was.

    Costs four reads and a course's rights, and three writes the first time.
    """
    version = readable_version(caller, done.course_id, store)
    _, module, topic = versions.topic(version.content, lesson_id)
    concept = as_concept(module, version)
    now = clock.now()
    completion_id = f"{caller.user_id}.{done.course_id}.{topic.topic_id}"
    kept = store.get(LessonCompletion, completion_id)
    spent = 0 if kept else done.time_spent_seconds
    before, after = advance(caller.user_id, concept, (topic.topic_id,), store, now, more_seconds=spent)
    if kept is None:
        kept = LessonCompletion(
            completion_id=completion_id,
            user_id=caller.user_id,
            course_id=done.course_id,
            lesson_id=topic.topic_id,
            concept_id=concept.concept_id,
            completed_at=now,
        )
        store.put(kept)
        activity.stage(_happened(kept, after.seconds - before.seconds))
    return CompletionView(
        lesson_id=kept.lesson_id,
        course_id=kept.course_id,
        completed_at=kept.completed_at,
        progress=ProgressView.of(after),
    )


def _happened(kept: LessonCompletion, seconds: int) -> ActivityHappened:
    """The id derives from the learner and the lesson."""
    return ActivityHappened(
        user_id=kept.user_id,
        kind="lesson_completed",
        subject_id=kept.completion_id,
        at=kept.completed_at,
        course_id=kept.course_id,
        concept_id=kept.concept_id,
        seconds=seconds,
    )
