"""Task: deletes the documents of a course that was deleted."""

from common.domain.courses.messages import CourseDeleted
from common.domain.documents import removal
from common.domain.documents.messages import RemovePieces
from common.ports import Clock, Queue, Store
from common.triggers import task


@task(max_attempts=20, max_dispatches_per_second=5)
def course_documents(
    message: CourseDeleted,
    store: Store,
    removals: Queue[RemovePieces],
    deletions: Queue[CourseDeleted],
    clock: Clock,
) -> None:
    """Delete some of its documents; the rest, where there is more, goes on as a chain."""
    removal.remove_of_course(message, store, removals, deletions, clock)
