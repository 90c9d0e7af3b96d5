"""Concepts: what there is to learn, in sections, as teachers define it.

Every module of a published course is one, whose sections are the module's topics; its id names both. Besides, teachers
define concepts of their own, for a course or for everybody.
"""

import re

from common.domain.courses.content import Module
from common.domain.courses.models import Course
from common.domain.courses.rights import rights_in, rights_to
from common.domain.courses.versions import CourseVersion, published
from common.domain.progress.bodies import ConceptPage, ConceptView, ConceptWish
from common.domain.progress.models import Concept, ConceptSection
from common.errors import FieldError, Forbidden, InvalidContent, NotFound
from common.ports import Caller, Clock, Query, Store, StoreReader, read_page

OF_COURSE = Query(Concept, equal=("course_id",), order=("created_at",))
CONCEPT_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
MODULE_OF = "~"
"""Between a course and its module; it stands in no id of a course."""


class InvalidConceptId(InvalidContent):
    """The path names a concept as none can be called."""

    code, title = "invalid_concept_id", "A concept's id has up to 64 small letters, digits and hyphens"


def concept_of(caller: Caller, concept_id: str, store: StoreReader) -> Concept:
    """A concept that the caller may learn; NotFound.

    Costs a read, and in a course its rights; a course's module costs two reads and its rights.
    """
    course_id, is_module, _ = concept_id.partition(MODULE_OF)
    if is_module:
        modules = modules_of(readable_version(caller, course_id, store))
        found = next((one for one in modules if one.concept_id == concept_id), None)
        if found is None:
            raise NotFound("There is no such concept")
        return found
    concept = store.get(Concept, concept_id)
    if concept is None or not _may_learn(caller, concept.course_id, store):
        raise NotFound("There is no such concept")
    return concept


def readable_version(caller: Caller, course_id: str, store: StoreReader) -> CourseVersion:
    """What is published of a course that the caller may learn; NotFound. Costs two reads and the course's rights."""
    course = store.get(Course, course_id)
    if course is None or not rights_to(caller, course, store).may_read:
        raise NotFound("There is no such course")
    return published(course, store)


def as_concept(module: Module, version: CourseVersion) -> Concept:
    """A module of a course, as something to learn."""
    return Concept(
        concept_id=f"{version.course_id}{MODULE_OF}{module.module_id}",
        title=module.title,
        sections=tuple(ConceptSection(section_id=one.topic_id, title=one.title) for one in module.topics),
        course_id=version.course_id,
        created_by=version.published_by,
        created_at=version.published_at,
        updated_at=version.published_at,
    )


def modules_of(version: CourseVersion) -> list[Concept]:
    """The modules of a course that hold something to learn, in its order."""
    modules = (module for section in version.content.sections for module in section.modules)
    return [as_concept(one, version) for one in modules if one.topics]


def concepts(
    caller: Caller, course_id: str | None, store: StoreReader, *, page_size: int, page_token: str | None
) -> ConceptPage:
    """The concepts of a course, or those for everybody, the oldest first; NotFound for a course that is not theirs.

    Costs a read each and one more; for a course its rights, and on the first page two reads more: its modules.
    """
    if not _may_learn(caller, course_id, store):
        raise NotFound("There is no such course")
    where = {"course_id": course_id}
    page = read_page(store, OF_COURSE, where, page_size=page_size, page_token=page_token, show=ConceptView.of)
    course = store.get(Course, course_id) if course_id is not None and page_token is None else None
    modules = modules_of(published(course, store)) if course and course.version else []
    return ConceptPage(
        items=page.items, next_page_token=page.next_page_token, modules=tuple(ConceptView.of(one) for one in modules)
    )


def define(caller: Caller, concept_id: str, wished: ConceptWish, store: Store, clock: Clock) -> ConceptView:
    """Make a concept, or replace one's own; InvalidConceptId, Forbidden, NotFound.

    A concept of a course is changed by those who manage the course, another one by whoever made it, and any by admins.
    What learners have completed of it stays, where the section does.
    """
    if not CONCEPT_ID.fullmatch(concept_id):
        fault: FieldError = {"parameter": "concept_id", "detail": InvalidConceptId.title, "code": InvalidConceptId.code}
        raise InvalidConceptId(errors=[fault])
    if wished.course_id is not None and not rights_in(caller, wished.course_id, store).may_manage:
        raise NotFound("There is no such course")
    before = store.get(Concept, concept_id)
    if before is not None and not _may_change(caller, before, store):
        if not _may_learn(caller, before.course_id, store):
            raise NotFound("There is no such concept")
        raise Forbidden("Whoever made it and admins change a concept")
    now = clock.now()
    concept = Concept(
        concept_id=concept_id,
        title=wished.title,
        sections=tuple(ConceptSection(section_id=one.section_id, title=one.title) for one in wished.sections),
        course_id=wished.course_id,
        created_by=before.created_by if before else caller.user_id,
        created_at=before.created_at if before else now,
        updated_at=now,
    )
    store.put(concept)
    return ConceptView.of(concept)


def _may_learn(caller: Caller, course_id: str | None, store: StoreReader) -> bool:
    return course_id is None or rights_in(caller, course_id, store).may_read


def _may_change(caller: Caller, concept: Concept, store: StoreReader) -> bool:
    if concept.course_id is not None:
        return rights_in(caller, concept.course_id, store).may_manage
    return concept.created_by == caller.user_id or caller.is_at_least("admin")
