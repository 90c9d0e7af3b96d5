"""The sample courses of the first start, with documents and a learner; what a killed start left is gone on with."""

from pathlib import PurePosixPath

from common.adapters import World
from common.domain.courses import drafts, enrollments, portable, rights
from common.domain.courses.bodies import DraftWish, PortableCourse
from common.domain.courses.models import Course, CourseNumber, Enrollment, enrollment_id, number_key
from common.domain.courses.versions import CourseDraft
from common.domain.documents import uploads
from common.domain.documents.bodies import NewDocument
from common.domain.documents.files import Uploads
from common.domain.documents.library import DOCUMENTS
from common.domain.documents.models import StoredDocument
from common.ports import Caller
from common.triggers.invocation import StagingQueue
from common.triggers.unit_of_work import UnitOfWork
from infrastructure.samples import HERE, courses_as_files


def load(world: World, teacher_id: str, learner_id: str) -> None:
    """Make the courses that are not there, as their teacher would: each step is done where it was not done yet."""
    teacher, learner = Caller(teacher_id, "teacher"), Caller(learner_id, "learner")
    for file in courses_as_files():
        course_id = _course(world, teacher, file)
        documents = _documents(world, teacher, course_id, file)
        _publish(world, teacher, course_id, documents)
        for document in documents.values():
            _send(world, document)
        _enroll(world, learner, course_id)


def _course(world: World, teacher: Caller, file: PortableCourse) -> str:
    unit = UnitOfWork(world.database)
    slot = unit.get(CourseNumber, number_key(str(file.course_number)))
    if slot is not None:
        return slot.course_id
    made = portable.take_in(teacher, file, unit, world.clock, world.ids, publish=False)
    unit.commit(world.patience())
    return made.course.course_id


def _documents(world: World, teacher: Caller, course_id: str, file: PortableCourse) -> dict[str, StoredDocument]:
    """The course's documents by the names of their files; those that lack are promised."""
    unit = UnitOfWork(world.database)
    found = {one.filename for one in _stored(unit, course_id)}
    for one in file.files:
        if one.filename not in found:
            wished = NewDocument(
                filename=one.filename, content_type=one.content_type, size=one.size, course_id=course_id
            )
            uploads.promise(teacher, wished, unit, world.files.bucket(Uploads.name), world.clock, world.ids)
    unit.commit(world.patience())
    return {one.filename: one for one in _stored(UnitOfWork(world.database), course_id)}


def _stored(unit: UnitOfWork, course_id: str) -> list[StoredDocument]:
    return unit.query(DOCUMENTS, {"scope": rights.scope_of(course_id), "deleted": False}, limit=100)


def _publish(world: World, teacher: Caller, course_id: str, documents: dict[str, StoredDocument]) -> None:
    """Publish the draft, in which documents are called by the names of their files, with the documents' ids."""
    unit = UnitOfWork(world.database)
    course, draft = unit.get(Course, course_id), unit.get(CourseDraft, course_id)
    if course is None or draft is None or course.version:
        return
    content = draft.content.model_dump()
    for file in content["files"]:
        file["document_id"] = documents[file["filename"]].document_id
    for section in content["sections"]:
        for module in section["modules"]:
            for topic in module["topics"]:
                topic["document_ids"] = [documents[name].document_id for name in topic["document_ids"]]
    drafts.save(teacher, course_id, DraftWish.model_validate(content), unit, world.clock, world.ids)
    unit.commit(world.patience())
    unit = UnitOfWork(world.database)
    drafts.publish(teacher, course_id, unit, world.clock)
    unit.commit(world.patience())


def _send(world: World, document: StoredDocument) -> None:
    """Put the file where its upload would put it; the event of it begins the processing."""
    bucket = world.files.bucket(Uploads.name)
    if document.status == "uploaded" and bucket.info(document.file) is None:
        data = (HERE / PurePosixPath(document.filename).name).read_bytes()
        bucket.write(document.file, data, content_type=document.content_type)


def _enroll(world: World, learner: Caller, course_id: str) -> None:
    unit = UnitOfWork(world.database)
    if unit.get(Enrollment, enrollment_id(course_id, learner.user_id)) is None:
        enrollments.enroll(learner, course_id, unit, StagingQueue(world, unit), world.clock)
        unit.commit(world.patience())
