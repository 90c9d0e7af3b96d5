"""A draft that is deleted takes its documents along, however many, and none comes behind them."""

import json

import pytest

from common.domain.documents import removal, uploads
from common.domain.documents.bodies import NewDocument
from common.errors import NotFound
from common.ports.queue import MessageRecord
from common.ports.store import Scalar
from common.triggers.unit_of_work import Stale, UnitOfWork
from functions.course_documents.main import course_documents
from tests.domain.courses.classroom import Classroom, caller
from tests.triggers.world import deliver

WISH = {"filename": "a.pdf", "content_type": "application/pdf", "size": 5}


def promise(school: Classroom, course_id: str) -> UnitOfWork:
    """A document that is promised to a course, and not committed yet."""
    unit, world = school.unit(), school.world
    files = world.files.bucket("uploads")
    uploads.promise(caller("toni"), NewDocument(**WISH, course_id=course_id), unit, files, world.clock, world.ids)
    return unit


def left(school: Classroom, course_id: str) -> int:
    where: dict[str, Scalar] = {"scope": f"course:{course_id}", "deleted": False}
    return len(school.unit().query(removal.OF_SCOPE, where, limit=1000))


def deliveries(school: Classroom, kind: str) -> list[str]:
    found = [school.world.stored(MessageRecord, one) for one in school.world.tasks.ids]
    return [one.message_id for one in found if one and one.kind == kind]


def test_every_document_goes_a_step_at_a_time(school: Classroom, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(removal, "DOCUMENTS", 3)
    course_id, other = school.course(publish=False), school.course("Other", publish=False)
    for _ in range(7):
        promise(school, course_id).commit(school.world.patience())
    promise(school, other).commit(school.world.patience())
    school.done("toni", "DELETE", f"/v1/courses/{course_id}")
    assert left(school, course_id) == 7
    for expected in (4, 1, 0):
        message_id = deliveries(school, "CourseDeleted")[-1]
        assert deliver(course_documents, message_id) == deliver(course_documents, message_id) == 200
        assert left(school, course_id) == expected
    assert len(deliveries(school, "CourseDeleted")) == 3
    removals = [school.world.stored(MessageRecord, one) for one in deliveries(school, "RemovePieces")]
    assert len({json.loads(one.payload)["document_id"] for one in removals if one}) == 7
    assert left(school, other) == 1


def test_a_document_that_is_promised_meanwhile_does_not_come_behind(school: Classroom):
    course_id = school.course(publish=False)
    late = promise(school, course_id)
    school.done("toni", "DELETE", f"/v1/courses/{course_id}")
    with pytest.raises(Stale):
        late.commit(school.world.patience())
    with pytest.raises(NotFound):
        promise(school, course_id)
    assert school.unit().query(removal.OF_SCOPE, {"scope": f"course:{course_id}", "deleted": False}, limit=1) == []
