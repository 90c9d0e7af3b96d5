"""What is stored of a course's content: the draft that its teacher writes, and each version that was published."""

from typing import Any

from common.domain.courses.content import ContentWish, CourseContent, Module, Section, Topic
from common.domain.courses.models import Course
from common.errors import NotFound
from common.ports import Document, Ids, StoreReader, Time


class CourseDraft(Document, collection="course_drafts", key="course_id", unindexed=("revision", "content", "saved_at")):
    """What its teacher is writing; nobody else sees it."""

    course_id: str
    revision: int = 1
    """Goes up with each saving, so that two who write at once do not lose what the other wrote."""
    content: CourseContent
    saved_at: Time


class CourseVersion(
    Document, collection="course_versions", key="version_id", unindexed=("version", "content", "published_at")
):
    """What was published once; never changed afterwards. The last one is what learners see."""

    version_id: str
    course_id: str
    version: int
    """From 1."""
    content: CourseContent
    published_by: str
    published_at: Time


def version_id(course_id: str, version: int) -> str:
    """The id of a published version."""
    return f"{course_id}-{version:05d}"


def with_ids(wished: ContentWish, ids: Ids) -> CourseContent:
    """The content with an id for each part that has none."""
    given: dict[str, Any] = wished.model_dump(include=set(CourseContent.model_fields))
    for section in given["sections"]:
        section["section_id"] = section["section_id"] or ids.new()
        for module in section["modules"]:
            module["module_id"] = module["module_id"] or ids.new()
            for topic in module["topics"]:
                topic["topic_id"] = topic["topic_id"] or ids.new()
    return CourseContent.model_validate(given)


def published(course: Course, store: StoreReader) -> CourseVersion:
    """What learners see of a course; NotFound where it never was published. Costs one read."""
    found = store.get(CourseVersion, version_id(course.course_id, course.version)) if course.version else None
    if found is None:
        raise NotFound("There is no such version of the course")
    return found


def topic(content: CourseContent, topic_id: str) -> tuple[Section, Module, Topic]:
    """A topic with the module and the section that it stands in; NotFound."""
    for section in content.sections:
        for module in section.modules:
            for one in module.topics:
                if one.topic_id == topic_id:
                    return section, module, one
    raise NotFound("There is no such topic in the course")


def section_ids(course_id: str, part_ids: frozenset[str], store: StoreReader) -> dict[str, str]:
    """The section that each of these topics, modules or sections of a published course stands in.

    For progress, which counts by section what was done by topic. What the course does not hold (any more) is left
    out, as is everything of a course that is not published; rights are the asker's to check. Costs two reads.
    """
    course = store.get(Course, course_id)
    if course is None or not course.version:
        return {}
    found: dict[str, str] = {}
    for section in published(course, store).content.sections:
        parts = {section.section_id}
        for module in section.modules:
            parts |= {module.module_id, *(one.topic_id for one in module.topics)}
        found |= dict.fromkeys(parts & part_ids, section.section_id)
    return found
