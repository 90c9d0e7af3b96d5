"""What a course lets whom do, and what asking costs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from common.adapters import World
from common.domain.courses.models import Course, LearnerCourses, Status
from common.domain.courses.rights import MANAGES, MOST_SCOPES, NO_RIGHTS, READS, readable_course_scopes, rights_in
from common.ports import Caller
from common.settings import Settings
from common.triggers.unit_of_work import UnitOfWork

AT = datetime(2026, 3, 2, tzinfo=UTC)
TEACHER, ADMIN = Caller("toni", "teacher"), Caller("root", "admin")
LEARNER, STRANGER, UNPAID = Caller("lin", "learner"), Caller("sam", "learner"), Caller("uma", "learner")


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(Settings(adapters="local", data=tmp_path))
    unit = UnitOfWork(made.database)
    statuses: dict[str, Status] = {"maths": "published", "draft": "draft", "old": "withdrawn"}
    for course_id, status in statuses.items():
        unit.create(
            Course(
                course_id=course_id, teacher_id="toni", status=status, title=course_id, created_by="toni",
                created_at=AT, updated_at=AT,
            )
        )  # fmt: skip
    unit.create(LearnerCourses(user_id="lin", enrolled=("old", "maths")))
    unit.create(LearnerCourses(user_id="uma", unpaid=("maths",)))
    unit.create(LearnerCourses(user_id="toni", enrolled=("chess",), teaching=("old", "draft", "maths")))
    unit.commit(made.patience())
    return made


@pytest.mark.parametrize(
    ("caller", "in_published", "in_draft", "in_withdrawn", "reads"),
    [
        (TEACHER, MANAGES, MANAGES, MANAGES, 1),
        (ADMIN, MANAGES, MANAGES, MANAGES, 1),
        (LEARNER, READS, NO_RIGHTS, READS, 2),
        (UNPAID, NO_RIGHTS, NO_RIGHTS, NO_RIGHTS, 2),
        (STRANGER, NO_RIGHTS, NO_RIGHTS, NO_RIGHTS, 2),
        (Caller("tara", "teacher"), NO_RIGHTS, NO_RIGHTS, NO_RIGHTS, 2),
        (Caller("toni", "learner"), NO_RIGHTS, NO_RIGHTS, NO_RIGHTS, 2),
    ],
    ids=["teacher", "admin", "enrolled", "unpaid", "stranger", "another teacher", "teacher no more"],
)
def test_rights_are_of_enrollment_and_of_teaching(
    world: World, caller: Caller, in_published: object, in_draft: object, in_withdrawn: object, reads: int
):
    for course_id, expected in (("maths", in_published), ("draft", in_draft), ("old", in_withdrawn)):
        unit = UnitOfWork(world.database)
        assert rights_in(caller, course_id, unit) == expected, course_id
        assert unit.billed.reads == reads


def test_nobody_has_rights_in_what_does_not_exist(world: World):
    for caller in (TEACHER, ADMIN, LEARNER):
        assert rights_in(caller, "no-such", UnitOfWork(world.database)) == NO_RIGHTS


def test_what_may_be_searched_costs_one_read_and_stands_in_one_order(world: World):
    expected = {
        LEARNER: ("course:old", "course:maths"),
        TEACHER: ("course:chess", "course:old", "course:draft", "course:maths"),
        Caller("toni", "learner"): ("course:chess",),
        UNPAID: (),
        STRANGER: (),
        ADMIN: (),
    }
    for caller, scopes in expected.items():
        unit = UnitOfWork(world.database)
        assert readable_course_scopes(caller, unit) == scopes
        assert unit.billed.reads == 1


def test_no_more_is_searched_than_a_question_can_bear(world: World):
    unit = UnitOfWork(world.database)
    unit.create(LearnerCourses(user_id="max", enrolled=tuple(f"c{number}" for number in range(MOST_SCOPES + 5))))
    unit.commit(world.patience())
    scopes = readable_course_scopes(Caller("max", "learner"), UnitOfWork(world.database))
    assert scopes == tuple(f"course:c{number}" for number in range(MOST_SCOPES))
