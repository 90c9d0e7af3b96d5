"""The sample courses: good ones, about the sample documents, and all there however often the first start is killed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from common import settings as environment
from common.adapters import World
from common.domain.courses import rights
from common.domain.courses.models import Course, CoursePlaces
from common.domain.courses.versions import CourseVersion, version_id
from common.domain.documents.library import DOCUMENTS
from common.domain.documents.models import StoredDocument
from common.ports import Caller, Query
from common.settings import Settings
from common.triggers.unit_of_work import UnitOfWork
from infrastructure.samples import HERE, courses_as_files
from infrastructure.tools import sample_courses, seed, serve

COURSES = Query(Course, order=("course_order",))
STEPS = ("_course", "_documents", "_publish", "_send", "_enroll")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty installation, whose environment is put back afterwards."""
    before = dict(os.environ)
    serve.configure(serve.prepare_folder(tmp_path), "127.0.0.1", 8080)
    yield World(Settings(adapters="local", data=tmp_path))
    os.environ.clear()
    os.environ.update(before)
    environment.load.cache_clear()


def stored(world: World) -> list[tuple[Course, list[StoredDocument]]]:
    unit = UnitOfWork(world.database)
    return [
        (one, unit.query(DOCUMENTS, {"scope": rights.scope_of(one.course_id), "deleted": False}, limit=100))
        for one in unit.query(COURSES, limit=100)
    ]


def is_whole(world: World) -> bool:
    """Whether every course is published with its documents' ids, every file is there once, and the learner in it."""
    unit = UnitOfWork(world.database)
    for (course, documents), file in zip(stored(world), courses_as_files(), strict=True):
        version = unit.get(CourseVersion, version_id(course.course_id, 1))
        assert version is not None and course.version == 1
        ids = {one.document_id for one in documents}
        assert sorted(one.filename for one in documents) == sorted(one.filename for one in file.files)
        assert {one.document_id for one in version.content.files} == ids
        topics = [topic for part in version.content.sections for module in part.modules for topic in module.topics]
        assert all(set(topic.document_ids) <= ids and topic.document_ids for topic in topics)
        for document in documents:
            info = world.files.bucket("uploads").info(document.file)
            assert info is not None and info.size == document.size
        places = unit.get(CoursePlaces, course.course_id)
        assert places is not None and places.taken == 1
        assert rights.rights_in(Caller("lin", "learner"), course.course_id, unit) == rights.READS
    return True


def test_the_samples_are_courses_with_lessons_about_the_sample_documents():
    files = courses_as_files()
    assert len(files) >= 2
    for file in files:
        topics = [topic for section in file.sections for module in section.modules for topic in module.topics]
        assert len(file.sections) >= 2 and len(topics) >= 5 and file.description and file.tags
        assert all("**Task.**" in topic.body and topic.minutes for topic in topics)
        assert all((HERE / one.filename).stat().st_size == one.size for one in file.files)


def test_loading_twice_makes_them_once(world: World):
    for _ in range(2):
        sample_courses.load(world, "toni", "lin")
    assert is_whole(world)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_start_that_was_killed_at_any_step_is_gone_on_with(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str, when: str
):
    done = getattr(sample_courses, step)

    def killed(*arguments: object) -> None:
        if when == "after":
            done(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sample_courses, step, killed)
        with pytest.raises(KeyboardInterrupt):
            sample_courses.load(world, "toni", "lin")
    sample_courses.load(world, "toni", "lin")
    assert is_whole(world)


def test_the_first_start_loads_them_and_says_nothing_on_the_console(world: World, capsys: pytest.CaptureFixture[str]):
    assert seed.once(world.settings)
    assert not seed.once(world.settings)
    assert [course.course_number for course, _ in stored(world)] == ["GEO-101", "PY-101", "BIO-201"]
    assert capsys.readouterr().out == ""
