"""Drafts and versions of a course, for its teacher and admins.

DELETE /v1/courses/{course_id} · GET, PUT /v1/courses/{course_id}/draft
PUT, DELETE /v1/courses/{course_id}/publication · GET /v1/courses/{course_id}/versions/{version}
"""

from common.domain.courses import courses, drafts
from common.domain.courses.bodies import CourseCard, DraftView, DraftWish, VersionView
from common.domain.courses.messages import CourseDeleted
from common.errors import Forbidden, NotFound
from common.ports import Caller, Clock, Ids, Queue, Store, StoreReader
from common.triggers import http

course_drafts = http.resource("course_drafts")


@course_drafts.delete("/v1/courses/{course_id}", role="teacher", raises=(courses.WasPublished, Forbidden, NotFound))
def delete(caller: Caller, course_id: str, store: Store, deletions: Queue[CourseDeleted]) -> None:
    """Delete a course that never was published, with its documents."""
    courses.delete(caller, course_id, store, deletions)


@course_drafts.get("/v1/courses/{course_id}/draft", role="teacher", raises=(Forbidden, NotFound))
def show(caller: Caller, course_id: str, store: StoreReader) -> DraftView:
    """The draft, with everything in it."""
    return drafts.draft(caller, course_id, store)


@course_drafts.put(
    "/v1/courses/{course_id}/draft",
    role="teacher",
    max_body=600_000,
    raises=(drafts.DraftChanged, Forbidden, NotFound),
)
def save(caller: Caller, course_id: str, wished: DraftWish, store: Store, clock: Clock, ids: Ids) -> DraftView:
    """Replace the draft's whole content; parts keep the ids that they are sent with."""
    return drafts.save(caller, course_id, wished, store, clock, ids)


@course_drafts.put("/v1/courses/{course_id}/publication", role="teacher", raises=(Forbidden, NotFound))
def publish(caller: Caller, course_id: str, store: Store, clock: Clock) -> CourseCard:
    """Make the draft the version that learners see."""
    return drafts.publish(caller, course_id, store, clock)


@course_drafts.delete(
    "/v1/courses/{course_id}/publication", role="teacher", raises=(drafts.NotPublished, Forbidden, NotFound)
)
def withdraw(caller: Caller, course_id: str, store: Store, clock: Clock) -> None:
    """Take a course back: nobody new finds it, and those who are enrolled go on."""
    drafts.withdraw(caller, course_id, store, clock)


@course_drafts.get("/v1/courses/{course_id}/versions/{version}", role="teacher", raises=(Forbidden, NotFound))
def version(caller: Caller, course_id: str, version: str, store: StoreReader) -> VersionView:
    """A version as it was published, from 1."""
    return drafts.version(caller, course_id, version, store)
